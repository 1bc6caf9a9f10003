-- transactional, not breaking
-- What lists and reports walk along. Entries and transfers, which every transfer writes, get nothing new.

-- Codes in byte order, so that the unique index also answers "begins with" in any locale, and the
-- keys of such accounts without visiting their rows.
alter table ledger.accounts
  alter column code type text collate "C",
  drop constraint accounts_book_id_code_key,
  add constraint accounts_book_id_code_key unique (book_id, code) include (number);

-- Accounts of a book, or of one asset of it, newest first.
create index accounts_by_book on ledger.accounts (book_id, number);
create index accounts_by_asset on ledger.accounts (book_id, asset, number);

-- Accounts that are or once were frozen or closed: few among many.
create index account_settings_not_open on ledger.account_settings (account) where state <> 0;

-- Sums over backdated entries are answered from the index alone.
alter table ledger.backdated_entries
  drop constraint backdated_entries_pkey,
  add primary key (account, effective_at, version) include (posted_delta);

-- The trial balance reads what was added since it was last asked; a range of pages that is not yet
-- summarised has to be read whole, however old it is.
alter index ledger.entries_in_order set (autosummarize = on);

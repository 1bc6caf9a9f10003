-- transactional, not breaking
-- The sums of a book's balances, as a snapshot of the database saw them, so that no process has to read
-- all accounts to begin with: it adds what was committed since. They hold only on the server that the
-- snapshot is of, as its numbers of transactions mean nothing on another.
create table ledger.trial_balance_totals (
  book_id integer not null primary key,
  server text not null,
  snapshot pg_snapshot not null,
  newest bigint,
  totals json not null,
  summed_at timestamptz not null default now()
);

-- transactional, not breaking
-- Very many holds of an account may lapse at about the same time. Until their ends are written, whoever reads the
-- account's balances leaves them out. So that nobody adds up all of them, their amounts are kept summed by second. Only
-- accounts with very many such holds are summed. For all others, the few holds themselves are added up.

-- The sums are complete up to "until", a whole second. What changes a hold adds to them up to "target". So they can be
-- completed up to there once all transactions before "fence" have ended, which may have overlooked the target.
create table ledger.summed_accounts (
  account bigint not null primary key,
  until timestamptz not null default '-infinity',
  target timestamptz not null,
  fence xid8
);

-- What a statement has added to the open holds of an account that lapse in the second that ends at "second", or has
-- taken from them. The rows of a second are merged in the background. side: 0 source, 1 destination, as in entries.
create table ledger.hold_sums (
  account bigint not null,
  second timestamptz not null,
  amount bigint not null,
  holds integer not null,
  side smallint not null
) with (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_threshold = 50000,
  autovacuum_vacuum_cost_delay = 0
);
-- It has no key, and its rows are deleted.
alter table ledger.hold_sums replica identity full;
create index hold_sums_by_second on ledger.hold_sums (account, side, second) include (amount, holds);

-- The end of the second in which a hold lapses: the first whole second at which it has lapsed.
create function ledger.second_of_lapse(expires_at timestamptz) returns timestamptz language sql stable as $$
  select date_bin('1 second', expires_at - interval '1 microsecond', 'epoch') + interval '1 second'
$$;

-- A trigger, so that processes of the version before keep the sums as well.
create function ledger.sum_holds() returns trigger language plpgsql as $$
declare
  sign constant integer := case tg_op when 'INSERT' then 1 else -1 end;
begin
  if exists (select from ledger.summed_accounts) then
    insert into ledger.hold_sums (account, side, second, amount, holds)
    select summed.account, changed.side, changed.second, sign * sum(changed.amount), sign * count(*)
    from (
      select source as account, 0 as side, ledger.second_of_lapse(expires_at) as second, amount
      from changed_holds where expires_at is not null
      union all
      select destination, 1, ledger.second_of_lapse(expires_at), amount
      from changed_holds where expires_at is not null
    ) changed
    join ledger.summed_accounts summed on summed.account = changed.account and changed.second <= summed.target
    group by summed.account, changed.side, changed.second;
  end if;
  return null;
end $$;
create trigger sum_new_holds after insert on ledger.holds
  referencing new table as changed_holds for each statement execute function ledger.sum_holds();
create trigger sum_closed_holds after delete on ledger.holds
  referencing old table as changed_holds for each statement execute function ledger.sum_holds();

-- Many holds of an account that a batch has ended because they had lapsed: the entries from "first_version" to
-- "last_version" of the account, the earliest and the latest time at which one of the holds lapsed, and what they held. A
-- balance at a time shortly before need not look at each of them. Fewer ends have no row.
create table ledger.expiry_runs (
  account bigint not null,
  first_version bigint not null,
  last_version bigint not null,
  earliest timestamptz not null,
  latest timestamptz not null,
  held_out bigint not null,
  held_in bigint not null,
  primary key (account, first_version)
);

-- transactional, not breaking
-- Requests to erase the personal data of a payment, a payout, or all payments and payouts of an account. "place": the last row
-- of an account that was looked at, and in which table. "waiting": rows that were left because they are under way.
create table payments.erasures (
  id uuid primary key,
  book_id integer not null,
  subject_kind text not null check (subject_kind in ('payment', 'payout', 'account')),
  subject_id uuid not null,
  -- The names by which payments and payouts know an account: its code and its id.
  accounts json,
  place text,
  payments bigint not null default 0,
  payouts bigint not null default 0,
  waiting bigint not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  done_at timestamptz
);

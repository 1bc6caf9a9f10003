-- transactional, not breaking
-- What a rail said of an attempt besides its outcome: how it settled the money (amounts as digits), and the instrument to
-- use instead. Null when it said nothing.
alter table payments.attempts add column facts json;
-- A credit that no call asked for. "receiver": the account or address of ours that got it. "reported_at": when the rail's
-- last report that counted happened. "is_settled": an operator has booked it out of suspense. "transfers": its bookings to
-- suspense and back.
create table payments.credits (
  id uuid primary key,
  book_id integer not null,
  rail text not null,
  reference text not null,
  amount bigint not null check (amount > 0),
  asset text not null,
  receiver text,
  state text not null check (state in ('received', 'retracted')),
  reported_at timestamptz not null,
  is_settled boolean not null default false,
  transfers json not null,
  created_at timestamptz not null default clock_timestamp(),
  unique (rail, reference)
);

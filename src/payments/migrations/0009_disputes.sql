-- transactional, not breaking
-- Disputes by the rail's own names of them, as long as there are payments: whatever event tells of one, and
-- however late, it is booked once.
create table payments.disputes (
  rail text not null,
  reference text not null,
  book_id integer not null,
  payment_id uuid not null,
  amount bigint not null,
  noted_at timestamptz not null default clock_timestamp(),
  primary key (rail, reference)
);

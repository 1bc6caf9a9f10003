-- transactional, not breaking

-- "fee_booked": what of "fee" is booked. "kept": what the rail kept of a dispute that it gave up; below zero: it gave
-- back more than it had taken.
alter table payments.disputes add column fee_booked bigint, add column kept bigint;

-- The servers that have served this database, by their identity. A later one may lack what rails were asked before it.
create table payments.servers (
  identity text primary key,
  is_first boolean not null,
  noted_at timestamptz not null default now()
);

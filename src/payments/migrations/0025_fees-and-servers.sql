-- transactional, not breaking

-- "fee_booked": what of "fee" is booked. "kept": what the rail kept of a dispute that it gave up; below zero: it gave
-- back more than it had taken.
alter table payments.disputes add column fee_booked bigint, add column kept bigint;

-- The servers that have served this database, by their identity. "is_switch": it may lack commits of the one before.
create table payments.servers (
  identity text primary key,
  is_switch boolean not null,
  noted_at timestamptz not null default now()
);

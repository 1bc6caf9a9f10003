-- transactional, not breaking
-- The processes that call rails: each takes its part of what a rail accepts at once.
create table rails.processes (
  id uuid primary key,
  seen_at timestamptz not null default clock_timestamp()
);

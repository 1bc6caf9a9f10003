-- transactional, not breaking

-- One row a committed unit that has no other row of its own: how a process that lost its connection while
-- committing finds out whether it did. Ids are made in the order of time, so the old ones are at the front.
create table platform.units (
  id uuid primary key,
  committed_at timestamptz not null default now()
);

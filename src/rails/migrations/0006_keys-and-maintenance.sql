-- transactional, not breaking

-- The circuit breaker of a part of a rail, such as one bank behind it, shared by all processes. A row exists from the
-- first failure until the part has been well, or silent, for a while.
create table rails.key_health (
  rail text not null,
  key text not null,
  health text not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (rail, key)
);

-- When a rail, or the part of it that `key` names, is away as it has announced. The latest report counts.
create table rails.maintenance (
  rail text not null,
  id text not null,
  key text,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reported_at timestamptz not null,
  primary key (rail, id)
);

-- transactional, not breaking

-- The circuit breaker of each rail, shared by all processes. Counts are of the current window and of
-- the one before; every process adds its own a few times a second. Times are the database's.
create table rails.health (
  rail text primary key,
  state text not null default 'up' check (state in ('up', 'down', 'probing')),
  since timestamptz not null default clock_timestamp(),
  -- When the rail is asked for its health next; null while it is up.
  retry_at timestamptz,
  -- Openings without a recovery between them: what the back-off grows with.
  openings integer not null default 0,
  paused boolean not null default false,
  window_started_at timestamptz not null default clock_timestamp(),
  calls bigint not null default 0,
  failures bigint not null default 0,
  calls_before bigint not null default 0,
  failures_before bigint not null default 0,
  -- Submissions in a row of which not a byte could be sent.
  refused integer not null default 0,
  -- While probing: submissions that may still be let through, and what came of those that were.
  permits integer not null default 0,
  proofs integer not null default 0,
  disproofs integer not null default 0,
  -- Until when one process is asking for the rail's health.
  probed_until timestamptz,
  check ((state = 'up') = (retry_at is null))
);

-- What rails told by themselves, each event once: the primary key is the guard. `problem` says why an
-- event could not be read; such a row is for a person. `statement` and `line` say where an event stood.
create table rails.inbox (
  rail text not null,
  event_id text not null,
  received_at timestamptz not null default clock_timestamp(),
  statement text,
  line bigint,
  problem text,
  body text not null,
  primary key (rail, event_id),
  check ((statement is null) = (line is null))
);
create index inbox_by_age on rails.inbox using brin (received_at);
create index inbox_problems on rails.inbox (rail, received_at) where problem is not null;

-- Statements that were begun or read, and how far. Written in the transaction that hands the lines on.
create table rails.statements (
  rail text not null,
  statement text not null,
  -- Lines handed on, of so many the rail announced.
  lines_done bigint not null default 0,
  lines bigint not null,
  problems bigint not null default 0,
  begun_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (rail, statement),
  check (lines_done >= 0 and problems >= 0)
);

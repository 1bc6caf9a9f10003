-- transactional, not breaking

-- One sequence for everything that waits: an id is a place in the order of becoming due.
create sequence lanes.message_ids;

-- What can be handled now. Rows are inserted and deleted, never updated. "lane" counts from the most
-- urgent: 0 rollback, 1 instant, 2 standard, 3 bulk. "share" is who the lane is divided among: a
-- vendor's number, or minus the book's number for work that is no vendor's. The only index is the
-- order in which messages are taken.
create table lanes.messages (
  lane smallint not null check (lane between 0 and 3),
  kind text not null,
  share integer not null,
  id bigint not null default nextval('lanes.message_ids'),
  book_id integer not null,
  subject uuid not null,
  payload text not null,
  attempts smallint not null default 0,
  enqueued_at timestamptz not null default statement_timestamp(),
  due_at timestamptz not null default statement_timestamp(),
  primary key (lane, kind, share, id)
) with (
  -- All rows die young: vacuum goes by their number and not by a share of the table, and without pauses.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = 200000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 1
);

-- What is to be handled later: timers, and what is tried again after a failure. A message moves to
-- "messages" when its time comes, so that those waiting cost nothing.
create table lanes.later (
  due_at timestamptz not null,
  id bigint not null default nextval('lanes.message_ids'),
  lane smallint not null check (lane between 0 and 3),
  kind text not null,
  share integer not null,
  book_id integer not null,
  subject uuid not null,
  payload text not null,
  attempts smallint not null default 0,
  enqueued_at timestamptz not null default statement_timestamp(),
  primary key (due_at, id)
) with (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = 200000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 1
);

-- Reverse transactions are looked for by themselves, whatever else has become due.
create index later_urgent on lanes.later (due_at, id) where lane = 0;

-- Who payments are made for, and what their work is entitled to. "number" is the key inside.
-- in_flight_max: the most messages of the vendor that one process works on at once; null: the lane's own ceiling.
create table lanes.vendors (
  number integer generated always as identity primary key,
  id uuid not null unique,
  book_id integer not null,
  code text not null,
  name text,
  lane smallint not null check (lane between 1 and 3),
  sla_ms integer not null check (sla_ms > 0),
  in_flight_max integer check (in_flight_max > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (book_id, code)
);
create index vendors_by_book on lanes.vendors (book_id, id);
create index vendors_with_ceiling on lanes.vendors (number) where in_flight_max is not null;

-- What could not be handled, kept until somebody replays it. cause: 'permanent', it can never
-- succeed as it is; 'exhausted', it was tried too often.
create table lanes.dead_letters (
  id uuid not null primary key,
  book_id integer not null,
  lane smallint not null check (lane between 0 and 3),
  kind text not null,
  share integer not null,
  subject uuid not null,
  payload text not null,
  attempts smallint not null,
  cause text not null check (cause in ('permanent', 'exhausted')),
  code text not null,
  reason text not null,
  enqueued_at timestamptz not null,
  died_at timestamptz not null default now(),
  replayed_at timestamptz,
  -- The key that asked for the replay.
  replayed_by uuid
);
create index dead_letters_by_book on lanes.dead_letters (book_id, id);
create index dead_letters_open on lanes.dead_letters (book_id, id) where replayed_at is null;
create index dead_letters_open_by_lane on lanes.dead_letters (lane) where replayed_at is null;

-- Lanes that an operator has stopped; those without a row run.
create table lanes.pauses (
  lane smallint not null primary key check (lane between 1 and 3),
  paused_at timestamptz not null default now(),
  paused_by uuid
);

-- Kinds of a lane that are not being handled because nearly all of them fail; those without a row are.
-- At retry_at one process takes the turn to try a single message.
create table lanes.breakers (
  lane smallint not null,
  kind text not null,
  opened_at timestamptz not null default now(),
  retry_at timestamptz not null,
  probes integer not null default 0,
  reason text not null,
  primary key (lane, kind)
);

-- What each process at work says of itself every second. Of no use after a crash.
create unlogged table lanes.workers (
  id uuid not null,
  lane smallint not null,
  in_flight integer not null,
  done bigint not null,
  per_second double precision not null,
  true_per_second double precision not null,
  seen_at timestamptz not null default now(),
  primary key (id, lane)
) with (fillfactor = 50);

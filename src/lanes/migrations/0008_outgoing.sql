-- transactional, not breaking

-- Messages that a Kafka topic carries, from their enqueueing until the topic has them: the outbox of the lanes. The
-- relay reads each lane in the order of ids and deletes what the brokers have confirmed. "day" counts from 1970; with
-- the id it is the message's place in the inbox.
create table lanes.outgoing (
  lane smallint not null check (lane between 0 and 3),
  id bigint not null default nextval('lanes.message_ids'),
  kind text not null,
  tenant integer not null,
  book_id integer not null,
  subject uuid not null,
  payload text not null,
  attempts smallint not null default 0,
  enqueued_at timestamptz not null default statement_timestamp(),
  due_at timestamptz not null default statement_timestamp(),
  day integer not null default floor(extract(epoch from statement_timestamp()) / 86400),
  primary key (lane, id)
) with (
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = 200000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 1
);

-- Messages of a topic that a process has seen and that nobody has handled yet, and the age of the oldest.
alter table lanes.workers
  add column underway bigint not null default 0,
  add column oldest_ms bigint not null default 0;

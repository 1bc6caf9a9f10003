-- transactional, not breaking

-- The first answer under each Idempotency-Key, written in the transaction of the effect it answers for.
-- The primary key is the guard: of two processes with one key, the second cannot commit its effect.
-- encoding: 0 the body's UTF-8 as it is, 1 compressed with Zstandard.
create table platform.idempotency_keys (
  book_id integer not null,
  key text not null,
  fingerprint bytea not null,
  status smallint not null,
  encoding smallint not null check (encoding between 0 and 1),
  body bytea not null,
  created_at timestamptz not null default now(),
  primary key (book_id, key)
);
-- Long bodies are compressed already.
alter table platform.idempotency_keys alter column body set storage external;
-- Rows come in the order of time, so pruning finds the old ones with a few pages of index.
create index idempotency_keys_by_age on platform.idempotency_keys using brin (created_at);

-- Events, several of one transaction in a row. "transaction" lets a reader stop before those that an
-- unfinished transaction may still overtake.
create table platform.outbox (
  id bigint generated always as identity primary key,
  transaction xid8 not null default pg_current_xact_id(),
  book_id integer not null,
  recorded_at timestamptz not null,
  events text not null
);
alter table platform.outbox alter column events set storage external;
create index outbox_in_order on platform.outbox (book_id, transaction, id);

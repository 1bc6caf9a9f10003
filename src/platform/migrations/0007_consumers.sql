-- transactional, not breaking
-- Consumers of the feeds. One process at a time runs a consumer: the holder, until its lease ends.
create table platform.consumers (
  name text not null primary key,
  holder uuid,
  leased_until timestamptz,
  paused_at timestamptz,
  paused_by uuid,
  fault text,
  faulty_since timestamptz
);

-- The position of the last event of a book that took effect, written in the transaction of the effect.
create table platform.consumer_positions (
  consumer text not null references platform.consumers,
  book_id integer not null,
  position bigint not null,
  primary key (consumer, book_id)
);

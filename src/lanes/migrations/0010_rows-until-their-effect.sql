-- transactional, not breaking

-- A message that Kafka carries is its row in "outgoing", until its effect: the effect's transaction deletes it. A record
-- only names the key and the id up to which it may be taken. So "inbox" is not used any more, nor "day"; both go when no
-- program is left that uses them. The messages of a key are taken in their order.
create index outgoing_of_subject on lanes.outgoing (lane, subject, id);

-- How far the relay has sent each lane. No message at or below "floor" is unsent, and none can be committed there any
-- more. "sent" is the highest id that was sent.
create table lanes.relayed (
  lane smallint primary key check (lane between 0 and 3),
  floor bigint not null default 0,
  sent bigint not null default 0
);
insert into lanes.relayed (lane) select generate_series(0, 3);

-- Whose the topics are: the row is made by the first start with Kafka, and copies of the database keep it.
create table lanes.installation (
  is_only boolean primary key default true check (is_only),
  id uuid not null default gen_random_uuid()
);

-- transactional, breaking
-- Events get their place in the feed after they are committed, from the sequencer: "first_position" is the place
-- of a row's first event in the feed of its book, "event_count" how many there are. Nothing of it depends on
-- the server's transaction ids, so a dump restored elsewhere keeps the order and goes on in it.
-- "transaction" orders the rows that were written before this migration, and is empty in later ones.

-- A row's id: the day in UTC, counted from 1970 (24 bits), then a number that only grows (40 bits). A row lies in
-- the partition of its id's day, so that days are dropped whole and an id is looked up in one partition.
create sequence platform.outbox_rows;
select setval('platform.outbox_rows', coalesce(max(id), 0) + 1) from platform.outbox;

alter table platform.outbox rename to outbox_until;
alter table platform.outbox_until rename constraint outbox_pkey to outbox_until_pkey;
drop index platform.outbox_in_order;
alter table platform.outbox_until
  alter column id drop identity,
  alter column transaction drop not null,
  alter column transaction drop default,
  add column event_count integer,
  add column first_position bigint;

create table platform.outbox (
  id bigint not null default ((floor(extract(epoch from clock_timestamp()) / 86400)::bigint << 40)
    | nextval('platform.outbox_rows')),
  transaction xid8,
  book_id integer not null,
  recorded_at timestamptz not null,
  events text not null,
  event_count integer,
  first_position bigint,
  primary key (id)
) partition by range (id);
alter table platform.outbox alter column events set storage external;
create index outbox_in_order on platform.outbox (book_id, first_position) where first_position is not null;
create index outbox_waiting on platform.outbox (transaction, (id & 1099511627775)) where first_position is null;
create table platform.outbox_other partition of platform.outbox default;
alter table platform.outbox attach partition platform.outbox_until for values from (minvalue) to (1099511627776);
do $$
begin
  execute format('alter table platform.outbox_until rename to %I',
    'outbox_before_' || to_char((now() at time zone 'utc') + interval '1 day', 'YYYYMMDD'));
end
$$;

-- The last position that was given in each book's feed, and up to where events were dropped as too old.
create table platform.feeds (
  book_id integer not null primary key,
  last_position bigint not null,
  dropped_position bigint not null default 0
);

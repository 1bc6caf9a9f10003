-- transactional, not breaking
-- Events of a day in UTC by asset and type: how many, and their amounts together. "position" is that of the last event
-- that is counted, in the feed of the book: an event that comes again is not counted again.
create table payments.days (
  book_id integer not null,
  asset text not null,
  day date not null,
  type text not null,
  count bigint not null,
  amount numeric not null,
  position bigint not null,
  primary key (book_id, asset, day, type)
);

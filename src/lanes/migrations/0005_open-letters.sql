-- online, not breaking
-- Discarded dead letters are kept for good. They leave the indexes of the open ones, and have two of their own.
create index concurrently if not exists dead_letters_open_in_book on lanes.dead_letters (book_id, id)
  where replayed_at is null and discarded_at is null;
create index concurrently if not exists dead_letters_open_in_lane on lanes.dead_letters (lane)
  where replayed_at is null and discarded_at is null;
create index concurrently if not exists dead_letters_open_of_kind on lanes.dead_letters (kind, id)
  where replayed_at is null and discarded_at is null;
create index concurrently if not exists dead_letters_open_of_subject on lanes.dead_letters (subject, id)
  where replayed_at is null and discarded_at is null;
create index concurrently if not exists dead_letters_discarded_in_book on lanes.dead_letters (book_id, id)
  where discarded_at is not null;
create index concurrently if not exists dead_letters_discarded_of_subject on lanes.dead_letters (subject, id)
  where discarded_at is not null;
drop index concurrently if exists lanes.dead_letters_open;
drop index concurrently if exists lanes.dead_letters_open_by_lane;
drop index concurrently if exists lanes.dead_letters_open_by_kind;
drop index concurrently if exists lanes.dead_letters_open_by_subject;

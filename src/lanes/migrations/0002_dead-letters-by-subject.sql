-- transactional, not breaking
-- Whether a subject still has a dead letter, and which of a kind wait, is asked when one is replayed and at a start.
create index dead_letters_open_by_subject on lanes.dead_letters (subject) where replayed_at is null;
create index dead_letters_open_by_kind on lanes.dead_letters (kind, id) where replayed_at is null;

-- transactional, breaking
-- What else about a subject needs a person waits behind the open entry that the list shows: an array, the next one first, of
-- objects with reason, detail, since, and the decision and evidence that had been given. Null when nothing waits. Breaking, as
-- older processes end an entry together with what waits behind it.
alter table payments.stuck add column waiting jsonb;
-- What an entry that has ended passes on is found without reading all entries.
create index stuck_waiting on payments.stuck (subject_kind, subject_id) where waiting is not null;

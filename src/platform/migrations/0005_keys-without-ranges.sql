-- transactional, not breaking
-- Summaries of page ranges find nothing old once the room of deleted rows is used again: every range has new rows.
drop index platform.idempotency_keys_by_age;

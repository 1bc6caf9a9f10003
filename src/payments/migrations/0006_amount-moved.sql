-- transactional, not breaking
-- What the rail says it did, which may differ from what it was asked; null: nothing so far, or not told
-- before this column was there. Compared with the books by the verification.
alter table payments.attempts add column amount_moved bigint;

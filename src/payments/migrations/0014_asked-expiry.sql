-- transactional, not breaking
-- The expiry that the client asked for, once expires_at is another one: in microseconds, 0 for none. A retry brings it
-- back. Null: expires_at is still the client's.
alter table payments.payments add column asked_expiry bigint;

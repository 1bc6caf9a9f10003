-- transactional, not breaking
-- What the payer was asked to do for the current attempt: JSON as text.
alter table payments.payments add column next_action text;

-- transactional, not breaking
-- Whose debts were written off, how much of each, and how much of that has come back. What comes back of a payment goes
-- to the account of write-offs first, up to what it paid for the account. Older programs keep the column as it is.
alter table payments.payments add column off_shares json;

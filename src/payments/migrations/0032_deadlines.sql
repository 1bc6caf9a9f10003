-- transactional, not breaking
-- The client's deadline: no submission to a rail begins after it.
alter table payments.payments add column deadline_at timestamptz;
alter table payments.payouts add column deadline_at timestamptz;

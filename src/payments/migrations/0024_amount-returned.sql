-- transactional, not breaking
-- What came back of a refund or payout after it had succeeded.
alter table payments.refunds add column amount_returned bigint not null default 0 check (amount_returned >= 0);
alter table payments.payouts add column amount_returned bigint not null default 0 check (amount_returned >= 0);

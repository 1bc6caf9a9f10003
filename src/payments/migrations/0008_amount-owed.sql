-- transactional, breaking
-- What a rail took back and nobody has paid for, beside what came for the payment and lies in suspense: before, the
-- one hid the other, and what a payer was to get back was less by what those who got the money owe. Breaking, as
-- older processes would change the one without the other. Of what was owed before, as much is known as was not hidden.
alter table payments.payments add column amount_owed bigint not null default 0 check (amount_owed >= 0),
  add column amount_lost bigint not null default 0 check (amount_lost >= 0);
update payments.payments set amount_owed = -amount_suspended where amount_suspended < 0;

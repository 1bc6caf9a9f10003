-- transactional, not breaking
-- The payer wants all of it back: what captures under way take, or an operator delivers, is refunded at once.
alter table payments.payments add column is_wanted_back boolean not null default false;

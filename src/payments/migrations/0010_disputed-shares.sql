-- transactional, not breaking
-- Who gave how much of what disputes took, and who owes how much of what is owed: the rest is taken from those who have
-- it. Of what was disputed and owed before this it is not known, and counts in proportion as before.
alter table payments.payments add column disputed_shares json, add column owed_shares json;

-- transactional, breaking
-- The stuck list becomes cases, which are copied in a later transaction. Until then an older process must not write what
-- would not be copied: every write fails. The locks wait for the writes before. Breaking, as older processes write.
alter table if exists payments.stuck add constraint stuck_closed check (false) not valid;
alter table if exists payments.stuck_acts add constraint stuck_acts_closed check (false) not valid;

-- transactional, breaking

-- Sagas were a part of payments. The comments of their tables are in payments' migration 0004_sagas.sql; "waits_for"
-- may name the subject of any module, not only of payments.
alter table payments.sagas set schema sagas;
alter table payments.saga_steps set schema sagas;
alter table sagas.saga_steps rename to steps;
alter index sagas.saga_steps_waiting rename to steps_waiting;
alter index sagas.saga_steps_pkey rename to steps_pkey;
alter table sagas.steps rename constraint saga_steps_saga_name_key to steps_saga_name_key;
alter table sagas.steps rename constraint saga_steps_state_check to steps_state_check;

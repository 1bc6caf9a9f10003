-- transactional, not breaking
-- Grows whenever what the entry says changes: its reason, its detail, or the matters that wait behind it. Who decides may
-- name the revision that they have read.
alter table payments.stuck add column revision integer not null default 1;

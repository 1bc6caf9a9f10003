-- transactional, not breaking
-- A dead letter that an operator has discarded is kept, and is not replayed with others. "discarded_by" is the key of
-- the operator.
alter table lanes.dead_letters add column discarded_at timestamptz, add column discarded_by uuid;

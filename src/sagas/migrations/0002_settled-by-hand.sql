-- transactional, not breaking

-- "settled": what of the step's effect operators have compensated in another way, in the step's own form. "to_settle":
-- the same, once an operator states so about the step's last failure. Null: all of it.
alter table sagas.steps add column settled text, add column to_settle text;

-- transactional, not breaking

-- An action that two people have to want, and who has proposed it. It lapses when "revision" grows.
alter table cases.cases
  add column proposed_by uuid,
  add column proposed_act text,
  add column proposed_revision integer;

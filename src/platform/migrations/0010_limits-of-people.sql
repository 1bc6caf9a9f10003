-- transactional, not breaking
-- A limit may be of a person: of all their sessions together. Programs of before keep to it, and cannot list it.
alter table platform.limits
  drop constraint limits_subject_kind_check,
  add constraint limits_subject_kind_check check (subject_kind in ('key', 'client', 'person', 'book'));

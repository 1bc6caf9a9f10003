-- transactional, breaking
-- A dead letter of a subject is an entry of its own, beside whatever else about it needs a person: a subject
-- has at most one open entry of each of the two sorts. Breaking, as older processes name the old index.
drop index payments.stuck_open_by_subject;
create unique index stuck_open_by_subject on payments.stuck (subject_kind, subject_id)
  where resolved_at is null and reason <> 'dead_letter';
create unique index stuck_open_dead_letters on payments.stuck (subject_kind, subject_id)
  where resolved_at is null and reason = 'dead_letter';
-- Whether somebody has seen to a dead letter is asked at every start.
create index stuck_dead_letters on payments.stuck (subject_id) where reason = 'dead_letter';

-- transactional, not breaking

-- Until now, nothing marked a dead letter whose case an operator had ended by force. Here, as the lanes do not know cases.
-- A letter counts as discarded that died before the end of such a case; any other gets a case at the next start.
with discarded as (
  select distinct on (letter.id) letter.id, ended.resolved_at, act.actor
  from lanes.dead_letters letter
  join cases.cases ended on ended.subject_id = letter.subject and ended.resolved_at >= letter.died_at
  left join cases.acts act on act.case_id = ended.id and act.action = 'force'
  where ended.queue = 'payments' and ended.reason = 'dead_letter' and ended.resolution = 'force'
    and letter.replayed_at is null and letter.kind in ('payment.input', 'payment.rail_event', 'saga.step')
  order by letter.id, ended.resolved_at
)
update lanes.dead_letters letter set discarded_at = discarded.resolved_at, discarded_by = discarded.actor
from discarded where letter.id = discarded.id;

-- An open case told only of the first dead letter of its subject.
update cases.cases set revision = revision + 1,
  detail = detail || ' It is about ' || letters.count || ' dead letters by now: read them all before you discard them.'
from (
  select subject, count(*) as count from lanes.dead_letters
  where replayed_at is null and discarded_at is null
    and kind in ('payment.input', 'payment.rail_event', 'saga.step')
  group by subject
  having count(*) > 1
) letters
where cases.queue = 'payments' and cases.reason = 'dead_letter' and cases.resolved_at is null
  and cases.subject_id = letters.subject;

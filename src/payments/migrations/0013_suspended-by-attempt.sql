-- transactional, breaking
-- How much of what a rail brought by an attempt lies in suspense, and as what a person has it: an object with amount (as
-- digits) and why. Null when nothing does. Breaking, as older processes change what payments say of suspense, and not this.
alter table payments.attempts add column suspended json;
-- What lies there already came by the latest attempts of those that brought more than was booked and has gone back.
with brought as (
  select a.id, a.root_id, a.created_at, p.amount_suspended + p.amount_owed + p.amount_lost as arrived,
    case
      when k.reason in ('wrong_amount', 'booking_refused') then k.reason
      else 'late_success'
    end as why,
    coalesce(a.amount_moved, a.amount)
      - case
          when a.operation = 'capture' and c.state = 'succeeded' then a.amount
          when a.operation = 'charge' and p.amount_captured > 0 and a.rail = p.rail and a.rail_reference = p.rail_reference
            then a.amount
          else 0
        end
      - coalesce((
          select sum(r.amount) from payments.refunds r
          where r.payment_id = p.id and r.state = 'succeeded' and r.from_shares::text like '%"suspense:%'
            and exists (
              select from payments.attempts call where call.root_id = p.id and call.subject_id = r.id
                and call.rail = a.rail and call.concerns = a.rail_reference)), 0) as beyond
  from payments.payments p
  join payments.attempts a on a.root_id = p.id and a.operation in ('charge', 'capture')
  left join payments.captures c on a.subject_kind = 'capture' and c.book_id = p.book_id and c.id = a.subject_id
  cross join lateral (
    select case
        when a.operation = 'capture' then c.reason
        when a.rail = p.rail and a.rail_reference = p.rail_reference
          then case when p.phase = 'stuck' then p.reason else 'wrong_amount' end
      end as reason) k
  where p.amount_suspended + p.amount_owed + p.amount_lost > 0
    and (a.state = 'succeeded' and a.reason is distinct from 'unbooked'
      or a.id = p.call and p.phase = 'stuck' and p.reason = 'late_success')
), taken as (
  select id, why, beyond,
    coalesce(arrived - sum(beyond) over before, arrived) as left_over
  from brought
  where beyond > 0
  window before as (partition by root_id order by created_at desc, id rows between unbounded preceding and 1 preceding)
)
update payments.attempts a
set suspended = json_build_object('amount', least(taken.beyond, taken.left_over)::text, 'why', taken.why)
from taken
where a.id = taken.id and taken.left_over > 0;

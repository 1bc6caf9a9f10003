import type { Uuid } from '#kernel'
import { type Queryable, toUuid } from '#platform/postgres'
import { transfersOf } from './books-read-model.ts'

/** A payment that is to be returned, and the saga that does so. `settled`: what an operator has returned otherwise. */
type Returning = { readonly book: number; readonly payment: Uuid; readonly saga: Uuid; readonly settled: bigint }

/** `captured`: its recipients still have it. `held`: neither captured nor released. In minor units of the asset. */
export type Unreturned = {
  readonly payment: Uuid
  readonly asset: string
  readonly captured: bigint
  readonly held: bigint
}

/**
 * Those of the payments whose money is not returned, and will not be: nothing about the payment, its refunds, captures
 * and disputes or the saga has an open case or a message of the lanes. Money in suspense is that of other checks.
 */
export async function findUnreturned(on: Queryable, payments: readonly Returning[]): Promise<Unreturned[]> {
  const rows = await on.query<{ id: string; asset: string; captured: bigint; held: bigint }>({
    text: unreturnedText,
    values: [
      payments.map(({ book }) => book),
      payments.map(({ payment }) => payment),
      payments.map(({ saga }) => saga),
      payments.map(({ settled }) => settled),
    ],
  })
  return rows.map(({ id, ...amounts }) => ({ payment: toUuid(id), ...amounts }))
}

// `came`: what the payer gave less what went back, by the books. What of it is in suspense, no recipient has. What they
// owe was returned from suspense. Where the row has less than the books, another check compares the two. A timer of a
// subject that has ended or is in review returns nothing.
const unreturnedText = `
  with given as materialized (
    select * from unnest($1::integer[], $2::uuid[], $3::uuid[], $4::bigint[]) as given (book_id, id, saga, settled)
  ), ${transfersOf('s.root_id in (select id from given)')}, sums as (
    select p.id,
      sum(case
        when m.from_clearing then m.posted
        when m.to_clearing then -m.posted
        when m.from_suspense or m.to_suspense then 0
        when m.refund_id is not null then -m.posted
        when p.source_account is not null then m.posted
      end) as came,
      sum(case when m.to_suspense then m.posted when m.from_suspense then -m.posted end) as suspended
    from moved m
    join given g on g.id = m.root_id
    join payments.payments p on p.book_id = g.book_id and p.id = g.id
    group by p.id
  ), amounts as materialized (
    select p.id, g.saga, p.asset, p.phase in ('ended', 'stuck') as is_over, p.amount_capturable + p.amount_capturing as held,
      least(
        p.amount_captured - p.amount_refunded,
        case when p.id >= (select first_id from kept)
          then coalesce(s.came, 0) - greatest(s.suspended, 0) end
      )::bigint - g.settled as captured
    from given g
    join payments.payments p on p.book_id = g.book_id and p.id = g.id
    left join sums s on s.id = p.id
  ), unreturned as materialized (
    select id, saga, asset, is_over, held, captured from amounts where captured > 0 or held > 0
  ), subjects as materialized (
    select id, id as subject, is_over from unreturned
    union all select id, saga, false from unreturned
    union all
    select r.payment_id, r.id, r.phase in ('ended', 'stuck') from payments.refunds r
    where r.payment_id in (select id from unreturned)
    union all
    select c.payment_id, c.id, c.state <> 'processing' from payments.captures c
    where c.payment_id in (select id from unreturned)
    union all
    select d.payment_id, d.id, false from payments.disputes d
    where d.payment_id in (select id from unreturned)
  ), coming as (
    select subject, payload from lanes.messages where subject in (select subject from subjects)
    union all
    select subject, payload from lanes.outgoing where subject in (select subject from subjects)
    union all
    select subject, payload from lanes.later where subject in (select subject from subjects)
  ), continued as materialized (
    select s.id from subjects s join coming using (subject)
    where not (s.is_over and coalesce(coming.payload::json ->> 'i' in ('overdue', 'expire'), false))
    union all
    select s.id from subjects s join cases.cases k on k.subject_id = s.subject where k.resolved_at is null
  )
  select id, asset, greatest(captured, 0) as captured, held from unreturned
  where id not in (select id from continued)
  order by id`

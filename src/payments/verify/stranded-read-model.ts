import { encodeId, idPrefix, unreachable } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import type { PaymentsSubject } from '../cases/subject.ts'
import { findForgotten } from './disputes-read-model.ts'
import { type Found, joinFound } from './found.ts'

/** Finds subjects that neither Munim nor an operator will bring to an end, and ends that contradict themselves. */
export async function findStranded(reader: SnapshotReader, limit: number): Promise<Found> {
  const found: Found[] = []
  for (const find of [findLost, findUnseen, findFalseEnds, findForgotten]) found.push(await find(reader, limit))
  return joinFound(found, limit)
}

// A subject that has not ended has a message about itself (its start, an answer, a timer) or a case. Exceptions: an
// authorization without an expiry waits for the client. A payment that is being reversed waits for its refund. A
// capture or refund may have its case through its payment. A saga waits for the payment or refund of a step, or for a
// payment until its refunds and captures have ended.
const lostText = `
  with unended as (
    select 'payment' as kind, id, id as root, book_id, phase, expires_at is null as waits_for_client
    from payments.payments where phase <> 'ended'
    union all
    select 'capture', id, payment_id, book_id, 'capturing', false from payments.captures where state = 'processing'
    union all
    select 'refund', id, payment_id, book_id, phase, false from payments.refunds where phase <> 'ended'
    union all
    select 'payout', id, id, book_id, phase, false from payments.payouts where phase <> 'ended'
    union all
    select 'saga', id, id, book_id, state, false from sagas.sagas where state not in ('completed', 'reversed')
  ), coming as materialized (
    select subject from lanes.messages union select subject from lanes.outgoing union select subject from lanes.later
  ), people as materialized (
    select subject_id from cases.cases where queue = 'payments' and resolved_at is null
  ), lost as (
    select kind, id, phase
    from unended u
    where not exists (select from people where subject_id in (u.id, u.root))
      and (phase = 'stuck' or not exists (select from coming where subject = u.id))
      and not (phase = 'held' and waits_for_client)
      and not (phase = 'reversing' and exists (
        select from payments.refunds r where r.book_id = u.book_id and r.payment_id = u.id and r.phase <> 'ended'))
      and not (kind = 'saga' and exists (
        select from sagas.steps step join unended other on step.waits_for in (other.id, other.root)
        where step.saga = u.id and step.state in ('acting', 'compensating')))
  )
  select (select count(*) from unended) as checked, (select count(*) from lost) as total,
    lost.kind, lost.id, lost.phase,
    coalesce(
      (select letter.id from lanes.dead_letters letter
       where letter.subject = lost.id and letter.replayed_at is null and letter.discarded_at is null limit 1),
      (select letter.id from lanes.dead_letters letter
       where letter.subject = lost.id and letter.replayed_at is null and letter.discarded_at is not null limit 1)
    ) as dead_letter
  from (select) one left join lateral (select kind, id, phase from lost order by id limit $1) lost on true`

type LostRow = { checked: bigint; total: bigint } & (
  | { kind: Exclude<PaymentsSubject['kind'], 'event'>; id: string; phase: string; dead_letter: string | null }
  | { kind: null }
)

async function findLost(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<LostRow>({ text: lostText, values: [limit] })
  const texts = rows.flatMap((row) => {
    if (row.kind === null) return []
    const letter =
      row.dead_letter === null ? '' : `, only dead letter ${encodeId(idPrefix.deadLetter, row.dead_letter)}`
    const name = `${row.kind} ${encodeId(idPrefix[row.kind], row.id)}`
    return `${name} is ${row.phase}, and there is no message about it and it has no case${letter}`
  })
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

// A dead letter has an open case until it is replayed or an operator has discarded it.
const unseenText = `
  with letters as materialized (
    select id, kind, subject, code from lanes.dead_letters
    where replayed_at is null and discarded_at is null and kind in ('payment.input', 'payment.rail_event', 'saga.step')
  ), unseen as (
    select id, kind, code from letters where not exists (
      select from cases.cases k
      where k.queue = 'payments' and k.reason = 'dead_letter' and k.subject_id = letters.subject
        and k.resolved_at is null)
  )
  select (select count(*) from letters) as checked, (select count(*) from unseen) as total,
    first.id, first.kind, first.code
  from (select) one left join lateral (select id, kind, code from unseen order by id limit $1) first on true`

type UnseenRow = { checked: bigint; total: bigint } & ({ id: string; kind: string; code: string } | { id: null })

async function findUnseen(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<UnseenRow>({ text: unseenText, values: [limit] })
  const texts = rows.flatMap((row) =>
    row.id === null
      ? []
      : `dead letter ${encodeId(idPrefix.deadLetter, row.id)} (${row.kind}, ${row.code}) has no case, and was neither replayed nor discarded`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

// A subject that has ended is in a final state, holds nothing and requests nothing of a rail. A failed or canceled
// payment has returned everything. Money still in suspense has a case that is open or was settled by an operator's
// statement. Received, owed and lost amounts have cases of their own.
const falseEndsText = `
  with matters as materialized (
    select coalesce(r.payment_id, c.payment_id, k.subject_id) as payment,
      case when r.id is not null and k.resolved_at is null then 'any' else k.reason end as reason
    from cases.cases k
    left join payments.refunds r on k.subject_kind = 'refund' and r.book_id = k.book_id and r.id = k.subject_id
    left join payments.captures c on k.subject_kind = 'capture' and c.book_id = k.book_id and c.id = k.subject_id
    where k.queue = 'payments' and (k.resolved_at is null or k.resolution in ('force', 'write_off'))
    union all
    -- The dispute has a case of its own.
    select payment_id, 'booking_refused' from payments.disputes where undelivered is not null
  ), ended as (
    select 'payment' as kind, p.id,
      case
        when state not in ('succeeded', 'failed', 'canceled') then 'state'
        when amount_capturable + amount_capturing <> 0 or holds is not null then 'held'
        when state <> 'succeeded' and amount_captured <> amount_refunded + amount_refunding then 'kept'
        when ((amount_suspended + amount_owed + amount_lost <> 0 and p.id not in (
              select payment from matters
              where reason in ('any', 'late_success', 'wrong_amount', 'booking_refused', 'compensation_failed')))
            or (amount_owed <> 0 and p.id not in (select payment from matters where reason in ('any', 'booking_refused')))
            or (amount_lost <> 0 and p.id not in (
              select payment from matters
              where reason in ('any', 'dispute_after_refund', 'late_success', 'wrong_amount', 'booking_refused'))))
          and not exists (
            select from payments.refunds r where r.book_id = p.book_id and r.payment_id = p.id
              and r.phase <> 'ended' and r.from_shares::text like '%"suspense:%') then 'suspended'
        when amount_refunding <> coalesce((
          select sum(r.amount) from payments.refunds r
          where r.book_id = p.book_id and r.payment_id = p.id and r.phase <> 'ended'
            -- Refunded already, in another amount: that is counted, and an operator handles the difference.
            and not (r.phase = 'stuck' and r.reason = 'wrong_amount' and r.holds is null)
            and r.from_shares::text not like '%"suspense:%'), 0) then 'refunding'
      end as wrong
    from payments.payments p where phase = 'ended'
    union all
    select 'refund', id, case
        when state not in ('succeeded', 'failed', 'canceled') then 'state' when holds is not null then 'held' end
    from payments.refunds where phase = 'ended'
    union all
    select 'payout', id, case
        when state not in ('succeeded', 'failed', 'canceled') then 'state' when holds is not null then 'held' end
    from payments.payouts where phase = 'ended'
  )
  select (select count(*) from ended) as checked, (select count(*) from ended where wrong is not null) as total,
    wrong.kind, wrong.id, wrong.wrong
  from (select) one
  left join lateral (select kind, id, wrong from ended where wrong is not null order by id limit $1) wrong on true`

type Wrong = 'state' | 'held' | 'kept' | 'suspended' | 'refunding'
type FalseEndRow = { checked: bigint; total: bigint } & (
  | { kind: 'payment' | 'refund' | 'payout'; id: string; wrong: Wrong }
  | { kind: null }
)

async function findFalseEnds(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<FalseEndRow>({ text: falseEndsText, values: [limit] })
  const texts = rows.flatMap((row) =>
    row.kind === null ? [] : `${row.kind} ${encodeId(idPrefix[row.kind], row.id)} has ended, but ${wordsOf(row.wrong)}`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

function wordsOf(wrong: Wrong): string {
  switch (wrong) {
    case 'state':
      return 'its state is not one of an end'
    case 'held':
      return 'something is still held for it'
    case 'kept':
      return 'not everything that was captured has been returned'
    case 'suspended':
      return 'something of it is in suspense without a case'
    case 'refunding':
      return 'what it says is being refunded is not what its refunds are about'
    default:
      return unreachable(wrong)
  }
}

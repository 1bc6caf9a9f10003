import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { type Found, joinFound } from './found.ts'

/** Finds payments, refunds and payouts whose amounts differ from those of their transfers. */
export async function findDifferences(reader: SnapshotReader, limit: number): Promise<Found> {
  const payments = await findIn(reader, limit, 'payment', paymentsText)
  const refunds = await findIn(reader, limit, 'refund', refundsText)
  const payouts = await findIn(reader, limit, 'payout', payoutsText)
  return joinFound([payments, refunds, payouts], limit)
}

// Every transfer that the timeline names in these steps `s`, with its amounts moved so far and still held, without the
// fees of rails. A posted hold is named by several steps and counts once. `from_suspense` and the other three: whether
// a side is a chart account. `clearing_out` and `clearing_in`: the rail of that side. Timelines of rows before `kept`
// may have been dropped.
const fees = "'^rails:[^:]+:fees:'"

export const transfersOf = (steps: string) => `
  kept as (
    select coalesce(max(d.bound)::uuid, '00000000-0000-0000-0000-000000000000') as first_id
    from platform.dropped d where d.table_name = 'payments.steps'
  ), named as (
    select s.book_id, s.root_id, name.id::uuid as transfer_id,
      min(s.subject_id::text) filter (where s.subject_kind = 'refund') as refund_id,
      bool_or(s.input = 'dispute') as is_dispute
    from payments.steps s cross join lateral json_array_elements_text(s.transfers) name (id)
    where s.transfers is not null and ${steps}
    group by s.book_id, s.root_id, name.id
  ), moved as (
    select n.root_id, n.refund_id, n.is_dispute, t.position is null as is_missing,
      source.code like 'suspense:%' as from_suspense, destination.code like 'suspense:%' as to_suspense,
      source.code ~ '^rails:[^:]+:clearing:' as from_clearing,
      destination.code ~ '^(rails:[^:]+:clearing|write_offs):' as to_clearing,
      destination.code like 'write_offs:%' as is_write_off,
      source.code ~ '^rails:[^:]+:clearing:' and destination.code like 'write_offs:%' as is_recovered,
      substring(source.code from '^rails:([^:]+):clearing:') as clearing_out,
      substring(destination.code from '^rails:([^:]+):clearing:') as clearing_in,
      source.number as debited, destination.number as credited,
      case when t.flags & 1 = 0 then t.amount when r.kind = 3 then r.amount else 0 end as posted,
      case when t.flags & 1 = 1 and r.kind is null then t.amount else 0 end as held
    from named n
    left join ledger.transfers t on t.book_id = n.book_id and t.id = n.transfer_id and t.flags < 4
    left join ledger.resolutions r on r.transfer = t.position
    left join ledger.accounts source on source.number = t.source
    left join ledger.accounts destination on destination.number = t.destination
    where not coalesce(source.code ~ ${fees} or destination.code ~ ${fees}, false)
      -- What is written off fills suspense. It stays a loss of its payment, or a debt in off_shares.
      and coalesce(source.code, '') not like 'write_offs:%'
  )`
export const transfersText = transfersOf('true')

const paymentsText = `
  with ${transfersText}, sums as (
    select root_id,
      count(*) filter (where is_missing) as missing,
      sum(posted) filter (where refund_id is null and not is_dispute and not to_suspense and not to_clearing) as captured,
      -- A won dispute returns what it took. What came back of a refund goes to those who had paid it, maybe by way
      -- of suspense.
      sum(case when is_dispute and not to_clearing or refund_id is not null and (from_clearing or from_suspense)
          then -posted else posted end)
        filter (where not is_recovered and (to_clearing and not from_suspense
          or refund_id is not null and not to_suspense and not (from_suspense and to_clearing)
          or is_dispute and not to_suspense and not to_clearing)) as refunded,
      -- What a rail took back beyond what can be refunded is in suspense: the row cannot tell how much.
      bool_or(refund_id is null and posted > 0 and (from_suspense and to_clearing or to_suspense and not from_clearing))
        as is_short,
      sum(case when to_suspense then posted when from_suspense then -posted else 0 end) as suspended,
      -- What came back of a debt that was written off. From suspense also goes what is written off itself.
      sum(posted) filter (where is_recovered) as recovered,
      sum(posted) filter (where is_write_off and from_suspense) as given_up,
      -- What is held in suspense is a refund's, also while no step of the refund's own has named it.
      sum(held) filter (where refund_id is null and not from_suspense) as held
    from moved group by root_id
  ), offs as (
    select p.id, sum((one ->> 1)::bigint) as paid, coalesce(sum((one ->> 2)::bigint), 0) as back
    from payments.payments p cross join lateral json_array_elements(p.off_shares) one
    where p.off_shares is not null group by p.id
  )
  select p.id, p.asset,
    coalesce(s.missing, 0)::text as missing,
    p.amount_captured::text as said_captured, coalesce(s.captured, 0)::text as booked_captured,
    -- What those who got it owe still was refunded from suspense. What was written off, write-offs paid.
    (case when s.is_short then s.refunded
      else p.amount_refunded - p.amount_owed - coalesce(offs.paid - offs.back, 0) end)::text as said_refunded,
    coalesce(s.refunded, 0)::text as booked_refunded,
    (p.amount_suspended - coalesce(offs.paid, 0))::text as said_suspended, coalesce(s.suspended, 0)::text as booked_suspended,
    (case when p.source_account is null then 0 else p.amount_capturable + p.amount_capturing end)::text as said_held,
    coalesce(s.held, 0)::text as booked_held,
    coalesce(offs.back, 0)::text as said_recovered,
    greatest(least(coalesce(offs.back, 0), coalesce(s.recovered, 0) + coalesce(s.given_up, 0)), s.recovered)::text as booked_recovered,
    -- No more was written off than was taken back and is neither paid nor owed.
    coalesce(offs.paid - offs.back, 0)::text as said_unpaid,
    least(coalesce(offs.paid - offs.back, 0), p.amount_refunded - p.amount_owed)::text as booked_unpaid
  from payments.payments p left join sums s on s.root_id = p.id left join offs on offs.id = p.id
  where p.id >= (select first_id from kept)`

const refundsText = `
  with ${transfersText}, sums as (
    select refund_id::uuid as id, count(*) filter (where is_missing) as missing,
      -- Recipients pay into suspense for a dispute that had overtaken the refund. What had come back may leave suspense.
      sum(case when from_clearing then -posted else posted end)
        filter (where (not is_write_off or from_clearing)
          and (from_clearing or not to_suspense and (to_clearing or not from_suspense))) as posted,
      sum(held) as held
    from moved where refund_id is not null group by refund_id
  )
  select f.id, f.asset, coalesce(s.missing, 0)::text as missing,
    -- What a rail returned in another amount, or after the end, was an operator's: the row cannot tell how much it was.
    (case
      when exists (
        select from cases.cases k
        where k.queue = 'payments' and k.subject_id = f.id and k.reason in ('wrong_amount', 'late_success')
          and k.resolution is distinct from 'replaced')
        then coalesce(s.posted, 0)
      -- An operator stated it in full, and the rail then reported another amount: that is the payment's case.
      when f.state = 'succeeded' then coalesce((
        select a.amount_moved from payments.attempts a
        where a.root_id = f.payment_id and a.subject_id = f.id and a.state = 'succeeded' and a.amount_moved <> a.amount
        limit 1), f.amount) - f.amount_returned
      else 0
    end)::text as said_moved,
    coalesce(s.posted, 0)::text as booked_moved,
    (case f.phase when 'ended' then 0 else coalesce(s.held, 0) end)::text as said_held,
    coalesce(s.held, 0)::text as booked_held
  from payments.refunds f left join sums s on s.id = f.id
  where f.payment_id >= (select first_id from kept)`

const payoutsText = `
  with ${transfersText}, sums as (
    select root_id, count(*) filter (where is_missing) as missing,
      sum(case when to_clearing then posted when from_clearing then -posted else 0 end) as posted, sum(held) as held,
      sum(case when to_suspense then posted when from_suspense then -posted else 0 end) as suspended
    from moved group by root_id
  ), settled as (
    select root_id, sum((suspended ->> 'delivered')::bigint) as amount
    from payments.attempts where operation = 'payout' and suspended is not null group by root_id
  )
  select o.id, o.asset, coalesce(s.missing, 0)::text as missing,
    -- What a rail paid in another amount, or after the end, was an operator's: the row cannot tell how much it was.
    (case
      when exists (
        select from cases.cases k
        where k.queue = 'payments' and k.subject_id = o.id and k.resolution is distinct from 'replaced'
          and k.reason in ('wrong_amount', 'late_success', 'booking_refused')) then coalesce(s.posted, 0)
      when o.state = 'succeeded' then o.amount - o.amount_returned
      else 0
    end)::text as said_moved,
    coalesce(s.posted, 0)::text as booked_moved,
    -- What rails paid beyond what its account pays for is a clawback: somebody has it, or has stated what became of it.
    -- Nothing is left there of a payout that failed, unless somebody had settled it before.
    (case when o.state = 'failed' and s.suspended > 0 then least(s.suspended, coalesce(settled.amount, 0)) when exists (
      select from cases.cases k
      where k.queue = 'payments' and k.subject_id = o.id and (k.resolved_at is null or k.resolution in ('force', 'write_off'))) then coalesce(s.suspended, 0)
      else 0 end)::text as said_suspended,
    coalesce(s.suspended, 0)::text as booked_suspended,
    (case o.phase when 'ended' then 0 else coalesce(s.held, 0) end)::text as said_held,
    coalesce(s.held, 0)::text as booked_held
  from payments.payouts o left join sums s on s.root_id = o.id left join settled on settled.root_id = o.id
  where o.id >= (select first_id from kept)`

const amounts = ['captured', 'refunded', 'suspended', 'moved', 'held', 'recovered', 'unpaid'] as const
type Kind = 'payment' | 'refund' | 'payout'
type DifferenceRow = { checked: bigint; total: bigint; id: string | null; wrong: Readonly<Record<string, string>> }

async function findIn(reader: SnapshotReader, limit: number, kind: Kind, select: string): Promise<Found> {
  const said = amounts.filter((amount) => select.includes(`said_${amount}`))
  const differs = ["missing <> '0'", ...said.map((amount) => `said_${amount} <> booked_${amount}`)].join(' or ')
  const columns = ['id', 'asset', 'missing', ...said.flatMap((amount) => [`said_${amount}`, `booked_${amount}`])].join()
  const rows = await reader.query<DifferenceRow>({
    text: `with compared as materialized (${select}), wrong as materialized (
        select ${columns} from compared where ${differs})
      select (select count(*) from compared) as checked, (select count(*) from wrong) as total,
        first.id, to_json(first) as wrong
      from (select) one left join lateral (select ${columns} from wrong order by id limit $1) first on true`,
    values: [limit],
  })
  const texts = rows.flatMap((row) => (row.id === null ? [] : describe(kind, row.id, row.wrong)))
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

function describe(kind: Kind, id: string, wrong: Readonly<Record<string, string>>): string {
  const differences = amounts.flatMap((amount) => {
    const [says, books] = [wrong[`said_${amount}`], wrong[`booked_${amount}`]]
    return says === books ? [] : `${amount} should be ${says}, and the books have ${books}`
  })
  const missing = wrong.missing === '0' ? [] : [`${wrong.missing} of its transfers are not in the books`]
  return `${kind} ${encodeId(idPrefix[kind], id)} (${wrong.asset}): ${[...missing, ...differences].join('; ')}`
}

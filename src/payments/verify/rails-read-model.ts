import { encodeId, idPrefix } from '#kernel'
import type { SnapshotReader } from '#platform/postgres'
import { transfersText } from './books-read-model.ts'
import { type Found, joinFound } from './found.ts'

/**
 * Finds payments and payouts for which rails report other movements than their clearing accounts have. Operators'
 * decisions and disputes book other amounts than the attempts show. After them, it finds only three cases. Nothing is
 * booked at all, or less came over a rail than is in suspense from it. Or more came than it reported, operators stated
 * and disputes gave back beyond what they had taken. What came back counts as not moved. The money in suspense for a
 * payment must equal that of its attempts. An open case `unbooked` exempts its payment. If the timelines were dropped,
 * nothing can be compared.
 */
export async function findUnbooked(reader: SnapshotReader, limit: number): Promise<Found> {
  return joinFound([await findDiffering(reader, limit), await findUnattributed(reader, limit)], limit)
}

async function findDiffering(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<UnbookedRow>({ text: unbookedText, values: [limit] })
  const texts = rows.flatMap((row) =>
    row.id === null
      ? []
      : `${row.kind} ${encodeId(idPrefix[row.kind], row.id)}: the rail ${row.rail} moved ${row.reported} ${row.asset} for it (minus: out), and its clearing account has ${row.booked}`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type UnbookedRow = { checked: bigint; total: bigint } & (
  | { id: string; kind: 'payment' | 'payout'; rail: string; asset: string; reported: string; booked: string }
  | { id: null }
)

const unbookedText = `
  with ${transfersText}, flows as (
    select root_id, clearing_out as rail, posted as amount from moved where clearing_out is not null
    union all
    select root_id, clearing_in, -posted from moved where clearing_in is not null
  ), booked as (
    select root_id, rail, sum(amount) as amount from flows group by root_id, rail
  ), called as materialized (
    select current_attempt as id from payments.payments where current_attempt is not null
    union select current_attempt from payments.captures where current_attempt is not null
  ), attempts as (
    select root_id, rail, asset, operation, reason, suspended, state = 'succeeded' as is_told,
      amount_moved is null as is_vague, operation in ('charge', 'capture') as is_in,
      coalesce(amount_moved, amount) - coalesce((
        select sum((one ->> 1)::bigint) from json_array_elements(returned) one), 0) as amount,
      -- What an operator has stated: its rail has not said so. Before attempts said it, it was only what its subject calls.
      state <> 'succeeded' and (called.id is not null or amount_moved is not null and reason is distinct from 'settled_by_hand')
        as is_stated
    from payments.attempts left join called using (id)
    where operation in ('charge', 'capture', 'refund', 'payout')
  ), reported as (
    select root_id, rail, min(asset) as asset,
      sum(case when is_in then amount else -amount end) filter (where is_told) as amount,
      -- What came and has not been denied since, less what went, and how much of that is in suspense: by whatever people
      -- have stated, the clearing account has no less than the lesser of the two.
      least(coalesce(sum(case when is_in then amount else -amount end)
          filter (where is_told and (operation = 'refund' or reason is distinct from 'contradicted')), 0),
        coalesce(sum((suspended ->> 'amount')::bigint) filter (where is_told and is_in), 0)) as least,
      -- And no more than what came, or was stated to have come, less what went and is booked.
      coalesce(sum(amount) filter (where is_in and (is_told or is_stated)), 0)
        - coalesce(sum(amount) filter (where not is_in and is_told and reason is distinct from 'contradicted'
          and not coalesce(reason like 'unbooked%', false)), 0) as most,
      bool_or(is_vague) filter (where is_told) as is_vague
    from attempts group by root_id, rail
  ), beyond as (
    -- Rails gave back that much more than disputes had taken.
    select payment_id as root_id, rail, -sum(kept) as amount from payments.disputes where kept < 0 group by payment_id, rail
  ), judged as materialized (
    select root_id, bool_or(input = 'dispute') or p.id is null as is_beyond
    from payments.steps left join payments.payments p on p.book_id = steps.book_id and p.id = steps.root_id
    where input in ('dispute', 'decision')
    group by root_id, p.id
  ), people as materialized (
    select k.reason, coalesce(c.payment_id, r.payment_id, k.subject_id) as root_id, k.resolved_at is null as is_open
    from cases.cases k
    left join payments.captures c on k.subject_kind = 'capture' and c.book_id = k.book_id and c.id = k.subject_id
    left join payments.refunds r on k.subject_kind = 'refund' and r.book_id = k.book_id and r.id = k.subject_id
    where k.queue = 'payments' and k.reason in ('wrong_amount', 'unbooked') and k.resolution is distinct from 'replaced'
  ), wrong as (
    select root_id as id, rail, asset, reported.amount as reported, coalesce(booked.amount, 0) as booked
    from reported full join booked using (root_id, rail) left join beyond using (root_id, rail)
    where root_id >= (select first_id from kept) and coalesce(reported.amount, 0) <> coalesce(booked.amount, 0)
      and (booked.amount is null or root_id not in (select root_id from judged)
        or booked.amount < coalesce(reported.least, 0) and root_id not in (select root_id from judged where is_beyond)
        or booked.amount > coalesce(reported.most, 0) + coalesce(beyond.amount, 0))
      and root_id not in (select root_id from people where reason = 'unbooked' and is_open)
      -- Before amounts were kept an attempt that moved another one than asked reported so only here.
      and not (coalesce(is_vague, false) and root_id in (select root_id from people where reason = 'wrong_amount'))
  )
  select (select count(*) from reported) as checked, (select count(*) from wrong) as total, first.id,
    case when exists (select from payments.payouts o where o.id = first.id) then 'payout' else 'payment' end as kind,
    first.rail, coalesce(first.asset, '') as asset, coalesce(first.reported, 0)::text as reported, first.booked::text as booked
  from (select) one left join lateral (
    select id, rail, asset, reported, booked from wrong order by id, rail limit $1) first on true`

/** Finds payments with more or less in suspense than the attempts that brought it show. */
async function findUnattributed(reader: SnapshotReader, limit: number): Promise<Found> {
  const rows = await reader.query<UnattributedRow>({ text: unattributedText, values: [limit] })
  const texts = rows.flatMap(({ id, said, suspended }) =>
    id === null
      ? []
      : `payment ${encodeId(idPrefix.payment, id)}: ${said} of what came for it is in suspense, and ${suspended} by its attempts`,
  )
  return { checked: Number(rows[0]?.checked ?? 0n), total: Number(rows[0]?.total ?? 0n), texts }
}

type UnattributedRow = { checked: bigint; total: bigint; id: string | null; said: string; suspended: string }

const unattributedText = `
  with suspended as (
    select root_id as id, sum((suspended ->> 'amount')::bigint) as amount
    from payments.attempts where suspended is not null and operation <> 'payout' group by root_id
  ), said as (
    select id, amount_suspended + amount_owed + amount_lost as amount
    from payments.payments where amount_suspended + amount_owed + amount_lost <> 0
  ), compared as materialized (
    select id, coalesce(said.amount, 0) as said, coalesce(suspended.amount, 0) as suspended from said full join suspended using (id)
  )
  select (select count(*) from compared) as checked,
    (select count(*) from compared where said <> suspended) as total, first.id, first.said::text as said, first.suspended::text as suspended
  from (select) one left join lateral (
    select id, said, suspended from compared where said <> suspended order by id limit $1) first on true`

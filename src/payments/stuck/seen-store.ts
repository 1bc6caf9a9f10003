import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { SeenInSuspense, StuckReason } from '../machine.ts'

/**
 * What a matter of a payment is about and lies in suspense now, by the attempts that brought it, less what refunds hold
 * of it: what an entry speaks of. To be read under the payment's lock, so that the entry and this are of one moment.
 */
export async function readSeen(tx: Transaction, payment: Uuid, about: StuckReason): Promise<SeenInSuspense> {
  const rows = await tx.query<{ id: string; amount: string }>({ text: seenText, values: [payment, about] })
  return Object.fromEntries(rows.map(({ id, amount }) => [id.replaceAll('-', ''), amount]))
}

const seenText = `
  with lying as (
    select a.id, (a.suspended ->> 'amount')::bigint - coalesce(held.amount, 0) as amount
    from payments.attempts a left join lateral (
      select sum(r.amount) as amount
      from payments.refunds r join payments.attempts call on call.id = r.call
      where r.payment_id = a.root_id and r.book_id + 0 = a.book_id and r.holds is not null
        and r.from_shares::text like '%"suspense:%' and call.rail = a.rail
        and call.concerns = case when a.operation = 'refund' then a.concerns else a.rail_reference end) held on true
    where a.root_id = $1 and a.suspended is not null and a.operation in ('charge', 'capture', 'refund')
      and (a.suspended ->> 'why' = 'late_success') = ($2 = 'late_success'))
  select id, amount::text as amount from lying where amount > 0`

import type { Uuid } from '#kernel'
import { type BurstStep, fewRows, plainArray, type Transaction, textArray } from '#platform/postgres'

export type NamedDispute = {
  readonly rail: string
  readonly reference: string
  readonly book: number
  readonly payment: Uuid
  readonly amount: bigint
}

/** `known`: reported before, the same. `other`: reported before, for another payment or amount. */
export type DisputeNews = 'new' | 'known' | 'other'

/** Disputes are stored in the order of their references, so that processes never deadlock. */
export async function noteDisputes(tx: Transaction, disputes: readonly NamedDispute[]): Promise<DisputeNews[]> {
  if (disputes.length === 0) return []
  const [noted] = await tx.burst([noteStep(disputes)])
  const [found] = await tx.burst([readStep(disputes)])
  const fresh = new Set((noted?.rows ?? []).map(nameIn))
  const known = new Map((found?.rows ?? []).map((row) => [nameIn(row), `${row[2]} ${row[3]}`]))
  return disputes.map(({ rail, reference, payment, amount }) => {
    const name = nameIn([rail, reference])
    if (known.get(name) !== `${payment} ${amount}`) return 'other'
    // Of two equal disputes in this list, the first is new.
    return fresh.delete(name) ? 'new' : 'known'
  })
}

/** Dead letters that an operator has discarded: nothing of their disputes is booked. */
export async function findDiscarded(tx: Transaction, disputes: readonly NamedDispute[]): Promise<Uuid[]> {
  if (disputes.length === 0) return []
  const [found] = await tx.burst([discardedStep(disputes)])
  return (found?.rows ?? []).map(([id]) => id ?? '')
}

function nameIn([rail, reference]: readonly (string | null)[]): string {
  return `${rail} ${reference}`
}

function noteStep(disputes: readonly NamedDispute[]): BurstStep {
  return {
    name: 'payments-note-disputes',
    text: `insert into payments.disputes (rail, reference, book_id, payment_id, amount)
      select rail, reference, book_id, payment_id, amount
      from unnest($1::text[], $2::text[], $3::integer[], $4::uuid[], $5::bigint[])
        with ordinality as told (rail, reference, book_id, payment_id, amount, place)
      order by rail, reference, place
      on conflict do nothing
      returning rail, reference`,
    values: [
      textArray(disputes.map(({ rail }) => rail)),
      textArray(disputes.map(({ reference }) => reference)),
      plainArray(disputes.map(({ book }) => book)),
      plainArray(disputes.map(({ payment }) => payment)),
      plainArray(disputes.map(({ amount }) => amount)),
    ],
  }
}

function readStep(disputes: readonly NamedDispute[]): BurstStep {
  return {
    name: 'payments-read-disputes',
    text: `select rail, reference, replace(payment_id::text, '-', ''), amount from payments.disputes
      where (rail, reference) in (
        select told.rail, told.reference from ${fewRows('$1::text[], $2::text[]')} as told (rail, reference)
      )`,
    values: [textArray(disputes.map(({ rail }) => rail)), textArray(disputes.map(({ reference }) => reference))],
  }
}

function discardedStep(disputes: readonly NamedDispute[]): BurstStep {
  return {
    name: 'payments-find-discarded-disputes',
    text: `select distinct replace(letter.id::text, '-', '')
      from ${fewRows('$1::uuid[], $2::text[], $3::text[]')} as told (payment_id, rail, reference)
      join lanes.dead_letters letter on letter.subject = told.payment_id
      where letter.replayed_at is null and letter.discarded_at is not null
        and letter.kind = 'payment.input' and letter.payload::json ->> 'i' = 'dispute'
        and letter.payload::json ->> 'rail' = told.rail
        and letter.payload::json ->> 'railReference' = told.reference`,
    values: [
      plainArray(disputes.map(({ payment }) => payment)),
      textArray(disputes.map(({ rail }) => rail)),
      textArray(disputes.map(({ reference }) => reference)),
    ],
  }
}

import type { Timestamp, Uuid } from '#kernel'
import { renewableUuid, repeatableUuid } from '#platform/ids'
import type { Transaction } from '#platform/postgres'
import type { Payment } from '../../payment.ts'
import { indexPlansStep } from '../handling/load-rows.ts'
import { readAttemptsOfStep, type StoredAttempt, toAttempt } from '../rows/attempt-store.ts'
import { readRefundsOfStep, toRefund } from '../rows/refund-store.ts'
import { type RefundDependencies, storeRefused } from './create-refunds.ts'

// What is captured while its payer wants it back is refunded by the program. On another server, the capture may be first,
// and then it is a request that refunds it, or is refused. Both have the same id at the rail.

type Reversal = { readonly id: Uuid; readonly amount: bigint; readonly operation: 'charge' | 'capture' }

/** The refunds that the program would have made, without those that are there already. */
async function reversalsOf(tx: Transaction, { book, id, rail }: Payment): Promise<Reversal[]> {
  const [, attempts, refunds] = await tx.burst([indexPlansStep, readAttemptsOfStep(id), readRefundsOfStep(book, id)])
  const digestOf = (refund: Uuid) => repeatableUuid(refund, 'refund')
  const known = new Set((refunds?.rows ?? []).map((row) => digestOf(toRefund(row).id)))
  const made = (attempts?.rows ?? []).map(toAttempt).filter((one) => one.rail === rail && one.state === 'succeeded')
  return made.flatMap(reversalOf).filter((one) => !known.has(digestOf(one.id)))
}

function reversalOf({ id, subject, operation, amount, amountMoved = amount, returns = 0 }: StoredAttempt): Reversal[] {
  if (operation === 'capture') return [{ id: renewableUuid(subject.id, 'refund'), amount: amountMoved, operation }]
  if (operation !== 'charge' || returns > 0) return []
  return [{ id: renewableUuid(id, 'refund 0'), amount: amountMoved, operation }]
}

/** The id of a refund of all, if the program would have made the same. */
export async function reversalIdOf(tx: Transaction, payment: Payment): Promise<Uuid | undefined> {
  const { source, amountCaptured, amountRefunded, amountRefunding } = payment
  if (source.kind === 'wallet' || amountRefunded + amountRefunding > 0n) return undefined
  const [reversal, ...others] = await reversalsOf(tx, payment)
  return others.length === 0 && reversal?.amount === amountCaptured ? reversal.id : undefined
}

/** Stores them as failed, so that the rail is asked for them. `wantsBack`: also those of captures. */
export async function askForReversals(
  deps: RefundDependencies,
  tx: Transaction,
  { payment, now, wantsBack }: { readonly payment: Payment; readonly now: Timestamp; readonly wantsBack: boolean },
): Promise<void> {
  if (payment.source.kind !== 'rail' || payment.amountCaptured === 0n) return
  const reversals = await reversalsOf(tx, payment)
  for (const { id, amount, operation } of reversals) {
    if (operation === 'capture' && !wantsBack) continue
    const request = { book: payment.book, payment: payment.id, id, amount, isReversal: true, metadata: {} }
    await storeRefused(deps, tx, request, { payment, now, reason: 'payment_not_cancelable' })
  }
}

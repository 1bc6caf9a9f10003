import { assert, type Uuid } from '#kernel'
import type { Capture, Payment, Payout, Refund } from './payment.ts'
import type { Ended } from './payments.ts'

type Rows = {
  readonly payments: ReadonlyMap<Uuid, Payment>
  readonly captures: ReadonlyMap<Uuid, Capture>
  readonly refunds: ReadonlyMap<Uuid, Refund>
  readonly payouts: ReadonlyMap<Uuid, Payout>
}

/** Of the rows that are in `before`, and the captures and payouts that are new. */
export function endedBetween(before: Rows, after: Rows): Ended[] {
  const paymentOf = (id: Uuid): Payment => {
    const payment = after.payments.get(id)
    assert(payment !== undefined, 'what ends is of a payment')
    return payment
  }
  return [
    ...changed(before.payments, after.payments).flatMap(({ was, row }) =>
      was !== undefined && (hasEnded(was, row) || isFreed(was, row)) ? [{ kind: 'payment', row } as const] : [],
    ),
    ...changed(before.captures, after.captures).flatMap(({ was, row }) =>
      hasEnded(was, row) ? [{ kind: 'capture', row, payment: paymentOf(row.payment) } as const] : [],
    ),
    ...changed(before.refunds, after.refunds).flatMap(({ was, row }) =>
      was !== undefined && hasEnded(was, row)
        ? [{ kind: 'refund', row, payment: paymentOf(row.payment) } as const]
        : [],
    ),
    ...changed(before.payouts, after.payouts).flatMap(({ was, row }) =>
      hasEnded(was, row) ? [{ kind: 'payout', row } as const] : [],
    ),
  ]
}

/** Whoever waits for one of these goes on. A payment is waited for while another refund or capture of it is running. */
export function endedSubjects(ended: readonly Ended[]): Uuid[] {
  return [...new Set(ended.flatMap((one) => ('payment' in one ? [one.row.id, one.payment.id] : [one.row.id])))]
}

function changed<Row>(before: ReadonlyMap<Uuid, Row>, after: ReadonlyMap<Uuid, Row>) {
  const found: { readonly was: Row | undefined; readonly row: Row }[] = []
  for (const [id, row] of after) {
    const was = before.get(id)
    if (was !== row) found.push({ was, row })
  }
  return found
}

function hasEnded(before: { readonly state: string } | undefined, after: { readonly state: string }): boolean {
  return before?.state !== after.state && after.state !== 'processing'
}

/** What had gone back of it has not gone after all, as when a part of a refund comes back: it may be left somewhere. */
function isFreed(before: Payment, after: Payment): boolean {
  const back = ({ amountRefunded, amountRefunding }: Payment) => amountRefunded + amountRefunding
  return after.state !== 'processing' && back(after) < back(before)
}

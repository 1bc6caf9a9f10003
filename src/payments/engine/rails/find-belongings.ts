import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Payment, Payout } from '../../payment.ts'
import { isOfReversal } from '../handling/batch-rows.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'
import { readPaymentsStep, toPayment } from '../rows/payment-store.ts'
import { readPayoutsStep, toPayout } from '../rows/payout-store.ts'
import { readRefundsStep, toRefund } from '../rows/refund-store.ts'

/** Lanes and vendors never change, so nothing is locked. */
export async function findBelongings(
  tx: Transaction,
  named: readonly { readonly book: number; readonly root: Uuid }[],
): Promise<Map<Uuid, Payment | Payout>> {
  const belongings = new Map<Uuid, Payment | Payout>()
  for (const book of new Set(named.map((one) => one.book))) {
    const roots = named.filter((one) => one.book === book).map(({ root }) => root)
    const [payments, payouts] = await tx.burst([readPaymentsStep(book, roots), readPayoutsStep(book, roots)])
    for (const payment of (payments?.rows ?? []).map(toPayment)) belongings.set(payment.id, payment)
    for (const payout of (payouts?.rows ?? []).map(toPayout)) belongings.set(payout.id, payout)
  }
  return belongings
}

/** Those that release or give back for a reversal: what a rail reports of them is handled on `rollback`. */
export async function findReversing(tx: Transaction, attempts: readonly StoredAttempt[]): Promise<Set<Uuid>> {
  const refunds = attempts.filter(({ operation }) => operation === 'refund')
  const books = new Set(refunds.map(({ book }) => book))
  const steps = [...books].map((book) =>
    readRefundsStep(
      book,
      refunds.filter((one) => one.book === book).map(({ subject }) => subject.id),
    ),
  )
  const answers = steps.length === 0 ? [] : await tx.burst(steps)
  const rows = answers.flatMap(({ rows: found }) => found).map(toRefund)
  const reversals = new Set(rows.filter(({ isReversal }) => isReversal).map(({ id }) => id))
  const reversing = attempts.filter((one) => isOfReversal(one) || reversals.has(one.subject.id))
  return new Set(reversing.map(({ id }) => id))
}

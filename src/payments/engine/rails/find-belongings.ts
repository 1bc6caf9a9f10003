import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Payment, Payout } from '../../payment.ts'
import { readPaymentsStep, toPayment } from '../rows/payment-store.ts'
import { readPayoutsStep, toPayout } from '../rows/payout-store.ts'

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

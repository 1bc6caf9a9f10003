import type { Refund } from '../../payment.ts'
import { addedUp, sumOf, takenBack } from './shares.ts'

// A payment may have very many refunds. Those that have ended, and undid nothing, matter only for what they took. For
// most inputs they are read as one row, whose id is the payment's.

export function isSummed({ phase, isReversal }: Refund): boolean {
  return phase === 'ended' && !isReversal
}

export function isSum({ id, payment }: Refund): boolean {
  return id === payment
}

export type Sum = Pick<Refund, 'book' | 'payment' | 'asset' | 'from' | 'createdAt'>

/** `from`: what they took from each account. `createdAt`: the latest. */
export function sumRow({ book, payment, asset, from, createdAt }: Sum): Refund {
  return {
    ...{ id: payment, book, payment, amount: sumOf(from), asset, to: { kind: 'source' }, from },
    ...{ state: 'succeeded', reason: undefined, phase: 'ended', holds: [], currentAttempt: undefined, attempts: 0 },
    ...{ isReversal: false, metadata: {}, createdAt, version: 0 },
  }
}

/** `named`: a refund that stays a row of its own. The store does the same in SQL. */
export function withSum(refunds: readonly Refund[], named: string): Refund[] {
  const summed = refunds.filter((refund) => refund.id !== named && isSummed(refund))
  const others = refunds.filter((refund) => !summed.includes(refund))
  const made = summed.filter(({ state }) => state === 'succeeded')
  const [first] = made
  if (first === undefined) return others
  const from = addedUp([], takenBack(made))
  return [...others, sumRow({ ...first, from, createdAt: Math.max(...made.map(({ createdAt }) => createdAt)) })]
}

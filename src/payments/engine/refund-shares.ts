import { splitMoney } from '#kernel'
import type { Payment, Refund, Share } from '../payment.ts'

/**
 * Who pays for a refund when the request does not say: the destinations and the fee, in proportion to
 * what each still has of what was captured. Over any number of refunds nobody pays back more than it
 * got. At most what is refundable.
 */
export function refundShares(payment: Payment, earlier: readonly Refund[], amount: bigint): Share[] {
  const shares = payment.fee === undefined ? payment.destinations : [...payment.destinations, payment.fee]
  const got = splitMoney(
    payment.amountCaptured,
    shares.map((share) => share.amount),
  )
  const paidBack = new Map<string, bigint>()
  for (const refund of earlier) {
    if (refund.state === 'failed' || refund.state === 'canceled') continue
    for (const share of refund.from) paidBack.set(share.account, (paidBack.get(share.account) ?? 0n) + share.amount)
  }
  const left = shares.map(({ account }, index) => {
    const has = got[index] ?? 0n
    const gone = paidBack.get(account) ?? 0n
    const taken = gone < has ? gone : has
    paidBack.set(account, gone - taken)
    return has - taken
  })
  const isEnough = left.reduce((sum, one) => sum + one, 0n) >= amount
  const parts = splitMoney(amount, isEnough ? left : got)
  return shares
    .map(({ account }, index) => ({ account, amount: parts[index] ?? 0n }))
    .filter((share) => share.amount > 0n)
}

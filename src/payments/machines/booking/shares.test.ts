import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nothingMoved, type Payment, type Share } from '../../payment.ts'
import {
  capturedOf,
  partsOf,
  refundShares,
  sharesOf,
  stillHas,
  sumOf,
  uncapturedOf,
  withCaptured,
  withIncrement,
} from './shares.ts'

const base: Payment = {
  id: '1'.repeat(32),
  book: 1,
  state: 'authorized',
  reason: undefined,
  phase: 'held',
  source: { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] },
  asset: 'USD',
  amount: 1n,
  destinations: [],
  fee: undefined,
  capture: 'manual',
  ...nothingMoved,
  holds: [],
  currentAttempt: undefined,
  rail: 'card',
  railReference: 'auth_1',
  attempts: 1,
  vendor: 0,
  lane: 'standard',
  reference: undefined,
  metadata: {},
  expiresAt: undefined,
  createdAt: 0,
  version: 1,
}

/** A payment of up to five destinations and a fee. */
const payments = fc
  .tuple(
    fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 5 }),
    fc.option(fc.bigInt({ min: 1n, max: 10n ** 9n }), { nil: undefined }),
  )
  .map(([amounts, fee]): Payment => {
    const destinations = amounts.map((amount, at): Share => ({ account: `shop:${at}`, amount }))
    const share = fee === undefined ? undefined : { account: 'fees', amount: fee }
    const amount = sumOf(destinations) + (fee ?? 0n)
    return { ...base, destinations, fee: share, amount }
  })

const cuts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { maxLength: 12 })

/** Amounts that add up to `whole`: each as wanted, as long as something is left. */
function inParts(whole: bigint, wanted: readonly bigint[]): bigint[] {
  const parts: bigint[] = []
  let left = whole
  for (const amount of [...wanted, whole]) {
    const part = amount < left ? amount : left
    if (part > 0n) parts.push(part)
    left -= part
  }
  return parts
}

describe('shares', () => {
  it('captured in any number of parts, each get exactly their amount', () => {
    fc.assert(
      fc.property(payments, cuts, (payment, wanted) => {
        let row = payment
        for (const amount of inParts(payment.amount, wanted)) {
          const parts = partsOf(amount, uncapturedOf(row))
          const before = uncapturedOf(row)
          expect(sumOf(parts)).toBe(amount)
          parts.forEach((part, at) => {
            expect(part.amount >= 0n && part.amount <= (before[at]?.amount ?? 0n)).toBe(true)
          })
          row = withCaptured(row, amount)
          expect(sumOf(capturedOf(row))).toBe(row.amountCaptured)
        }
        expect(capturedOf(row)).toEqual(sharesOf(payment))
        expect(sharesOf(row)).toEqual(sharesOf(payment))
      }),
    )
  })

  it('refunded in any number of parts, each return exactly the amount that they got', () => {
    fc.assert(
      fc.property(payments, cuts, (payment, wanted) => {
        const row = withCaptured(payment, payment.amount)
        const taken: Share[] = []
        for (const amount of inParts(payment.amount, wanted)) {
          const parts = refundShares(row, taken, amount)
          expect(sumOf(parts)).toBe(amount)
          taken.push(...parts)
        }
        for (const { account, amount } of sharesOf(payment)) {
          expect(sumOf(taken.filter((share) => share.account === account))).toBe(amount)
        }
      }),
    )
  })

  it('refunded by older programs, which named too much, take from no account more than it got', () => {
    const destinations = [
      { account: 'one', amount: 60n },
      { account: 'other', amount: 40n },
    ]
    const row = withCaptured({ ...base, destinations, amount: 100n }, 100n)
    const taken = [{ account: 'one', amount: 90n }]
    expect(stillHas(row, taken).map(({ amount }) => amount)).toEqual([0n, 40n])
    expect(refundShares(row, taken, 50n)).toEqual([
      { account: 'one', amount: 10n },
      { account: 'other', amount: 40n },
    ])
  })

  it('grow with an increment, and captured parts stay', () => {
    fc.assert(
      fc.property(payments, fc.bigInt({ min: 1n, max: 10n ** 9n }), (payment, increment) => {
        const before = payment.amount > 1n ? withCaptured(payment, payment.amount / 2n) : payment
        const after = withIncrement(before, increment)
        expect(sumOf(sharesOf(after))).toBe(payment.amount + increment)
        expect(after.amount).toBe(payment.amount + increment)
        expect(capturedOf(after)).toEqual(capturedOf(before))
      }),
    )
  })
})

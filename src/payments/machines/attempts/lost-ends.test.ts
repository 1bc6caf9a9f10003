import { describe, expect, it } from 'vitest'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { acceptCancel, newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { worldOfServer } from '../../../../test/support/payments-world-servers.ts'
import type { Payment } from '../../payment.ts'

const done: RailPlan = { effect: 'done', isTold: true }

/** As it was accepted. */
const accepted = (source: Payment['source'], id: string, createdAt: number): Payment => ({
  ...{ id, book: 1, state: 'processing', reason: undefined, phase: 'new', asset: 'USD', amount: 100n },
  ...{ destinations: [{ account: 'shop', amount: 100n }], fee: undefined, capture: 'automatic' },
  ...{ amountCapturable: 0n, amountCapturing: 0n, amountCaptured: 0n, amountRefunding: 0n, amountRefunded: 0n },
  ...{ holds: [], currentAttempt: undefined, rail: undefined, railReference: undefined, attempts: 0, vendor: 0 },
  ...{ lane: 'standard', reference: undefined, metadata: {}, expiresAt: undefined, createdAt, version: 0, source },
})

describe.each([
  ['one rail', []],
  ['two rails', ['bank']],
] as const)('what a lost server had submitted over %s, and the next one ends', (_, otherRails) => {
  const source = { kind: 'rail', rail: 'card', instrument: 'any', otherRails } as const
  const rails = () => [createModelRail('card', () => done), createModelRail('bank', () => done)] as const

  it('as a canceled payment, is refunded', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const next = worldOfServer(both, true)
    next.world.payments.set(id, accepted(source, id, next.world.now))
    acceptCancel(next.world, id)
    next.world.input('payment', id, { kind: 'cancel' })
    next.pass(3_600_000)
    expect([both[0].net(), next.open()]).toEqual([0n, []])
  })

  it('as a payment whose account is frozen, is refunded', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const next = worldOfServer(both, true)
    next.world.payments.set(id, accepted(source, id, next.world.now))
    Object.assign(next.world.context, { refusalOf: () => 'account_frozen' })
    next.world.input('payment', id, { kind: 'start' })
    next.pass(3_600_000)
    expect([both[0].net(), next.open()]).toEqual([0n, []])
  })

  it('as a payout without funds, has a case', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    lost.world.books.fund('shop', 100n)
    const made = newPayout(lost.world, { otherRails })
    lost.settle()
    const next = worldOfServer(both, true)
    // The transfer that had funded the shop is lost as well, or the shop has spent the money meanwhile.
    const { phase: _, ...row } = made
    next.world.payouts.set(made.id, {
      ...row,
      phase: 'new',
      holds: [],
      currentAttempt: undefined,
      rail: 'card',
      attempts: 0,
    })
    next.world.input('payout', made.id, { kind: 'start' })
    next.pass(3_600_000)
    expect(both[0].net() === 0n || next.open().length > 0).toBe(true)
  })

  it('as a refund that the books refuse, is booked or has a case', () => {
    const both = rails()
    const lost = worldOfServer(both, false)
    const { id } = newPayment(lost.world, { source })
    lost.settle()
    const snapshot = found(lost.world.payments, id)
    const attempts = new Map(lost.world.attempts)
    const refund = newRefund(lost.world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }] })
    if (refund === undefined) throw new Error('refundable')
    lost.world.input('refund', refund.id, { kind: 'start' })
    lost.settle()
    expect(both[0].net()).toBe(0n)
    const next = worldOfServer(both, true)
    next.world.books.fund('shop', 100n)
    next.world.payments.set(id, { ...snapshot, amountRefunding: 100n })
    for (const [k, v] of attempts) next.world.attempts.set(k, v)
    next.world.refunds.set(refund.id, refund)
    next.world.books.freeze('shop', true)
    next.world.input('refund', refund.id, { kind: 'start' })
    next.pass(3_600_000)
    const { state } = found(next.world.refunds, refund.id)
    expect(state === 'succeeded' || next.open().length > 0).toBe(true)
  })
})

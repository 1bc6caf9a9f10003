import { describe, expect, it } from 'vitest'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment, newRefund, retryPayment } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/**
 * Payments with more than one matter for an operator. The rail's net is the amount that the payer paid and did not get
 * back.
 */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'

/** A manual payment of 100 that a card holds; the rail takes 10 too much by the second capture. */
function heldByCard() {
  const done = { effect: 'done', isTold: true } as const
  const stage = createStage(machines, [done, done, { ...done, excess: 10n }])
  const { world, settle } = stage
  const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
  settle()
  const capture = (amount: bigint): string => {
    const made = newCapture(world, id, amount, false) ?? never()
    world.input('capture', made.id, { kind: 'capture', capture: made })
    settle()
    return made.id
  }
  return { ...stage, id, capture }
}

describe('money that a rail brought beside an unpaid debt', () => {
  /** Captured 60, of which the bank debited `taken` from a shop without money; then a capture of 40 brought 50. */
  const short = (taken: bigint) => {
    const { id, capture, ...stage } = heldByCard()
    const { world, card, settle, payment } = stage
    const move = (source: string, destination: string) => {
      const leg = { id: world.newId(), idGiven: false, asset: 'USD', source, destination, amount: 60n }
      expect(world.books.book([{ kind: 'create', book: 1, ...leg }])).toBeUndefined()
    }
    capture(60n)
    move('shop', 'wallet')
    const first = card.operations().find(({ operation }) => operation === 'capture')
    card.dispute(first ?? never(), taken)
    world.input('payment', id, { kind: 'dispute', amount: taken, railReference: 'dsp_1', rail: 'card' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    capture(40n)
    expect(payment(id)).toMatchObject({ phase: 'review', reason: 'wrong_amount', amountSuspended: 50n - taken })
    const decide = (decision: SubjectAction, about: CaseReason) => {
      world.input('payment', id, { kind: 'decision', decision, about })
      settle()
    }
    return { ...stage, id, decide, move }
  }

  it.each([60n, 30n])('is returned whole, though %s are owed', (taken) => {
    const { card, id, decide, move, world, balances } = short(taken)
    expect(card.net()).toBe(110n - taken)
    decide({ action: 'reverse' }, 'wrong_amount')
    expect(card.net()).toBe(60n - taken)
    expect(balances()).toEqual({
      ...(taken < 60n && { [clearing]: taken - 60n }),
      [suspense]: -taken,
      wallet: 60n,
    })
    // The shop's debt is still an operator's matter.
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    move('wallet', 'shop')
    decide({ action: 'retry' }, 'booking_refused')
    expect(balances()).toEqual(taken === 60n ? {} : { [clearing]: -30n, shop: 30n })
    expect(world.openCases.size).toBe(0)
  })
})

describe('a decision on another case than the one that a payment waits for', () => {
  /** A first charge came too late, was refunded and is disputed; the second brought 90 of 100 and needs an operator. */
  const lossBeside = () => {
    const stage = createStage(machines, [
      { effect: 'turned', isTold: true },
      { effect: 'done', isTold: true, excess: -10n },
    ])
    const { world, card, settle, payment } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(retryPayment(world, id)).toBe(true)
    settle()
    const [first] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    expect(payment(id)).toMatchObject({ phase: 'review', reason: 'wrong_amount', amountSuspended: 90n })
    const originalReference = first?.reference ?? ''
    world.input('payment', id, {
      kind: 'dispute',
      amount: 100n,
      railReference: 'dsp_1',
      rail: 'card',
      originalReference,
    })
    expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
    return { ...stage, id }
  }

  it('does nothing about that one, which is to be decided next', () => {
    const { world, card, id, settle, payment, balances } = lossBeside()
    const before = { balances: balances(), net: card.net() }
    const loss: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'It is our loss.' }
    world.input('payment', id, { kind: 'decision', decision: loss, about: 'dispute_after_refund' })
    settle()
    expect({ balances: balances(), net: card.net() }).toEqual(before)
    expect(payment(id)).toMatchObject({ phase: 'review', reason: 'wrong_amount' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'wrong_amount' })
    world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' })
    settle()
    // The payer got back the first charge, twice, and all of the second.
    expect(card.net()).toBe(before.net - 90n)
    expect([payment(id).phase, balances(), world.openCases.size]).toEqual([
      'ended',
      { [clearing]: 100n, [suspense]: -100n },
      0,
    ])
  })
})

describe('a dispute of a capture in suspense beside a good one', () => {
  it('takes the money in suspense, and nothing from those who got the good one', () => {
    const { id, capture, world, card, settle, payment, balances } = heldByCard()
    capture(60n)
    const second = capture(40n)
    expect([payment(id).reason, balances()]).toEqual([
      'wrong_amount',
      { [clearing]: -110n, [suspense]: 50n, shop: 60n },
    ])
    card.dispute(card.operations().at(-1) ?? never(), 50n)
    const dispute = { kind: 'dispute', amount: 50n, railReference: 'dsp_1', rail: 'card' } as const
    world.input('payment', id, { ...dispute, capture: world.captures.get(second) ?? never() })
    expect(balances()).toEqual({ [clearing]: -60n, shop: 60n })
    for (const [about, action] of [
      ['dispute_after_refund', 'force'],
      ['wrong_amount', 'reverse'],
    ] as const) {
      const how = action === 'force' ? ({ action, outcome: 'succeeded', evidence: 'Seen.' } as const) : { action }
      world.input('payment', id, { kind: 'decision', decision: how, about })
      settle()
    }
    expect([balances(), card.net(), world.openCases.size]).toEqual([{ [clearing]: -60n, shop: 60n }, 60n, 0])
    expect(payment(id)).toMatchObject({ amountCaptured: 60n, amountRefunded: 0n, amountSuspended: 0n })
  })
})

describe('a debt after a refund by one of two', () => {
  it('is collected from the other, who has not refunded yet', () => {
    const { world, card, settle, balances } = createStage(machines)
    const destinations = ['shop', 'partner'].map((account) => ({ account, amount: 50n }))
    const { id } = newPayment(world, { source: cardSource, destinations })
    settle()
    const from = [{ account: 'shop', amount: 50n }]
    const { id: refund } = newRefund(world, id, { amount: 50n, from }) ?? never()
    world.input('refund', refund, { kind: 'start' })
    settle()
    expect(balances()).toEqual({ [clearing]: -50n, partner: 50n })
    const move = (source: string, destination: string) => {
      const leg = { id: world.newId(), idGiven: false, asset: 'USD', source, destination, amount: 50n }
      expect(world.books.book([{ kind: 'create', book: 1, ...leg }])).toBeUndefined()
    }
    move('partner', 'wallet')
    card.dispute(card.operations()[0] ?? never(), 50n)
    world.input('payment', id, { kind: 'dispute', amount: 50n, railReference: 'dsp_1', rail: 'card' })
    expect(balances()).toEqual({ [suspense]: -50n, wallet: 50n })
    move('wallet', 'partner')
    world.input('payment', id, { kind: 'decision', decision: { action: 'retry' }, about: 'booking_refused' })
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
  })
})

describe('two disputes of one payment', () => {
  it('leave the debt to be paid once the loss has been decided', () => {
    const { world, card, settle, payment, balances } = createStage(machines)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const leg = { idGiven: false, asset: 'USD', amount: 100n } as const
    world.books.book([{ kind: 'create', book: 1, id: world.newId(), source: 'shop', destination: 'wallet', ...leg }])
    const [charge] = card.operations()
    card.dispute(charge ?? never(), 100n)
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'card' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    world.input('payment', id, { kind: 'dispute', amount: 20n, railReference: 'fee_1', rail: 'card' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
    const loss: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'It is our loss.' }
    world.input('payment', id, { kind: 'decision', decision: loss, about: 'dispute_after_refund' })
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    world.books.book([{ kind: 'create', book: 1, id: world.newId(), source: 'wallet', destination: 'shop', ...leg }])
    world.input('payment', id, { kind: 'decision', decision: { action: 'retry' }, about: 'booking_refused' })
    expect([balances(), world.openCases.size]).toEqual([{ [clearing]: 20n, [suspense]: -20n }, 0])
    expect(payment(id)).toMatchObject({ amountSuspended: -20n, amountRefunded: 100n })
  })
})

describe('a final capture that ends while the payment waits for an operator about another one', () => {
  it('leaves the decision to the operator, who returns the money', () => {
    const pending = { effect: 'pending', isTold: true } as const
    const stage = createStage(machines, [{ effect: 'done', isTold: true }, pending, pending])
    const { world, card, settle, payment, balances } = stage
    const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
    settle()
    for (const [amount, final] of [[40n, false] as const, [50n, true] as const]) {
      const capture = newCapture(world, id, amount, final) ?? never()
      world.input('capture', capture.id, { kind: 'capture', capture })
      settle()
    }
    const [, first, second] = card.operations()
    for (const [operation, amount] of [[first ?? never(), 33n] as const, [second ?? never(), 50n] as const]) {
      card.settle(operation, true)
      const outcome = { kind: 'succeeded', railReference: operation.reference, amount } as const
      world.mail.push({ attempt: operation.id, outcome })
      settle()
      expect(payment(id)).toMatchObject({ phase: 'review', state: 'requires_review', reason: 'wrong_amount' })
    }
    world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' })
    settle()
    expect([balances(), payment(id).amountSuspended, world.openCases.size]).toEqual([
      { [clearing]: -50n, shop: 50n },
      0n,
      0,
    ])
    world.input('payment', id, { kind: 'cancel' })
    settle()
    expect(payment(id)).toMatchObject({ phase: 'ended', state: 'succeeded', amountCaptured: 50n })
  })
})

describe('a refund that succeeds after it was given up, and after one of two has paid another', () => {
  it('is paid by the other, who still has some of the payment', () => {
    const plans = [
      { effect: 'done', isTold: true },
      { effect: 'turned', isTold: true },
    ] as const
    const { world, card, settle, balances } = createStage(machines, plans)
    const destinations = ['shop', 'partner'].map((account) => ({ account, amount: 50n }))
    const { id } = newPayment(world, { source: cardSource, destinations })
    settle()
    // With money of its own, so that the ledger does not refuse the excess.
    world.books.fund('shop', 100n)
    const halves = destinations.map(({ account }) => ({ account, amount: 25n }))
    for (const from of [halves, [{ account: 'shop', amount: 50n }]]) {
      const refund = newRefund(world, id, { amount: 50n, from }) ?? never()
      world.input('refund', refund.id, { kind: 'start' })
      settle()
    }
    const late = card.operations().find(({ willTurn }) => willTurn) ?? never()
    card.settle(late, true)
    world.mail.push({ attempt: late.id, outcome: card.tell(late) })
    settle()
    expect([card.net(), balances(), world.openCases.size]).toEqual([0n, { world: -100n, shop: 100n }, 0])
  })
})

function never(): never {
  throw new Error('it should be there')
}

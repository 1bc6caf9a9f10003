import { describe, expect, it } from 'vitest'
import { declined } from '../../../../test/support/model-rail.ts'
import type { World } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage, type Stage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason } from '../../machine.ts'
import { machines } from '../machines.ts'

// A rail reported an operation, and then that it did not happen; an operator finds that it did not.

const clearing = 'rails:card:clearing:USD'

/** The rail denies, twice, its operation at that place. */
function deny({ world, card }: Stage, at: number): void {
  const operation = card.operations()[at]
  if (operation === undefined) throw new Error('the rail has done it')
  operation.status = 'failed'
  operation.decline = declined
  for (const outcome of [card.tell(operation), card.tell(operation)]) {
    world.mail.push({ attempt: operation.id, outcome })
    world.deliver(world.mail.length - 1)
  }
  world.calls.splice(0)
}

function force(world: World, kind: 'payment' | 'capture' | 'payout', id: string, about: CaseReason): void {
  const decision = { action: 'force', outcome: 'failed', evidence: 'The statement of the rail.' } as const
  world.input(kind, id, { kind: 'decision', decision, about })
}

describe('an operation in suspense that did not happen', () => {
  it('is not debited from its account if it is a payout', () => {
    const stage = createStage(machines)
    const { world, settle, balances } = stage
    world.books.fund('shop', 100n)
    const { id } = newPayout(world)
    world.books.freeze('shop', true)
    settle()
    expect(world.openCases.get(id)).toMatchObject({ why: 'booking_refused' })
    deny(stage, 0)
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    force(world, 'payout', id, 'outcome_unknown')
    expect(world.openCases.get(id)).toBeUndefined()
    expect(world.payouts.get(id)).toMatchObject({ state: 'failed', phase: 'ended' })
    expect([world.books.posted('shop'), world.books.posted(clearing), world.books.posted('suspense:USD')]).toEqual([
      100n,
      0n,
      0n,
    ])
    expect(Object.keys(balances())).not.toContain('suspense:USD')
  })

  it('keeps a case if it is a payout in another amount: an operator books the return', () => {
    const stage = createStage(machines, [{ effect: 'done', isTold: true, excess: 9n }])
    const { world, settle } = stage
    world.books.fund('shop', 100n)
    const { id } = newPayout(world)
    settle()
    expect(world.openCases.get(id)).toMatchObject({ why: 'wrong_amount' })
    deny(stage, 0)
    force(world, 'payout', id, 'outcome_unknown')
    expect(world.openCases.get(id)).toMatchObject({
      why: 'outcome_unknown',
      detail: expect.stringContaining('transfer'),
    })
    expect(world.payouts.get(id)).toMatchObject({ state: 'requires_review' })
  })

  it('is delivered to no account if it is a charge', () => {
    const stage = createStage(machines)
    const { world, settle, balances, payment } = stage
    world.books.freeze('shop', true)
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(payment(id)).toMatchObject({ reason: 'booking_refused', amountSuspended: 100n })
    deny(stage, 0)
    force(world, 'payment', id, 'outcome_unknown')
    expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
  })
})

/** A payment of which 40 were captured while its recipient was frozen. */
function capturedInSuspense() {
  const stage = createStage(machines)
  const { world, settle } = stage
  const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
  settle()
  const made = newCapture(world, id, 40n, false)
  if (made !== undefined) world.input('capture', made.id, { kind: 'capture', capture: made })
  world.books.freeze('shop', true)
  settle()
  world.books.freeze('shop', false)
  return { ...stage, id, made }
}

it('a capture in suspense that did not happen is not delivered with the rest', () => {
  const stage = capturedInSuspense()
  const { world, settle, balances, payment, id, made } = stage
  expect(payment(id)).toMatchObject({ reason: 'booking_refused', amountSuspended: 40n })
  deny(stage, 1)
  force(world, 'capture', made?.id ?? '', 'outcome_unknown')
  expect([balances(), [...world.openCases.keys()]]).toEqual([{}, [id]])
  world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'booking_refused' })
  settle()
  expect([balances(), world.openCases.size]).toEqual([{}, 0])
  expect(payment(id)).toMatchObject({ state: 'canceled', phase: 'ended' })
})

it('a capture delivered before it was found not to have happened keeps a case', () => {
  const stage = capturedInSuspense()
  const { world, payment, id, made } = stage
  deny(stage, 1)
  world.input('payment', id, { kind: 'decision', decision: { action: 'retry' }, about: 'booking_refused' })
  expect(payment(id)).toMatchObject({ amountCaptured: 40n })
  force(world, 'capture', made?.id ?? '', 'outcome_unknown')
  expect(world.openCases.get(made?.id ?? '')).toMatchObject({ detail: expect.stringContaining('suspense any more') })
})

describe('a charge that did not happen, while a part of it is being refunded,', () => {
  const refunding = (stage: Stage, capture: 'automatic' | 'manual') => {
    const { world, settle } = stage
    const { id } = newPayment(world, { source: cardSource, capture })
    settle()
    const made = capture === 'manual' ? newCapture(world, id, 100n, true) : undefined
    if (made !== undefined) world.input('capture', made.id, { kind: 'capture', capture: made })
    settle()
    const refund = newRefund(world, id, { amount: 30n, from: [{ account: 'shop', amount: 30n }] })
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    settle()
    return { id, capture: made?.id ?? '' }
  }
  const failRefund = ({ card, callBack }: Stage) => {
    const operation = card.operations().at(-1)
    if (operation !== undefined) card.settle(operation, false)
    callBack()
  }

  it('is debited from those who got it once the refund has ended, and no account keeps the part', () => {
    const stage = createStage(machines, [
      { effect: 'done', isTold: true },
      { effect: 'pending', isTold: true },
    ])
    const { world, balances } = stage
    const { id } = refunding(stage, 'automatic')
    deny(stage, 0)
    force(world, 'payment', id, 'outcome_unknown')
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown', detail: expect.stringContaining('refund') })
    failRefund(stage)
    force(world, 'payment', id, 'outcome_unknown')
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
  })

  it('is debited likewise if it was a capture', () => {
    const stage = createStage(machines, [
      { effect: 'done', isTold: true },
      { effect: 'done', isTold: true },
      { effect: 'pending', isTold: true },
    ])
    const { world, balances } = stage
    const { capture } = refunding(stage, 'manual')
    deny(stage, 1)
    force(world, 'capture', capture, 'outcome_unknown')
    expect(world.openCases.get(capture)).toMatchObject({
      why: 'outcome_unknown',
      detail: expect.stringContaining('refund'),
    })
    failRefund(stage)
    force(world, 'capture', capture, 'outcome_unknown')
    expect([balances(), world.openCases.size]).toEqual([{}, 0])
  })
})

it('the refunded part of a charge that did not happen is a loss with a case', () => {
  const stage = createStage(machines)
  const { world, settle, balances, payment } = stage
  const { id } = newPayment(world, { source: cardSource })
  settle()
  const refund = newRefund(world, id, { amount: 30n, from: [{ account: 'shop', amount: 30n }], to: 'wallet' })
  world.input('refund', refund?.id ?? '', { kind: 'start' })
  deny(stage, 0)
  force(world, 'payment', id, 'outcome_unknown')
  expect(balances()).toEqual({ wallet: 30n, 'suspense:USD': -30n })
  expect(payment(id)).toMatchObject({ amountLost: 30n })
  expect(world.openCases.get(id)).toMatchObject({ why: 'dispute_after_refund' })
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { cardSource, createStage, type Stage } from '../../../test/support/payments-world-play.ts'
import { newCapture, newPayment } from '../../../test/support/payments-world-requests.ts'
import { machines } from './machines.ts'

// The end of an authorization is not forgotten because of a matter that an operator has to decide meanwhile.

const done: RailPlan = { effect: 'done', isTold: true }
const wrong: RailPlan = { effect: 'done', isTold: true, excess: -5n }
const slow: RailPlan = { effect: 'pending', isTold: true }

function holding(...captures: readonly RailPlan[]) {
  const stage = createStage(machines, [done, ...captures])
  const { id } = newPayment(stage.world, { source: cardSource, capture: 'manual' })
  stage.settle()
  return { ...stage, id }
}
const capture = ({ world }: Stage, id: string, final = false) => {
  const made = newCapture(world, id, 30n, final)
  if (made !== undefined) world.input('capture', made.id, { kind: 'capture', capture: made })
}
const accept = ({ world, settle }: Stage, id: string) => {
  const decision = { action: 'force', outcome: 'succeeded', evidence: 'The rail says so.' } as const
  world.input('payment', id, { kind: 'decision', decision, about: 'wrong_amount' })
  settle()
}
/** The amounts that the rail still holds, by authorization. */
const heldBy = ({ card }: Stage) =>
  card.operations().flatMap(({ operation, left }) => (operation === 'authorize' ? [left] : []))
/** `amount` has arrived, at the rail and in the books, and nothing is held any more. */
const expectReleased = (stage: Stage & { readonly id: string }, amount: bigint) => {
  const ended = { phase: 'ended', state: 'succeeded', amountCapturable: 0n, amountCaptured: amount }
  expect(stage.payment(stage.id)).toMatchObject(ended)
  expect(stage.balances()).toEqual({ shop: amount, 'rails:card:clearing:USD': -amount })
  expect(heldBy(stage)).toEqual([0n])
}

describe('a hold is released once an operator has decided about a capture', () => {
  it('when the client had canceled the payment', () => {
    const stage = holding(wrong)
    capture(stage, stage.id)
    stage.world.input('payment', stage.id, { kind: 'cancel' })
    stage.settle()
    expect(stage.payment(stage.id)).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
    accept(stage, stage.id)
    expectReleased(stage, 25n)
  })

  it('when another capture was to be the last', () => {
    const stage = holding(done, wrong)
    for (const final of [false, true]) capture(stage, stage.id, final)
    const [first, last] = stage.world.calls.splice(0)
    if (first !== undefined && last !== undefined) stage.world.calls.push(last, first)
    stage.settle()
    expect(stage.payment(stage.id)).toMatchObject({ state: 'requires_review', reason: 'wrong_amount' })
    accept(stage, stage.id)
    expectReleased(stage, 55n)
  })

  it('when it has expired meanwhile, and another capture has ended as well', () => {
    const stage = holding(wrong, slow)
    capture(stage, stage.id)
    capture(stage, stage.id)
    stage.settle()
    const { expiresAt = 0 } = stage.payment(stage.id)
    stage.world.now = expiresAt
    stage.world.input('payment', stage.id, { kind: 'expire' })
    accept(stage, stage.id)
    expect(stage.payment(stage.id)).toMatchObject({ phase: 'held', amountCapturing: 30n })
    const operation = stage.card.operations().find(({ status }) => status === 'pending')
    if (operation !== undefined) stage.card.settle(operation, true)
    stage.callBack('all')
    expectReleased(stage, 55n)
  })

  it('when the client had canceled the payment, and the money was returned some other way', () => {
    const stage = holding(wrong)
    capture(stage, stage.id)
    stage.world.input('payment', stage.id, { kind: 'cancel' })
    stage.settle()
    expect(stage.payment(stage.id)).toMatchObject({ reason: 'wrong_amount', amountSuspended: 25n })
    const decision = { action: 'force', outcome: 'failed', evidence: 'Returned by bank transfer.' } as const
    stage.world.input('payment', stage.id, { kind: 'decision', decision, about: 'wrong_amount' })
    stage.settle()
    expect(stage.payment(stage.id)).toMatchObject({ phase: 'ended', state: 'canceled', currentAttempt: undefined })
    expect([stage.balances(), stage.world.openCases.size]).toEqual([{}, 0])
    expect(heldBy(stage)).toEqual([0n])
  })
})

it('a hold is released after the capture under way, when the rail reversed the capture under review', () => {
  const stage = holding(wrong, slow)
  const { world, settle, card, callBack, payment, id } = stage
  capture(stage, id)
  capture(stage, id)
  settle()
  expect(payment(id)).toMatchObject({ reason: 'wrong_amount', amountSuspended: 25n, amountCapturing: 30n })
  const [first] = world.captures.values()
  card.dispute(card.operations()[1] ?? never(), 25n)
  const taken = { amount: 25n, railReference: 'dsp_1', rail: 'card', capture: first ?? never() }
  world.input('payment', id, { kind: 'dispute', ...taken })
  world.input('payment', id, { kind: 'decision', decision: { action: 'reverse' }, about: 'wrong_amount' })
  settle()
  expect([payment(id).phase, heldBy(stage)]).toEqual(['held', [70n]])
  card.settle(card.operations()[2] ?? never(), true)
  callBack('all')
  expectReleased(stage, 30n)
})

function never(): never {
  throw new Error('it should be there')
}

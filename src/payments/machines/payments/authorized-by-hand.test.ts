import { expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

// A rail does not report whether it holds the requested amount, and an operator states that it does.

/** An authorization that happened at the rail, which reports nothing more about it. */
function authorizedUnseen(plan: RailPlan) {
  const stage = createStage(machines, [{ ...plan, isMute: true }])
  const { world, card, settle, wait } = stage
  const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
  settle()
  wait(600_000)
  for (const operation of card.operations()) card.settle(operation, true)
  expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
  const cancel = () => {
    world.input('payment', id, { kind: 'cancel' })
    settle()
  }
  const state = (railReference?: string) => {
    const stated = { action: 'force', outcome: 'succeeded', evidence: 'Seen in the portal.' } as const
    const decision = { ...stated, ...(railReference !== undefined && { railReference }) }
    world.input('payment', id, { kind: 'decision', decision, about: 'outcome_unknown' })
    settle()
  }
  const isHeld = () => card.operations().some(({ operation, left }) => operation === 'authorize' && left > 0n)
  return { ...stage, id, cancel, state, isHeld }
}
const named: RailPlan = { effect: 'pending', isTold: true }

it('a stated authorization is captured by the reference that the operator names', () => {
  const { world, card, id, state, settle, payment, balances } = authorizedUnseen({ effect: 'pending', isTold: false })
  const [{ reference } = { reference: '' }] = card.operations()
  state(reference)
  expect(payment(id)).toMatchObject({ state: 'authorized', amountCapturable: 100n, railReference: reference })
  expect([...world.attempts.values()][0]).toMatchObject({ railReference: reference })
  const capture = newCapture(world, id, 30n, false)
  if (capture !== undefined) world.input('capture', capture.id, { kind: 'capture', capture })
  settle()
  expect(balances()).toEqual({ shop: 30n, 'rails:card:clearing:USD': -30n })
})

it('a stated authorization is captured by the name that the rail reported, and released at expiry', () => {
  const { world, id, state, settle, wait, payment, balances, isHeld } = authorizedUnseen(named)
  state()
  expect(payment(id)).toMatchObject({ state: 'authorized', amountCapturable: 100n })
  const capture = newCapture(world, id, 30n, false)
  if (capture !== undefined) world.input('capture', capture.id, { kind: 'capture', capture })
  settle()
  expect([balances(), isHeld()]).toEqual([{ shop: 30n, 'rails:card:clearing:USD': -30n }, true])
  wait(31 * 24 * 3_600_000)
  expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended', amountCaptured: 30n })
  expect([isHeld(), world.openCases.size]).toEqual([false, 0])
})

it('a stated authorization is released when its end had been requested meanwhile', () => {
  const { world, id, cancel, state, payment, isHeld } = authorizedUnseen(named)
  cancel()
  state()
  expect(payment(id)).toMatchObject({ state: 'canceled', phase: 'ended' })
  expect([isHeld(), world.openCases.size]).toEqual([false, 0])
})

it('a stated authorization without a name stays with an operator, and is released when stated failed', () => {
  const { world, id, state, settle, callBack, payment, isHeld } = authorizedUnseen({ effect: 'done', isTold: false })
  state()
  expect(payment(id)).toMatchObject({ state: 'requires_review', phase: 'review' })
  expect(world.openCases.get(id)?.detail).toMatch(/without its name nothing of it can be captured or released/)
  const decision = { action: 'force', outcome: 'failed', evidence: 'Not wanted any more.' } as const
  world.input('payment', id, { kind: 'decision', decision, about: 'outcome_unknown' })
  settle()
  callBack()
  expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended' })
  expect([isHeld(), world.openCases.size]).toEqual([false, 0])
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newCapture, newPayment } from '../../../../test/support/payments-world-requests.ts'
import { lyingByAttempts, unended } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

// A capture that the recipients never got is disputed: they pay for it only as far as an operator has delivered it.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const done: RailPlan = { effect: 'done', isTold: true }
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({ action: 'force', outcome, evidence: 'Console.' })

/** A payment of 100 is authorized; captures of the given amounts follow. */
function held(plans: readonly RailPlan[]) {
  const stage = createStage(machines, [done, ...plans])
  const { world, card, settle, payment } = stage
  const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
  settle()
  const operationOf = (what: string, at: number) => {
    const operation = card.operations().filter((one) => one.operation === what)[at]
    if (operation === undefined) throw new Error(`there is no ${what} ${at}`)
    return operation
  }
  return {
    ...stage,
    operationOf,
    row: () => payment(id),
    open: () => [...world.matters.values()].flatMap((matters) => matters.map(({ reason }) => reason)),
    capture: (amount: bigint, isFinal: boolean) => {
      const made = newCapture(world, id, amount, isFinal)
      if (made === undefined) throw new Error('so much is held')
      world.input('capture', made.id, { kind: 'capture', capture: made })
      return made.id
    },
    decide: (decision: SubjectAction) => {
      world.input('payment', id, { kind: 'decision', decision, about: 'wrong_amount' })
      settle()
    },
    dispute: (capture: string, at: number, amount: bigint) => {
      card.dispute(operationOf('capture', at), amount)
      const disputed = world.captures.get(capture)
      if (disputed === undefined) throw new Error('the capture exists')
      world.input('payment', id, { kind: 'dispute', amount, railReference: 'd', rail: 'card', capture: disputed })
    },
    /** The rail ends it, and reports that. */
    happen: (what: string, at: number, isGood: boolean) => {
      const operation = operationOf(what, at)
      card.settle(operation, isGood)
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      settle()
    },
  }
}

describe('a dispute of a capture in another amount, beside a capture that the shop got,', () => {
  /** The rail captures 50, and then 40 instead of 50. */
  const captured = (...plans: readonly RailPlan[]) => {
    const stage = held([done, { ...done, excess: -10n }, ...plans])
    stage.capture(50n, false)
    stage.settle()
    const second = stage.capture(50n, true)
    stage.settle()
    return { ...stage, second }
  }

  it.each([
    ['reversed it', { action: 'reverse' }],
    ['returned it by hand', force('failed')],
  ] as const)('is a loss with a case when an operator %s', (_, decision) => {
    const { second, decide, dispute, balances, open, row, world } = captured()
    decide(decision)
    const before = balances()
    dispute(second, 1, 40n)
    expect(balances()).toEqual({ shop: 50n, [clearing]: (before[clearing] ?? 0n) + 40n, [suspense]: -40n })
    expect([open(), row().amountLost, row().amountRefunded]).toEqual([['dispute_after_refund'], 40n, 0n])
    expect(lyingByAttempts(world, row())).toBe(0n)
  })

  it('is paid by the shop when an operator delivered it', () => {
    const { second, decide, dispute, balances, open, row, card } = captured()
    decide(force('succeeded'))
    expect(balances()).toEqual({ shop: 90n, [clearing]: -90n })
    dispute(second, 1, 40n)
    expect([balances(), open(), card.net()]).toEqual([{ shop: 50n, [clearing]: -50n }, [], 50n])
    expect(row().amountRefunded).toBe(40n)
  })

  it('ends cleanly while that capture is being returned, and the rail declines the return', () => {
    const { second, decide, dispute, happen, world, balances, open, card } = captured({
      effect: 'pending',
      isTold: true,
    })
    decide({ action: 'reverse' })
    dispute(second, 1, 40n)
    expect([balances(), open()]).toEqual([{ shop: 50n, [clearing]: -50n }, ['dispute_after_refund']])
    happen('refund', 0, false)
    const [refund = ''] = [...world.refunds.keys()]
    world.input('refund', refund, { kind: 'decision', decision: force('failed'), about: 'late_success' })
    expect([balances(), card.net(), world.books.held(suspense)]).toEqual([{ shop: 50n, [clearing]: -50n }, 50n, 0n])
    expect(open()).toEqual(['dispute_after_refund'])
    expect(unended(world)).toEqual([])
  })
})

it('a dispute of a capture that was delivered in part is paid up to that part', () => {
  const { capture, settle, decide, dispute, balances, open } = held([done, { ...done, excess: 10n }])
  capture(50n, false)
  settle()
  const second = capture(50n, true)
  settle()
  decide(force('succeeded'))
  expect(balances()).toEqual({ shop: 100n, [clearing]: -100n })
  dispute(second, 1, 60n)
  expect([balances(), open()]).toEqual([{ shop: 50n, [clearing]: -40n, [suspense]: -10n }, ['dispute_after_refund']])
})

describe('a dispute of a capture that was declined and happened after all', () => {
  /** A capture of 40 is declined, and happens after all before the final one of 60 is made and the rest released. */
  const late = () => {
    const stage = held([{ effect: 'turned', isTold: true }])
    const first = stage.capture(40n, false)
    stage.settle()
    stage.capture(60n, true)
    stage.card.settle(stage.operationOf('capture', 0), true)
    stage.settle()
    return { ...stage, first }
  }
  const lost = { shop: 60n, [clearing]: -20n, [suspense]: -40n }

  it('is a loss with a case when it was returned', () => {
    const { first, happen, dispute, balances, open, card } = late()
    happen('capture', 0, true)
    expect(balances()).toEqual({ shop: 60n, [clearing]: -60n })
    dispute(first, 0, 40n)
    expect([balances(), open(), card.net()]).toEqual([lost, ['dispute_after_refund'], 20n])
  })

  it('is the same when it is reported before that capture', () => {
    const { first, happen, dispute, balances, open, card } = late()
    dispute(first, 0, 40n)
    happen('capture', 0, true)
    expect([balances(), open(), card.net()]).toEqual([lost, ['dispute_after_refund'], 20n])
  })
})

it('what a dispute takes of a capture in suspense leaves a case about the hold, which shows what is held now', () => {
  const { world, row, capture, dispute, happen, settle } = held([done, { effect: 'pending', isTold: true }, done])
  const first = capture(30n, false)
  capture(20n, false)
  world.input('payment', row().id, { kind: 'increment', amount: 20n })
  world.books.freeze('shop', true)
  world.call(0)
  world.deliver(0)
  const shown = () => world.matters.get(row().id)?.find(({ reason }) => reason === 'booking_refused')?.about?.amount
  expect([row().reason, shown()]).toEqual(['booking_refused', 30n])
  dispute(first, 0, 30n)
  expect([row().amountSuspended, shown()]).toEqual([0n, 50n])
  settle()
  expect([row().amountCapturable, shown()]).toEqual([70n, 70n])
  happen('capture', 1, false)
  expect([row().amountCapturable, shown()]).toEqual([90n, 90n])
})

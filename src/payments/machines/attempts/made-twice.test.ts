import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import { lyingByAttempts } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/** Operations that a rail declined for now, and made after all besides their replacement. */
const clearing = (rail: string) => `rails:${rail}:clearing:USD`
const suspense = 'suspense:USD'
const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const pending: RailPlan = { effect: 'pending', isTold: true }
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({
  action: 'force',
  outcome,
  evidence: 'The console.',
})

describe('a refund from suspense that its rail makes twice', () => {
  const card = (operation: string, count: number): RailPlan =>
    operation !== 'refund' ? turned : count === 1 ? { ...turned, decline: later } : pending

  it('is a loss the second time, and leaves the money of another rail', () => {
    const plans = { cash: () => turned, card }
    const { happen, insist, wait, decide, payment, balances, open } = createRefundsStage(machines, plans, {
      unable: ['cash'],
    })
    happen('cash', 'charge')
    happen('card', 'charge')
    wait(60_000)
    happen('card', 'refund', 0)
    insist('card', 'refund', 1)
    expect(balances()).toEqual({ [clearing('cash')]: -100n, [clearing('card')]: 100n })
    expect(payment()).toMatchObject({ amountSuspended: 0n, amountLost: 100n })
    expect(open()).toEqual(['late_success', 'late_success'])
    decide('late_success', force('succeeded'))
    expect(balances()).toEqual({ [clearing('card')]: 100n, [suspense]: -100n })
  })

  it('holds no money of another rail while the second is under way', () => {
    const plans = { cash: () => turned, card }
    const { world, id, happen, wait, operation, balances } = createRefundsStage(machines, plans, { unable: ['cash'] })
    happen('cash', 'charge')
    happen('card', 'charge')
    wait(10_000)
    happen('card', 'refund', 0)
    const seen = { [operation('cash', 'charge').id]: '100' }
    world.input('payment', id, { kind: 'decision', decision: force('succeeded'), about: 'late_success', seen })
    expect(balances()).toEqual({})
  })

  it('is attributed to the attempt that brought the returned money', () => {
    const { world, happen, insist, wait, payment, balances, open } = createRefundsStage(machines, { card })
    happen('card', 'charge')
    wait(60_000)
    happen('card', 'refund', 0)
    insist('card', 'refund', 1)
    expect(balances()).toEqual({ [clearing('card')]: 100n, [suspense]: -100n })
    expect(payment()).toMatchObject({ phase: 'ended', amountSuspended: -100n, amountLost: 100n })
    expect([lyingByAttempts(world, payment()), open()]).toEqual([0n, ['late_success']])
  })
})

describe('a replacement settled as not happened, when the original attempt happened after all,', () => {
  const done: RailPlan = { effect: 'done', isTold: true }
  const planned = (what: string) => (operation: string, count: number) =>
    operation !== what ? done : count === 1 ? { ...turned, decline: later } : pending

  it('leaves a payout paid by the first', () => {
    const { world, settle, happen, deny, wait, decide, payoutOf, operation, balances, open } = createRefundsStage(
      machines,
      {
        card: planned('payout'),
      },
    )
    const { id } = newPayout(world)
    settle()
    wait(60_000)
    happen('card', 'payout', 0)
    happen('card', 'payout', 1)
    expect([balances(), open()]).toEqual([{ [clearing('card')]: 100n, [suspense]: -100n }, ['late_success']])
    deny('card', 'payout', 1)
    decide('outcome_unknown', force('failed'), 'payout', id)
    expect([balances(), open()]).toEqual([{}, []])
    const { reference } = operation('card', 'payout', 0)
    expect(payoutOf(id)).toMatchObject({ state: 'succeeded', phase: 'ended', railReference: reference })
  })

  it('is compensated when an operator has settled the outcome of the first before', () => {
    const { world, settle, happen, deny, wait, decide, payoutOf, balances, open } = createRefundsStage(machines, {
      card: planned('payout'),
    })
    const { id } = newPayout(world)
    settle()
    wait(60_000)
    happen('card', 'payout', 0)
    happen('card', 'payout', 1)
    decide('late_success', force('succeeded'), 'payout', id)
    deny('card', 'payout', 1)
    decide('outcome_unknown', force('failed'), 'payout', id)
    expect([balances(), payoutOf(id).state]).toEqual([{ shop: 100n, [suspense]: -100n }, 'failed'])
    expect(open()).toEqual(['late_success'])
  })

  it('leaves a refund made by the first', () => {
    const { refund, happen, deny, wait, decide, refundOf, payment, balances, open } = createRefundsStage(machines, {
      card: planned('refund'),
    })
    const id = refund(50n)
    wait(60_000)
    happen('card', 'refund', 0)
    happen('card', 'refund', 1)
    expect([balances(), open()]).toEqual([{ shop: 50n, [suspense]: -50n }, ['late_success']])
    deny('card', 'refund', 1)
    decide('outcome_unknown', force('failed'), 'refund', id)
    expect([balances(), open(), refundOf(id).state]).toEqual([{ [clearing('card')]: -50n, shop: 50n }, [], 'succeeded'])
    expect(payment()).toMatchObject({ amountRefunded: 50n, amountLost: 0n, amountSuspended: 0n })
  })

  it('leaves a refund from suspense made by the first', () => {
    const card = (operation: string, count: number): RailPlan =>
      operation !== 'refund' ? turned : count === 1 ? { ...turned, decline: later } : pending
    const { happen, insist, deny, wait, decide, reversal, refundOf, payment, balances, open } = createRefundsStage(
      machines,
      {
        card,
      },
    )
    happen('card', 'charge')
    wait(60_000)
    happen('card', 'refund', 0)
    insist('card', 'refund', 1)
    deny('card', 'refund', 1)
    decide('outcome_unknown', force('failed'), 'refund', reversal())
    expect([balances(), open(), refundOf(reversal()).state]).toEqual([{}, [], 'succeeded'])
    expect(payment()).toMatchObject({ phase: 'ended', amountLost: 0n, amountSuspended: 0n })
  })
})

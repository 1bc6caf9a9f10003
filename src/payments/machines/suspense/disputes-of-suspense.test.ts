import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { lyingByAttempts, unended } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/** Disputes that take money in suspense that is being returned, or more than is left. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({
  action: 'force',
  outcome,
  evidence: 'The console.',
})

describe('a dispute of a late charge while it is being returned, and the rail declines the return,', () => {
  /** The refund holds all of the 100, the dispute takes `amount`, and then the rail declines the refund. */
  const disputed = (amount: bigint) => {
    const card = (operation: string): RailPlan =>
      operation === 'refund' ? { effect: 'pending', isTold: true } : { effect: 'turned', isTold: true, decline }
    const stage = createRefundsStage(machines, { card })
    stage.happen('card', 'charge')
    if (amount > 0n) stage.dispute('card', 'charge', amount)
    stage.happen('card', 'refund', 0, false)
    return stage
  }

  it('ends the refund when an operator states so, as the money has gone back already', () => {
    const { world, decide, reversal, payment, balances, open } = disputed(100n)
    expect([balances(), open()]).toEqual([{}, ['dispute_after_refund', 'late_success']])
    decide('late_success', force('failed'), 'refund', reversal())
    decide('dispute_after_refund', force('succeeded'))
    expect([balances(), open(), unended(world), world.books.held(suspense)]).toEqual([{}, [], [], 0n])
    expect(payment()).toMatchObject({ amountSuspended: 0n, amountLost: 0n })
    expect(lyingByAttempts(world, payment())).toBe(0n)
  })

  it('leaves the undisputed rest to an operator', () => {
    const { world, decide, reversal, payment, balances, open, texts } = disputed(60n)
    decide('late_success', force('failed'), 'refund', reversal())
    expect(balances()).toEqual({ [clearing]: -40n, [suspense]: 40n })
    expect([payment().amountSuspended, lyingByAttempts(world, payment())]).toEqual([40n, 40n])
    expect(open()).toEqual(['late_success', 'dispute_after_refund'])
    expect(texts().join()).toMatch('0.40 USD are left: return them some other way.')
    decide('late_success', force('succeeded'))
    decide('dispute_after_refund', force('succeeded'))
    expect([balances(), open(), unended(world), world.books.held(suspense)]).toEqual([{}, [], [], 0n])
  })

  it('is not assumed for a refund when nothing was disputed', () => {
    const { world, decide, reversal, refundOf, balances, open } = disputed(0n)
    decide('late_success', force('failed'), 'refund', reversal())
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, ['late_success']])
    expect([refundOf(reversal()).phase, world.books.held(suspense)]).toEqual(['review', 100n])
  })
})

describe('a dispute beyond the rest of a payment', () => {
  const card = (): RailPlan => ({ effect: 'done', isTold: true })

  it('leaves a case for the loss even when the books refuse the rest, which is paid later', () => {
    const { world, refund, dispute, decide, payment, balances, open, texts } = createRefundsStage(machines, { card })
    refund(50n)
    world.books.freeze('shop', true)
    dispute('card', 'charge', 80n)
    world.books.freeze('shop', false)
    expect(payment()).toMatchObject({ amountOwed: 50n, amountLost: 30n })
    expect(open()).toEqual(['dispute_after_refund', 'booking_refused'])
    expect(texts().join()).toMatch('refused to take 0.50 USD from those who got it')
    decide('booking_refused', { action: 'retry' })
    expect([balances(), open()]).toEqual([{ [clearing]: 30n, [suspense]: -30n }, ['dispute_after_refund']])
    expect(payment()).toMatchObject({ amountOwed: 0n, amountLost: 30n })
  })
  it('shows with the second the total of both', () => {
    const { refund, dispute, payment, balances, open, texts } = createRefundsStage(machines, { card })
    refund(100n)
    dispute('card', 'charge', 30n)
    expect(texts().join()).not.toMatch('Now lost and not accepted')
    dispute('card', 'charge', 20n)
    expect([balances(), payment().amountLost]).toEqual([{ [clearing]: 50n, [suspense]: -50n }, 50n])
    expect(open()).toEqual(['dispute_after_refund'])
    expect(texts().join()).toMatch('Now lost and not accepted: 0.50 USD.')
  })
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { lyingByAttempts, unended } from '../../../../test/support/payments-world-sums.ts'
import { machines } from '../machines.ts'

/** Rails that refund another amount than requested. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const done: RailPlan = { effect: 'done', isTold: true }
const stated = { action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' } as const

describe('a late charge that was returned in less', () => {
  const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess: -7n } : turned)

  it('stays in suspense with the rest that was not returned', () => {
    const { world, payment, happen, balances } = createRefundsStage(machines, { card })
    happen('card', 'charge')
    expect(balances()).toEqual({ [clearing]: -7n, [suspense]: 7n })
    expect([payment().amountSuspended, lyingByAttempts(world, payment())]).toEqual([7n, 7n])
  })

  it('is over once an operator accepts that, also when money of another rail comes and is returned later', () => {
    const cash = (operation: string) => (operation === 'refund' ? done : turned)
    const { world, happen, decide, payment, reversal, balances, open } = createRefundsStage(machines, { cash, card })
    happen('card', 'charge')
    decide('wrong_amount', stated, 'refund', reversal())
    happen('cash', 'charge')
    expect([balances(), open(), unended(world)]).toEqual([{ [clearing]: -7n, [suspense]: 7n }, [], []])
    expect([payment().amountSuspended, lyingByAttempts(world, payment())]).toEqual([7n, 7n])
  })

  it('is returned by hand with the money of another rail, by no more than the rest', () => {
    const cash = () => turned
    const { happen, decide, payment, balances, texts } = createRefundsStage(
      machines,
      { cash, card },
      { unable: ['cash'] },
    )
    happen('card', 'charge')
    happen('cash', 'charge')
    expect(texts().join()).toMatch('Now in suspense: 1.00 USD over cash, 0.07 USD over card.')
    decide('late_success', stated)
    expect([balances(), payment().amountSuspended]).toEqual([{}, 0n])
  })
})

describe('a refund made in another amount, and then denied by its rail', () => {
  it.each([9n, -7n])('is compensated in full, with the difference: %s', (excess) => {
    const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess } : done)
    const { refund, refundOf, deny, decide, payment, balances, open } = createRefundsStage(machines, { card })
    const id = refund(50n)
    decide('wrong_amount', stated, 'refund', id)
    deny('card', 'refund')
    decide('outcome_unknown', { ...stated, outcome: 'failed' }, 'refund', id)
    expect([balances(), open(), refundOf(id).state]).toEqual([{ [clearing]: -100n, shop: 100n }, [], 'failed'])
    expect([payment().amountRefunded, payment().amountLost ?? 0n, payment().amountSuspended ?? 0n]).toEqual([
      0n,
      0n,
      0n,
    ])
  })

  it.each([9n, -7n])('is compensated in full even before an operator has accepted the difference: %s', (excess) => {
    const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess } : done)
    const { world, refund, refundOf, deny, decide, payment, balances, open } = createRefundsStage(machines, { card })
    const id = refund(50n)
    expect(open()).toEqual(['wrong_amount'])
    deny('card', 'refund')
    expect(open()).toEqual(['outcome_unknown', 'wrong_amount'])
    decide('outcome_unknown', { ...stated, outcome: 'failed' }, 'refund', id)
    expect([balances(), open(), unended(world)]).toEqual([{ [clearing]: -100n, shop: 100n }, [], []])
    expect(refundOf(id)).toMatchObject({ state: 'failed', reason: 'settled_by_hand', phase: 'ended' })
    expect([payment().amountRefunded, payment().amountLost ?? 0n]).toEqual([0n, 0n])
  })

  it('is to be made again when it is a compensation', () => {
    const card = (operation: string, count: number): RailPlan =>
      operation === 'refund' && count === 1 ? { ...done, excess: 9n } : done
    const { refund, refundOf, deny, decide, wait, balances, open } = createRefundsStage(machines, { card })
    const id = refund(50n, true)
    deny('card', 'refund')
    decide('outcome_unknown', { ...stated, outcome: 'failed' }, 'refund', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, ['compensation_failed']])
    expect(refundOf(id)).toMatchObject({ state: 'requires_review', phase: 'review' })
    decide('compensation_failed', { action: 'retry' }, 'refund', id)
    wait(1)
    expect([balances(), open(), refundOf(id).state]).toEqual([{ [clearing]: -50n, shop: 50n }, [], 'succeeded'])
  })

  it('stays as its rail reported it until the rail denies it', () => {
    const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess: 9n } : done)
    const { refund, refundOf, decide, balances, open } = createRefundsStage(machines, { card })
    const id = refund(50n)
    const books = balances()
    decide('wrong_amount', { ...stated, outcome: 'failed' }, 'refund', id)
    expect([balances(), open(), refundOf(id).state]).toEqual([books, ['wrong_amount'], 'requires_review'])
    decide('wrong_amount', stated, 'refund', id)
    expect([balances(), open(), refundOf(id).state]).toEqual([books, [], 'succeeded'])
  })

  it.each([9n, -7n])(
    'is compensated in full also when an operator stated it, and the rail reported otherwise: %s',
    (excess) => {
      const card = (operation: string): RailPlan =>
        operation === 'refund' ? { ...done, isTold: false, isMute: true, excess } : done
      const { world, refund, wait, say, deny, decide, payment, balances } = createRefundsStage(machines, { card })
      const id = refund(50n)
      wait(120_000)
      decide('outcome_unknown', stated, 'refund', id)
      say('card', 'refund')
      expect(balances()).toMatchObject({ [clearing]: -50n + excess, shop: 50n })
      deny('card', 'refund')
      decide('outcome_unknown', { ...stated, outcome: 'failed' }, 'refund', id)
      expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
      expect([payment().amountRefunded, payment().amountLost ?? 0n, payment().amountSuspended ?? 0n]).toEqual([
        0n,
        0n,
        0n,
      ])
      expect(lyingByAttempts(world, payment())).toBe(0n)
    },
  )
})

describe('a refund that an operator stated in full, and that its rail made in less', () => {
  const played = () => {
    const card = (operation: string, count: number): RailPlan =>
      operation === 'refund' && count === 1 ? { ...done, isTold: false, isMute: true, excess: -7n } : done
    const stage = createRefundsStage(machines, { card })
    const id = stage.refund(50n)
    stage.wait(120_000)
    stage.decide('outcome_unknown', stated, 'refund', id)
    stage.say('card', 'refund')
    return stage
  }

  it('leaves the rest in suspense, and the case says how much', () => {
    const { world, payment, balances, open, texts } = played()
    expect(balances()).toEqual({ [clearing]: -57n, shop: 50n, [suspense]: 7n })
    expect([payment().amountSuspended, lyingByAttempts(world, payment()), open()]).toEqual([7n, 7n, ['wrong_amount']])
    expect(texts()).toEqual([
      'The refund was settled by hand in full, and the rail card refunded 0.43 USD instead of 0.50 USD. The 0.07 USD that it did not return are in suspense.',
    ])
  })

  it('is complete when an operator has returned the rest by hand', () => {
    const { payment, decide, balances, open } = played()
    decide('wrong_amount', { ...stated, outcome: 'failed' })
    expect([balances(), payment().amountSuspended, open()]).toEqual([{ [clearing]: -50n, shop: 50n }, 0n, []])
  })

  it('is complete when the rest is returned over the rail', () => {
    const { world, payment, decide, balances, open, operation } = played()
    decide('wrong_amount', { action: 'reverse' })
    expect(operation('card', 'refund', 1)).toMatchObject({
      amount: 7n,
      originalReference: operation('card', 'charge').reference,
    })
    expect([balances(), payment().amountSuspended, open()]).toEqual([{ [clearing]: -50n, shop: 50n }, 0n, []])
    expect([payment().phase, lyingByAttempts(world, payment())]).toEqual(['ended', 0n])
  })
  it('may be of a late charge as well', () => {
    const card = (operation: string): RailPlan =>
      operation === 'refund' ? { ...done, isTold: false, isMute: true, excess: -7n } : turned
    const { world, happen, wait, decide, say, reversal, payment, balances, open } = createRefundsStage(machines, {
      card,
    })
    happen('card', 'charge')
    wait(120_000)
    decide('outcome_unknown', stated, 'refund', reversal())
    say('card', 'refund')
    expect([balances(), open()]).toEqual([{ [clearing]: -7n, [suspense]: 7n }, ['wrong_amount']])
    expect([payment().amountSuspended, lyingByAttempts(world, payment())]).toEqual([7n, 7n])
    decide('wrong_amount', { ...stated, outcome: 'failed' })
    expect([balances(), open(), payment().phase, payment().amountSuspended]).toEqual([{}, [], 'ended', 0n])
  })
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { found } from '../../../../test/support/payments-world.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

// A rail reported, too late, that it had made a refund or payout, and then denies it. It is in suspense as a clawback.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const no = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
const failed = { action: 'force', outcome: 'failed', evidence: 'The console of the rail.' } as const
const succeeded = { ...failed, outcome: 'succeeded' } as const
const done: RailPlan = { effect: 'done', isTold: true }

/** The first refund or payout is declined, and happens later after all. The second is pending. */
const declining =
  (decline: NonNullable<RailPlan['decline']>) =>
  (operation: string, count: number): RailPlan => {
    if (operation === 'charge') return done
    return count === 1 ? { effect: 'turned', isTold: true, decline } : { effect: 'pending', isTold: true }
  }

describe('a refund that did not happen, and was a clawback in suspense, is no longer one', () => {
  it('when it had failed', () => {
    const card = declining(no)
    const { refund, insist, operation, deny, decide, balances, open, payment } = createRefundsStage(machines, { card })
    const id = refund(40n)
    Object.assign(operation('card', 'refund'), { done: 49n })
    insist('card', 'refund')
    expect([balances(), open()]).toEqual([{ [clearing]: -51n, shop: 100n, [suspense]: -49n }, ['late_success']])
    deny('card', 'refund')
    decide('outcome_unknown', failed, 'refund', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
    expect([payment().amountLost, payment().amountSuspended, payment().amountRefunded]).toEqual([0n, 0n, 0n])
  })

  it('while its replacement is under way', () => {
    const card = declining(later)
    const { refund, happen, deny, decide, wait, balances, open, payment, refundOf } = createRefundsStage(machines, {
      card,
    })
    const id = refund(40n)
    wait(20_000)
    happen('card', 'refund')
    deny('card', 'refund', 0, 5_000)
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
    decide('outcome_unknown', failed, 'refund', id)
    expect([balances(), open(), payment().amountLost]).toEqual([{ [clearing]: -100n, shop: 100n }, [], 0n])
    happen('card', 'refund', 1, false)
    expect([refundOf(id).state, balances(), open()]).toEqual(['failed', { [clearing]: -100n, shop: 100n }, []])
  })

  it('once its replacement is decided, when one case is about both', () => {
    const card = declining(later)
    const { refund, happen, deny, decide, wait, balances, open, texts, payment, refundOf } = createRefundsStage(
      machines,
      { card },
    )
    const id = refund(40n)
    wait(20_000)
    happen('card', 'refund')
    deny('card', 'refund')
    expect([open(), refundOf(id).reason]).toEqual([['outcome_unknown', 'late_success'], 'outcome_unknown'])
    decide('outcome_unknown', failed, 'refund', id)
    expect([refundOf(id).state, open()]).toEqual(['failed', ['outcome_unknown', 'late_success']])
    expect(texts()[0]).toBe('What is stated next is about the refund of 0.40 USD over card (card_2), which it denies.')
    decide('outcome_unknown', failed, 'refund', id)
    expect([balances(), open(), payment().amountLost]).toEqual([{ [clearing]: -100n, shop: 100n }, [], 0n])
  })
})

describe('a payout that did not happen, and was a clawback in suspense, is no longer one', () => {
  const paying = (decline: NonNullable<RailPlan['decline']>) => {
    const stage = createRefundsStage(machines, { card: declining(decline) })
    const { id } = newPayout(stage.world, { amount: 40n })
    stage.settle()
    return { ...stage, id, payout: () => found(stage.world.payouts, id) }
  }

  it('when it had failed, and the rail had reported another amount', () => {
    const { insist, operation, deny, decide, balances, open, payout, id } = paying(no)
    Object.assign(operation('card', 'payout'), { done: 49n })
    insist('card', 'payout')
    expect([balances(), open()]).toEqual([{ [clearing]: -51n, shop: 100n, [suspense]: -49n }, ['wrong_amount']])
    deny('card', 'payout')
    decide('outcome_unknown', failed, 'payout', id)
    expect([balances(), open(), payout().state]).toEqual([{ [clearing]: -100n, shop: 100n }, [], 'failed'])
  })

  it('while its replacement is under way', () => {
    const { happen, deny, decide, wait, balances, open, payout, id } = paying(later)
    wait(20_000)
    happen('card', 'payout')
    deny('card', 'payout', 0, 5_000)
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
    decide('outcome_unknown', failed, 'payout', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
    happen('card', 'payout', 1, false)
    expect([payout().state, balances(), open()]).toEqual(['failed', { [clearing]: -100n, shop: 100n }, []])
  })

  it('once the rail has reported the outcome of its replacement, when one case is about both', () => {
    const { happen, deny, decide, wait, balances, open, payout, id } = paying(later)
    wait(20_000)
    happen('card', 'payout')
    deny('card', 'payout')
    expect([open(), payout().reason]).toEqual([['outcome_unknown', 'late_success'], 'outcome_unknown'])
    happen('card', 'payout', 1, false)
    expect([payout().state, open()]).toEqual(['failed', ['outcome_unknown', 'late_success']])
    decide('outcome_unknown', failed, 'payout', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
  })

  it('when the books had refused it, in any amount', () => {
    const card = (operation: string): RailPlan => ({ ...done, excess: operation === 'payout' ? 9n : 0n })
    const { world, settle, deny, decide, balances, open } = createRefundsStage(machines, { card })
    const { id } = newPayout(world, { amount: 40n })
    world.books.freeze('shop', true)
    settle()
    world.books.freeze('shop', false)
    expect([balances(), open()]).toEqual([{ [clearing]: -51n, shop: 100n, [suspense]: -49n }, ['booking_refused']])
    deny('card', 'payout')
    decide('outcome_unknown', failed, 'payout', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
  })

  it('but a payout in another amount stays as reported until the rail denies it', () => {
    const card = (operation: string): RailPlan => ({ ...done, excess: operation === 'payout' ? 9n : 0n })
    const { world, settle, decide, balances, open } = createRefundsStage(machines, { card })
    const { id } = newPayout(world, { amount: 40n })
    settle()
    const books = balances()
    decide('wrong_amount', failed, 'payout', id)
    expect([balances(), open(), found(world.payouts, id).state]).toEqual([books, ['wrong_amount'], 'requires_review'])
    decide('wrong_amount', succeeded, 'payout', id)
    expect([balances(), open(), found(world.payouts, id).state]).toEqual([books, [], 'succeeded'])
  })
})

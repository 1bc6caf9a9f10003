import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createReturnsStage, evidence, share } from '../../../../test/support/payments-world-returns.ts'
import { machines } from '../machines.ts'

// A lost server has captured or refunded a payment under ids that nobody requests again. The rail then declines what it
// is asked for, and the books do not show why.

const done: RailPlan = { effect: 'done', isTold: true }
const declining = (code: 'authorization_expired' | 'already_refunded'): RailPlan => ({
  ...{ effect: 'declined', isTold: true },
  decline: { code, remedy: 'never', message: 'Done before.' },
})

function declinedAfter(isSwitched: boolean, plan: RailPlan) {
  const stage = createReturnsStage(machines, [done, plan])
  Object.assign(stage.world.context, { hasSwitched: () => isSwitched })
  return stage
}

describe.each([true, false])('after a switch: %s', (isSwitched) => {
  it('what a rail no longer holds, and was not captured here, is an operator’s', () => {
    const { pay, capture, payment, open, texts } = declinedAfter(isSwitched, declining('authorization_expired'))
    const id = pay({ capture: 'manual' })
    capture(id, 60n)
    expect(payment(id)).toMatchObject({ state: 'canceled', phase: 'ended', amountCaptured: 0n })
    expect(open()).toEqual(isSwitched ? ['outcome_unknown'] : [])
    if (isSwitched) expect(texts()[0]).toContain('1.00 USD were neither captured nor released here')
  })

  it('what a rail has refunded already, and the books have not, is an operator’s', () => {
    const { pay, refund, refundOf, payment, balances, open, texts, decide } = declinedAfter(
      isSwitched,
      declining('already_refunded'),
    )
    const id = pay()
    const made = refund(id, [share('shop', 70n), share('partner', 30n)])
    expect(refundOf(made)).toMatchObject({ state: 'failed', reason: 'already_refunded' })
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 0n })
    expect(balances()).toEqual({ 'rails:card:clearing:USD': -100n, shop: 70n, partner: 30n })
    expect(open()).toEqual(isSwitched ? ['outcome_unknown'] : [])
    if (!isSwitched) return
    expect(texts()[0]).toContain('By the books, 1.00 USD of the payment can still be refunded')
    decide('payment', id, 'outcome_unknown', { action: 'force', outcome: 'succeeded', evidence })
    expect(open()).toEqual([])
  })

  it('a refund that undoes something has one case, which says so', () => {
    const { pay, refund, refundOf, open, texts } = declinedAfter(isSwitched, declining('already_refunded'))
    const id = pay()
    const made = refund(id, [share('shop', 40n)], true)
    expect(refundOf(made)).toMatchObject({ state: 'requires_review', reason: 'compensation_failed' })
    expect(open()).toEqual(['compensation_failed'])
    expect(texts()[0]?.includes('By the books, 1.00 USD of the payment')).toBe(isSwitched)
  })
})

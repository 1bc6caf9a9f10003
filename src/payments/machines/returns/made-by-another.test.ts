import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createReturnsStage, evidence, share } from '../../../../test/support/payments-world-returns.ts'
import { refundShares, takenBack } from '../booking/shares.ts'
import { machines } from '../machines.ts'

const done: RailPlan = { effect: 'done', isTold: true }
const later: RailPlan = {
  ...{ effect: 'turned', isTold: true },
  decline: { code: 'try_again_later', remedy: 'later', message: 'Later.' },
}
const paid = { 'rails:card:clearing:USD': -100n, shop: 70n, partner: 30n }

/** The second submission makes the refund and comes back whole. Then the first, which was declined, happens after all. */
function late(isReversal = false) {
  const stage = createReturnsStage(machines, [done, later])
  const { pay, refund, wait, comeBack, card, callBack, refundOf, balances, decide } = stage
  const id = pay()
  const made = refund(id, [share('shop', 20n)], isReversal)
  wait(600_000)
  expect(refundOf(made).state).toBe('succeeded')
  comeBack('refund', 20n)
  expect([refundOf(made).state, balances()]).toEqual([isReversal ? 'requires_review' : 'failed', paid])
  if (isReversal) decide('refund', made, 'compensation_failed', { action: 'force', outcome: 'failed', evidence })
  for (const one of card.operations()) card.settle(one, true)
  callBack('all')
  expect(balances()).toEqual({ 'rails:card:clearing:USD': -80n, shop: 50n, partner: 30n })
  expect(refundOf(made)).toMatchObject({ state: 'succeeded', from: [{ account: 'shop', amount: 20n }] })
  return { ...stage, id, made }
}

describe('a refund that came back, and was made by an earlier attempt after all', () => {
  it.each([false, true])(
    'has not come back, and is paid by those who had to pay (it undoes something: %s)',
    (undoes) => {
      const { made, refundOf, beyondRail } = late(undoes)
      expect([refundOf(made).amountReturned, beyondRail()]).toEqual([undefined, 0n])
    },
  )

  it('leaves the rest to be refunded by those who still have it', () => {
    const { world, payment, refund, id, balances, refundOf } = late()
    const from = refundShares(payment(id), takenBack([...world.refunds.values()], payment(id)), 80n)
    expect(from).toEqual([share('shop', 50n), share('partner', 30n)])
    world.books.fund('shop', 1_000n)
    expect(refundOf(refund(id, from)).state).toBe('succeeded')
    expect(balances()).toEqual({ shop: 1_000n, world: -1_000n })
  })

  it('goes to those who had paid it when that comes back as well', () => {
    const { comeBack, balances, open, made, refundOf, payment, id, beyondRail } = late()
    comeBack('refund', 20n, { at: 0 })
    expect([balances(), open(), beyondRail()]).toEqual([paid, [], 0n])
    expect(refundOf(made)).toMatchObject({ state: 'failed', reason: 'returned', amountReturned: 20n })
    expect(payment(id)).toMatchObject({ amountRefunded: 0n, amountRefunding: 0n })
  })
})

it('a payout that came back, and was made by an earlier attempt after all, has not come back once it is paid', () => {
  const stage = createReturnsStage(machines, [later])
  const { world, payOut, wait, comeBack, card, callBack, payoutOf, decide, balances, beyondRail } = stage
  world.books.fund('shop', 500n)
  const id = payOut()
  wait(600_000)
  comeBack('payout', 100n)
  expect(payoutOf(id)).toMatchObject({ state: 'failed', amountReturned: 100n })
  for (const one of card.operations()) card.settle(one, true)
  callBack('all')
  expect(payoutOf(id)).toMatchObject({ state: 'requires_review', reason: 'late_success' })
  decide('payout', id, 'late_success', { action: 'retry' })
  expect(payoutOf(id)).toMatchObject({ state: 'succeeded', amount: 100n })
  expect([payoutOf(id).amountReturned, balances(), beyondRail()]).toEqual([
    undefined,
    { world: -500n, shop: 400n, 'rails:card:clearing:USD': 100n },
    0n,
  ])
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, suspense } from '../../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { retryPayment } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

const clearing = clearingOf('card')
const done: RailPlan = { effect: 'done', isTold: true }
const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }

/**
 * A charge of 100 for a canceled payment. An operator stated it and returned it by hand; its customer tries again.
 * `excess`: the excess of the rail's charge; `again`: its plan for the second try.
 */
function retried({ excess = 0n, again = done }: { readonly excess?: bigint; readonly again?: RailPlan } = {}) {
  const script = (operation: string, count: number) =>
    operation === 'charge' && count === 1 ? { ...mute, excess } : operation === 'charge' ? again : done
  const stage = createRailsStage(machines, { card: script })
  const { world, id, settle, wait, decide, payment, balances, open } = stage
  world.payments.set(id, { ...payment(), reason: 'cancel_requested' })
  wait(120_000)
  decide('outcome_unknown', stated('succeeded'))
  expect(balances()).toEqual({ [clearing]: -100n, [suspense]: 100n })
  decide('late_success', stated('succeeded'))
  expect([balances(), open(), payment().phase]).toEqual([{}, [], 'ended'])
  expect(retryPayment(world, id)).toBe(true)
  settle()
  return { ...stage, refunds: () => [...world.refunds.values()] }
}

describe('a charge stated and returned by hand, whose payment the customer has retried since,', () => {
  const paid = { [clearing]: -100n, shop: 100n }

  it('is not returned again when its rail confirms it', () => {
    const { say, wait, balances, open, refunds, payment } = retried()
    const { railReference } = payment()
    say('card', 'charge')
    wait(60_000)
    expect([balances(), open(), refunds()]).toEqual([paid, [], []])
    expect(payment()).toMatchObject({ state: 'succeeded', amountCaptured: 100n, railReference })
  })

  it('is not returned while the second try is under way either, which goes on', () => {
    const { world, say, wait, balances, open, refunds, payment } = retried({
      again: { effect: 'pending', isTold: true },
    })
    const { currentAttempt } = payment()
    say('card', 'charge')
    expect([balances(), open(), refunds()]).toEqual([{}, [], []])
    expect(payment()).toMatchObject({ phase: 'awaiting', currentAttempt })
    const rail = world.rails.get('card')
    for (const one of rail?.operations() ?? []) rail?.settle(one, true)
    wait(60_000)
    expect([balances(), open(), refunds()]).toEqual([paid, [], []])
  })

  it.each([-7n, 7n])('is in suspense with the %d that its rail charged beyond it', (excess) => {
    const { say, balances, open, refunds, payment } = retried({ excess })
    say('card', 'charge')
    expect(balances()).toEqual({ shop: 100n, [clearing]: -100n - excess, [suspense]: excess })
    expect([open(), refunds(), payment().amountCaptured]).toEqual([['wrong_amount'], [], 100n])
  })

  it('has a case when its rail reports a failure, and stays returned after any later report', () => {
    const { deny, affirm, decide, wait, balances, open, refunds } = retried()
    deny('card', 'charge')
    expect([balances(), open()]).toEqual([paid, ['outcome_unknown']])
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open()]).toEqual([paid, []])
    affirm('card', 'charge')
    wait(60_000)
    expect([balances(), open(), refunds()]).toEqual([paid, [], []])
  })
})

import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { createRailsStage } from '../../../test/support/payments-world-rails.ts'
import { lyingByAttempts } from '../../../test/support/payments-world-sums.ts'
import type { StuckDecision } from '../machine.ts'
import { machines } from './machines.ts'

/** Rails that give back another amount than they were asked for. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const decline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' } as const
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const done: RailPlan = { effect: 'done', isTold: true }
const stated: StuckDecision = { action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' }

describe('what came too late and was given back in less', () => {
  const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess: -7n } : turned)

  it('lies in suspense by as much as is left of what brought it', () => {
    const { world, payment, happen, balances } = createRailsStage(machines, { card })
    happen('card', 'charge')
    expect(balances()).toEqual({ [clearing]: -7n, [suspense]: 7n })
    expect([payment().amountSuspended, lyingByAttempts(world, payment())]).toEqual([7n, 7n])
  })

  it('is returned by hand with what came over another rail, by no more than what is left', () => {
    const cash = () => turned
    const { happen, decide, payment, balances, texts } = createRailsStage(
      machines,
      { cash, card },
      { unable: ['cash'] },
    )
    happen('card', 'charge')
    happen('cash', 'charge')
    expect(texts().join()).toMatch('In suspense lie now: 7 USD over card, 100 USD over cash.')
    decide('late_success', stated)
    expect([balances(), payment().amountSuspended]).toEqual([{}, 0n])
  })
})

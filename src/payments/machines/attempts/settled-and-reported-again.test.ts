import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { newPayout } from '../../../../test/support/payments-world-requests.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/** An operator has settled a denied attempt, and then the rail reports that it did happen. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const done: RailPlan = { effect: 'done', isTold: true }
const never = { code: 'do_not_honor', remedy: 'never', message: 'No.' } as const
const force = (outcome: 'succeeded' | 'failed'): SubjectAction => ({
  action: 'force',
  outcome,
  evidence: 'The console.',
})

describe('an operation settled as not happened, which the rail reports again as done,', () => {
  it('is a clawback in suspense if it is a payout', () => {
    const { world, settle, deny, decide, insist, wait, balances, open } = createRefundsStage(machines, {
      card: () => done,
    })
    const { id } = newPayout(world)
    settle()
    deny('card', 'payout')
    decide('outcome_unknown', force('failed'), 'payout', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
    insist('card', 'payout')
    wait(3_600_000)
    expect([balances(), open()]).toEqual([{ shop: 100n, [suspense]: -100n }, ['late_success']])
    decide('late_success', force('succeeded'), 'payout', id)
    expect([balances(), open()]).toEqual([{}, []])
  })

  it('is made if it is a refund, and the intended accounts pay for it', () => {
    const { refund, refundOf, deny, decide, insist, balances, open } = createRefundsStage(machines, {
      card: () => done,
    })
    const id = refund(100n)
    deny('card', 'refund')
    decide('outcome_unknown', force('failed'), 'refund', id)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
    insist('card', 'refund')
    expect([balances(), open(), refundOf(id).state]).toEqual([{}, [], 'succeeded'])
  })
})

describe('a refund returned by hand after the rail declined it, which the rail makes after all,', () => {
  it('is a clawback in suspense with a case', () => {
    const card = (): RailPlan => ({ effect: 'turned', isTold: true, decline: never })
    const { happen, decide, reversal, balances, net, open } = createRefundsStage(machines, { card })
    happen('card', 'charge')
    decide('late_success', force('succeeded'), 'refund', reversal())
    expect([balances(), net(), open()]).toEqual([{}, { card: 100n }, []])
    happen('card', 'refund')
    expect([balances(), net()]).toEqual([{ [clearing]: 100n, [suspense]: -100n }, { card: 0n }])
    expect(open()).toEqual(['late_success'])
  })
})

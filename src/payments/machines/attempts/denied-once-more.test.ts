import { describe, expect, it } from 'vitest'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { createRefundsStage } from '../../../../test/support/payments-world-refunds.ts'
import { newCapture, newPayout } from '../../../../test/support/payments-world-requests.ts'
import { unended } from '../../../../test/support/payments-world-sums.ts'
import { machines } from '../machines.ts'

// A rail denies what is booked. An operator states by mistake that it happened, and the rail denies it once more.

const clearing = 'rails:card:clearing:USD'
const succeeded = { action: 'force', outcome: 'succeeded', evidence: 'By mistake.' } as const
const failed = { action: 'force', outcome: 'failed', evidence: 'The statement of the rail.' } as const

/** `isMute`: the rail does not say what became of it, and an operator has stated that it succeeded. */
function booked(what: 'capture' | 'refund' | 'payout', isMute: boolean) {
  const card = (operation: string): RailPlan => ({ effect: 'done', isTold: !isMute || operation !== what, isMute })
  const stage = createRefundsStage(machines, { card }, what === 'capture' ? { capture: 'manual' } : {})
  const { world, settle, refund, wait, decide, id } = stage
  const make = (): string => {
    if (what === 'refund') return refund(40n)
    if (what === 'payout') return newPayout(world, { amount: 40n }).id
    const capture = newCapture(world, id, 100n, true)
    if (capture === undefined) throw new Error('so much is held')
    world.input('capture', capture.id, { kind: 'capture', capture })
    return capture.id
  }
  const whose = make()
  settle()
  if (isMute) {
    wait(120_000)
    decide('outcome_unknown', succeeded, what, whose)
  }
  return {
    ...stage,
    decide: (decision: typeof failed | typeof succeeded) => decide('outcome_unknown', decision, what, whose),
  }
}

describe.each(['capture', 'refund', 'payout'] as const)('a %s that its rail denies again', (what) => {
  const books = what === 'capture' ? {} : { [clearing]: -100n, shop: 100n }

  it.each([false, true])('returns to an operator, and is undone; stated by an operator at first: %s', (isMute) => {
    const { deny, decide, open, balances, world } = booked(what, isMute)
    const before = balances()
    deny('card', what)
    expect(open()).toEqual(['outcome_unknown'])
    decide(succeeded)
    expect([open(), balances()]).toEqual([[], before])
    deny('card', what)
    expect([open(), balances()]).toEqual([['outcome_unknown'], before])
    decide(failed)
    expect([open(), balances(), unended(world)]).toEqual([[], books, []])
  })
})

import { describe, expect, it } from 'vitest'
import type { RailDecline } from '#rails'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, suspense } from '../../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { unended } from '../../../../test/support/payments-world-sums.ts'
import { machines } from '../machines.ts'

// A payment that waits for a refund from suspense ends with it, even when more of its money is in suspense.

const decline: RailDecline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' }
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const atOnce: RailPlan = { effect: 'done', isTold: true }
const slow: RailPlan = { effect: 'pending', isTold: true }
const tooMuch: RailPlan = { ...atOnce, excess: 9n }
const kept = { [clearingOf('card')]: -109n, shop: 100n, [suspense]: 9n }
const paid = { [clearingOf('card')]: -100n, shop: 100n }

/**
 * An operator stated the card's charge, which was 9 too much; then the charge that cash had declined came, too.
 * `refund`: the plan of cash for its refund.
 */
function tooMuchBeside(refund: RailPlan, unable: readonly string[] = []) {
  const stage = createRailsStage(
    machines,
    {
      cash: (operation) => (operation === 'refund' ? refund : turned),
      card: (operation) => (operation === 'refund' ? slow : { ...tooMuch, isTold: false, isMute: true }),
    },
    { unable },
  )
  stage.wait(120_000)
  stage.decide('outcome_unknown', stated('succeeded'))
  stage.say('card', 'charge')
  expect([stage.balances(), stage.open()]).toEqual([kept, ['wrong_amount']])
  return stage
}

describe('a late charge beside an excessive one', () => {
  it('ends with its refund when an operator had accepted the rest', () => {
    const { world, payment, balances, happen, decide, open } = tooMuchBeside(atOnce)
    decide('wrong_amount', stated('succeeded'))
    happen('cash', 'charge')
    expect([balances(), payment().phase, open(), unended(world)]).toEqual([kept, 'ended', [], []])
  })

  it('ends with its refund when an operator has not decided about the rest yet', () => {
    const { world, balances, happen, decide, open } = tooMuchBeside(atOnce)
    happen('cash', 'charge')
    expect([balances(), open()]).toEqual([kept, ['wrong_amount']])
    decide('wrong_amount', stated('failed'))
    expect([balances(), open(), unended(world)]).toEqual([paid, [], []])
  })

  it('is waited for when the rest was returned by hand before', () => {
    const { world, payment, balances, happen, decide, open } = tooMuchBeside(slow)
    happen('cash', 'charge')
    decide('wrong_amount', stated('failed'))
    expect([payment().phase, world.books.held(suspense)]).toEqual(['reversing', 100n])
    happen('cash', 'refund')
    expect([balances(), payment().phase, open(), unended(world)]).toEqual([paid, 'ended', [], []])
  })

  it('has ended, and the payment ends with the rest, which is being returned as well', () => {
    const { world, payment, balances, happen, decide, net, open } = tooMuchBeside(atOnce)
    decide('wrong_amount', { action: 'reverse' })
    happen('cash', 'charge')
    expect([balances(), payment().phase, world.books.held(suspense)]).toEqual([kept, 'reversing', 9n])
    happen('card', 'refund')
    expect([balances(), net(), payment().phase]).toEqual([paid, 100n, 'ended'])
    expect([open(), unended(world)]).toEqual([[], []])
  })

  it('has a case when its rail cannot return it', () => {
    const { world, balances, happen, decide, open } = tooMuchBeside(slow, ['cash'])
    decide('wrong_amount', stated('succeeded'))
    happen('cash', 'charge')
    expect(open()).toEqual(['late_success'])
    decide('late_success', stated('succeeded'))
    expect([balances(), open(), unended(world)]).toEqual([kept, [], []])
  })
})

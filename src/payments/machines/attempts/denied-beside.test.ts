import { describe, expect, it } from 'vitest'
import type { RailDecline, RailOperation } from '#rails'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, suspense } from '../../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { lyingByAttempts, unended } from '../../../../test/support/payments-world-sums.ts'
import { machines } from '../machines.ts'

// A rail denies money that came besides the booked money, and an operator decides each denial by itself.

const decline: RailDecline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' }
const turned: RailPlan = { effect: 'turned', isTold: true, decline }
const done: RailPlan = { effect: 'done', isTold: true }
const pending: RailPlan = { effect: 'pending', isTold: true }
const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }

const [card, cash, cheque] = [clearingOf('card'), clearingOf('cash'), clearingOf('cheque')]
const paid = { [card]: -100n, shop: 100n }

/** The late charge of cash is in suspense, because cash cannot refund it. `plan`: the plan of the card. */
function late(plan: RailPlan) {
  const stage = createRailsStage(machines, { cash: () => turned, card: () => plan }, { unable: ['cash'] })
  stage.happen('cash', 'charge')
  return stage
}

describe('a late charge that its rail denies, and that an operator finds not to have happened,', () => {
  it('leaves suspense beside an ended payment', () => {
    const { world, payment, balances, deny, affirm, decide, open } = late(done)
    expect(balances()).toEqual({ ...paid, [cash]: -100n, [suspense]: 100n })
    deny('cash', 'charge')
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open(), payment().amountSuspended]).toEqual([paid, [], 0n])
    expect([payment(), lyingByAttempts(world, payment())]).toMatchObject([{ phase: 'ended', amountCaptured: 100n }, 0n])
    // If it happened after all, it is in suspense again.
    affirm('cash', 'charge')
    expect([balances(), open()]).toEqual([{ ...paid, [cash]: -100n, [suspense]: 100n }, ['late_success']])
  })

  it('leaves suspense beside a payment in progress', () => {
    const { payment, balances, deny, decide, open } = late(pending)
    deny('cash', 'charge', 3_000)
    const { currentAttempt } = payment()
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open(), payment()]).toMatchObject([{}, [], { phase: 'awaiting', currentAttempt }])
  })

  it('stays in suspense to be returned when it did happen', () => {
    const { balances, deny, decide, open } = late(done)
    deny('cash', 'charge')
    decide('outcome_unknown', stated('succeeded'))
    expect([balances(), open()]).toEqual([{ ...paid, [cash]: -100n, [suspense]: 100n }, ['late_success']])
    decide('late_success', stated('succeeded'))
    expect([balances(), open()]).toEqual([paid, []])
  })

  it.each([
    ['went back by a dispute in part', 40n],
    ['did not', 0n],
  ])('leaves suspense as far as it is still there when it %s', (_, disputed) => {
    const { world, id, balances, deny, decide, open, operation } = late(done)
    const { reference: originalReference } = operation('cash', 'charge')
    const dispute = { amount: disputed, railReference: 'dsp_1', rail: 'cash', originalReference } as const
    if (disputed > 0n) world.input('payment', id, { kind: 'dispute', ...dispute })
    deny('cash', 'charge')
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open().includes('late_success')]).toEqual([paid, false])
  })
})

describe('a late charge that is being returned, and that its rail denies,', () => {
  /** No other rail has charged it: the payment ends with the refund. */
  const reversing = () => {
    const never: RailDecline = { ...decline, remedy: 'never' }
    const script = (operation: RailOperation): RailPlan =>
      operation === 'refund' ? pending : { ...turned, decline: never }
    const stage = createRailsStage(machines, { card: script })
    const { happen, deny, decide, payment, balances, open } = stage
    happen('card', 'charge')
    expect([payment().phase, balances()]).toEqual(['reversing', { [card]: -100n, [suspense]: 100n }])
    deny('card', 'charge', 3_000)
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().amountLost, open()]).toEqual([{}, 100n, ['dispute_after_refund']])
    return { ...stage, refund: [...stage.world.refunds.keys()][0] ?? '' }
  }

  it('is no longer a loss when its refund is declined', () => {
    const { world, refund, operation, say, decide, payment, balances, open } = reversing()
    world.rails.get('card')?.settle(operation('card', 'refund'), false)
    say('card', 'refund')
    decide('late_success', stated('failed'), 'refund', refund)
    decide('dispute_after_refund', stated('succeeded'))
    expect([balances(), open(), unended(world), world.books.held(suspense)]).toEqual([{}, [], [], 0n])
    expect([payment().amountSuspended, payment().amountLost, lyingByAttempts(world, payment())]).toEqual([0n, 0n, 0n])
  })

  it('is lost once, however often it is denied; a new report that it came goes to an operator', () => {
    const { world, say, affirm, wait, payment, balances, open } = reversing()
    say('card', 'charge')
    wait(3_000)
    expect([balances(), payment().amountLost, open()]).toEqual([{}, 100n, ['dispute_after_refund']])
    affirm('card', 'charge')
    expect([balances(), [...world.reportedOtherwise.values()]]).toEqual([{}, [expect.stringContaining('1.00 USD')]])
  })

  it('is a loss with a case when its refund has been made', () => {
    const { world, operation, say, payment, balances, open } = reversing()
    Object.assign(operation('card', 'refund'), { status: 'succeeded', done: 100n })
    say('card', 'refund')
    expect([balances(), payment().amountLost]).toEqual([{ [card]: 100n, [suspense]: -100n }, 100n])
    expect([open(), unended(world)]).toEqual([['dispute_after_refund'], []])
  })
})

it('a charge that was reversed, reported again late and denied again leaves suspense', () => {
  const script = (operation: RailOperation) => (operation === 'refund' ? pending : done)
  const { deny, affirm, decide, balances, open, payment } = createRailsStage(machines, { card: script })
  deny('card', 'charge')
  decide('outcome_unknown', stated('failed'))
  expect([balances(), open()]).toEqual([{}, []])
  affirm('card', 'charge')
  expect(balances()).toEqual({ [card]: -100n, [suspense]: 100n })
  deny('card', 'charge', 3_000)
  decide('outcome_unknown', stated('failed'))
  // Its refund is still under way.
  expect([balances(), payment().amountLost, open()]).toEqual([{}, 100n, ['dispute_after_refund']])
})

describe('with two charges that may not have happened', () => {
  it('both late, one is decided after the other', () => {
    const scripts = { cash: () => turned, cheque: () => turned, card: () => done }
    const stage = createRailsStage(machines, scripts, { unable: ['cash', 'cheque'] })
    const { happen, deny, decide, balances, open, texts } = stage
    for (const rail of ['cash', 'cheque']) happen(rail, 'charge')
    // The rail denies the younger one first. The older one is decided first, and the entry says so.
    for (const rail of ['cheque', 'cash']) deny(rail, 'charge')
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
    expect(texts()[0]).toMatch(/next is about the charge of 1.00 USD over cash/)
    decide('outcome_unknown', stated('failed'))
    expect(balances()).toEqual({ ...paid, [cheque]: -100n, [suspense]: 100n })
    expect([open(), texts()[0]]).toEqual([['outcome_unknown', 'late_success'], expect.stringMatching(/over cheque/)])
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open()]).toEqual([paid, []])
  })

  it('a statement on one is not applied to another that was denied since', () => {
    const scripts = { cash: () => turned, cheque: () => turned, card: () => done }
    const stage = createRailsStage(machines, scripts, { unable: ['cash', 'cheque'] })
    const { world, id, happen, deny, balances, open, texts, operation } = stage
    for (const rail of ['cash', 'cheque']) happen(rail, 'charge')
    deny('cheque', 'charge')
    const seen = { [operation('cheque', 'charge').id]: '100' }
    deny('cash', 'charge')
    const before = balances()
    const decision = stated('failed')
    world.input('payment', id, { kind: 'decision', decision, about: 'outcome_unknown', seen })
    expect([balances(), open()]).toEqual([before, ['outcome_unknown', 'late_success']])
    expect(texts()[0]).toMatch(/not carried out.*next is about the charge of 1.00 USD over cash/)
    const now = { [operation('cash', 'charge').id]: '100' }
    world.input('payment', id, { kind: 'decision', decision, about: 'outcome_unknown', seen: now })
    expect(balances()).toEqual({ ...paid, [cheque]: -100n, [suspense]: 100n })
  })

  it('if the payment itself waits for one of them, that one is decided after the other', () => {
    const { wait, deny, decide, balances, open, payment, texts } = late(mute)
    deny('cash', 'charge', 3_000)
    wait(120_000)
    expect([payment().phase, open()]).toEqual(['review', ['outcome_unknown', 'late_success']])
    expect(texts()[0]).toMatch(/next is about the charge of 1.00 USD over cash/)
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().phase, open()]).toEqual([{}, 'review', ['outcome_unknown']])
    decide('outcome_unknown', stated('succeeded'))
    expect([balances(), payment().state, open()]).toEqual([paid, 'succeeded', []])
  })

  it('the other stays open when the rail of that one answers', () => {
    const { wait, deny, decide, say, balances, open, payment } = late(mute)
    deny('cash', 'charge', 3_000)
    wait(120_000)
    say('card', 'charge')
    expect([balances(), payment().state]).toEqual([{ ...paid, [cash]: -100n, [suspense]: 100n }, 'succeeded'])
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
    decide('outcome_unknown', stated('failed'))
    expect([balances(), open()]).toEqual([paid, []])
  })
})

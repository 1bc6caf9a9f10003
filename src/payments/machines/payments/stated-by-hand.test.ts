import { describe, expect, it } from 'vitest'
import type { RailDecline } from '#rails'
import type { RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, found, suspense } from '../../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../../test/support/payments-world-rails.ts'
import { leftUnbooked } from '../attempts/unbooked.ts'
import { machines } from '../machines.ts'

// An operator states an outcome before the rail reports it: the rail's operation is booked, once.

const clearing = clearingOf('card')
const done: RailPlan = { effect: 'done', isTold: true }
const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }

/** A capture of 50 that an operator stated to have happened. `excess`: the excess of the rail's capture. */
function capturedByHand({ excess = 0n, isRefused = false } = {}) {
  const script = (operation: string) => (operation === 'capture' ? { ...mute, excess } : done)
  const stage = createRailsStage(machines, { card: script }, { parts: { capture: 'manual' } })
  const { world, settle, wait, decide } = stage
  const capture = stage.capture(50n)
  settle()
  wait(120_000)
  expect(found(world.captures, capture)).toMatchObject({ state: 'processing', reason: 'outcome_unknown' })
  world.books.freeze('shop', isRefused)
  decide('outcome_unknown', stated('succeeded'), 'capture', capture)
  world.books.freeze('shop', false)
  return { ...stage, capture }
}

/** A charge of 100 that an operator stated to have happened. `excess`: the excess of the rail's charge. */
function chargedByHand(excess: bigint) {
  const stage = createRailsStage(machines, {
    card: (operation) => (operation === 'charge' ? { ...mute, excess } : done),
  })
  stage.wait(120_000)
  stage.decide('outcome_unknown', stated('succeeded'))
  expect(stage.balances()).toEqual({ [clearing]: -100n, shop: 100n })
  return stage
}

describe('a capture that an operator stated and the books refused', () => {
  const inSuspense = { [clearing]: -50n, [suspense]: 50n }
  const delivered = { [clearing]: -50n, shop: 50n }

  it('is in suspense once when its rail confirms it, and is delivered once', () => {
    const { payment, balances, say, decide, open } = capturedByHand({ isRefused: true })
    expect([payment().reason, payment().amountSuspended, balances()]).toEqual(['booking_refused', 50n, inSuspense])
    say('card', 'capture')
    expect([balances(), open()]).toEqual([inSuspense, ['booking_refused']])
    decide('booking_refused', { action: 'retry' })
    expect([balances(), payment().amountCaptured, open()]).toEqual([delivered, 50n, []])
  })

  it('is not delivered twice when its rail confirms it after that', () => {
    const { payment, balances, say, decide, open } = capturedByHand({ isRefused: true })
    decide('booking_refused', { action: 'retry' })
    expect(balances()).toEqual(delivered)
    say('card', 'capture')
    expect([balances(), payment().amountCaptured, open()]).toEqual([delivered, 50n, []])
  })

  it.each([-7n, 7n])('is in suspense with its real amount when its rail captured %d beyond it', (excess) => {
    const { payment, balances, net, say, decide, open } = capturedByHand({ isRefused: true, excess })
    say('card', 'capture')
    const came = 50n + excess
    expect([balances(), payment().amountSuspended]).toEqual([{ [clearing]: -came, [suspense]: came }, came])
    for (const about of open()) decide(about, about === 'wrong_amount' ? stated('succeeded') : { action: 'retry' })
    // The excess is refunded over the rail.
    const kept = came < 50n ? came : 50n
    expect([balances(), net(), payment().amountCaptured, open()]).toEqual([
      { [clearing]: -kept, shop: kept },
      kept,
      kept,
      [],
    ])
  })

  it('leaves suspense when its rail reports a failure, and an operator confirms that', () => {
    const { capture, payment, balances, net, deny, affirm, decide, open } = capturedByHand({ isRefused: true })
    deny('card', 'capture')
    expect(open()).toEqual(['outcome_unknown', 'booking_refused'])
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    expect([balances(), payment().amountSuspended, open()]).toEqual([{}, 0n, ['booking_refused']])
    // If the rail reports that it happened after all, it is refunded.
    expect(net()).toBe(50n)
    affirm('card', 'capture')
    expect([balances(), net()]).toEqual([{}, 0n])
  })
})

/** An authorization that an operator stated, and of which a capture of 50 brought 45: an operator has that. */
function capturedOfStated() {
  const slow: RailPlan = { effect: 'pending', isTold: true, isMute: true }
  const script = (operation: string) => (operation === 'authorize' ? slow : { ...done, excess: -5n })
  const stage = createRailsStage(machines, { card: script }, { parts: { capture: 'manual' } })
  const { world, operation, settle, wait, decide, payment } = stage
  world.rails.get('card')?.settle(operation('card', 'authorize'), true)
  wait(3_600_000)
  expect(payment()).toMatchObject({ phase: 'review', reason: 'outcome_unknown' })
  decide('outcome_unknown', stated('succeeded'))
  const capture = stage.capture(50n)
  settle()
  expect([payment().reason, payment().amountCapturable]).toEqual(['wrong_amount', 50n])
  return { ...stage, capture }
}

describe('an operation stated in full, which its rail confirmed in less and then denied,', () => {
  it('leaves nothing of a charge in the books when it did not happen', () => {
    const { payment, balances, wait, say, deny, affirm, decide, open, net } = chargedByHand(-7n)
    say('card', 'charge')
    expect([balances(), payment().amountLost]).toEqual([{ [clearing]: -93n, shop: 100n, [suspense]: -7n }, 7n])
    deny('card', 'charge')
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().amountLost, payment().amountSuspended]).toEqual([{}, 0n, 0n])
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
    // If it happened after all, the money is refunded.
    affirm('card', 'charge')
    wait(60_000)
    expect([balances(), net(), open()]).toEqual([{}, 0n, []])
  })

  it('leaves nothing of a charge when those who got it cannot repay: they owe all of it', () => {
    const { world, payment, balances, say, deny, decide, open } = chargedByHand(-7n)
    say('card', 'charge')
    deny('card', 'charge')
    world.books.freeze('shop', true)
    decide('outcome_unknown', stated('failed'))
    world.books.freeze('shop', false)
    expect([balances(), payment().amountOwed, payment().amountLost]).toEqual([
      { shop: 100n, [suspense]: -100n },
      100n,
      0n,
    ])
    decide('booking_refused', { action: 'retry' })
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
  })

  it('leaves nothing of a capture', () => {
    const { capture, payment, balances, say, deny, decide, open } = capturedByHand({ excess: -7n })
    say('card', 'capture')
    expect(balances()).toEqual({ [clearing]: -43n, shop: 50n, [suspense]: -7n })
    deny('card', 'capture')
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    expect([balances(), payment().amountLost]).toEqual([{}, 0n])
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
  })
})

describe('an operation stated in full, which its rail confirmed in more and then denied,', () => {
  const denied = (excess: bigint) => {
    const stage = chargedByHand(excess)
    stage.say('card', 'charge')
    expect(stage.balances()).toEqual({ [clearing]: -100n - excess, shop: 100n, [suspense]: excess })
    return { ...stage, deny: () => stage.deny('card', 'charge') }
  }

  it('leaves nothing of a charge in the books when it did not happen', () => {
    const { payment, balances, wait, deny, affirm, decide, open, net } = denied(7n)
    deny()
    expect(open()).toEqual(['outcome_unknown', 'wrong_amount'])
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().amountSuspended, payment().amountLost]).toEqual([{}, 0n, undefined])
    decide('wrong_amount', { action: 'reverse' })
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
    // If it happened after all, the money is refunded, all of it.
    affirm('card', 'charge')
    wait(60_000)
    expect([balances(), net(), open()]).toEqual([{}, 0n, []])
  })

  it('is owed by those who got it and cannot repay, and no more than they got', () => {
    const { world, payment, balances, deny, decide, open } = denied(7n)
    deny()
    world.books.freeze('shop', true)
    decide('outcome_unknown', stated('failed'))
    world.books.freeze('shop', false)
    expect([balances(), payment().amountOwed]).toEqual([{ shop: 100n, [suspense]: -100n }, 100n])
    decide('booking_refused', { action: 'retry' })
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
  })

  it('leaves nothing of the excess when a dispute had taken the whole stated amount', () => {
    const { world, id, operation, payment, balances, deny, decide } = denied(7n)
    const { reference: originalReference } = operation('card', 'charge')
    world.input('payment', id, {
      kind: 'dispute',
      amount: 100n,
      railReference: 'dsp_1',
      rail: 'card',
      originalReference,
    })
    expect(balances()).toEqual({ [clearing]: -7n, [suspense]: 7n })
    deny()
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().amountSuspended]).toEqual([{}, 0n])
  })

  it('is a loss with a case as far as it has been returned before', () => {
    const { payment, balances, deny, decide, open, texts } = denied(7n)
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, shop: 100n }, []])
    deny()
    decide('outcome_unknown', stated('failed'))
    expect([balances(), payment().amountLost]).toEqual([{ [clearing]: 7n, [suspense]: -7n }, 7n])
    expect([open(), texts()]).toEqual([['dispute_after_refund'], [expect.stringContaining('0.07 USD')]])
  })

  it('leaves nothing of a capture', () => {
    const { capture, payment, balances, say, deny, decide, open } = capturedByHand({ excess: 7n })
    say('card', 'capture')
    expect(balances()).toEqual({ [clearing]: -57n, shop: 50n, [suspense]: 7n })
    deny('card', 'capture')
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    expect([balances(), payment().amountSuspended]).toEqual([{}, 0n])
    decide('wrong_amount', stated('failed'))
    expect([balances(), open()]).toEqual([{}, []])
  })
})

describe('an authorization that an operator stated, while one of its captures has a case', () => {
  const inSuspense = { [clearing]: -45n, [suspense]: 45n }

  it('stays as it is when its rail confirms it', () => {
    const { payment, balances, say, decide, open } = capturedOfStated()
    say('card', 'authorize')
    expect([payment().phase, payment().amountCapturable, balances()]).toEqual(['review', 50n, inSuspense])
    expect([payment().currentAttempt, open()]).toEqual([undefined, ['wrong_amount']])
    decide('wrong_amount', stated('succeeded'))
    expect(payment()).toMatchObject({ phase: 'held', amountCaptured: 45n, amountCapturable: 50n })
  })

  it('opens a case when its rail reports a failure, and nothing of it is undone by that', () => {
    const { payment, balances, deny, open } = capturedOfStated()
    deny('card', 'authorize')
    expect([payment().phase, payment().amountCapturable, balances()]).toEqual(['review', 50n, inSuspense])
    expect(open()).toEqual(['outcome_unknown', 'wrong_amount'])
  })

  it('is inquired about when the operator requests it', () => {
    const { world, payment, decide } = capturedOfStated()
    decide('wrong_amount', { action: 'inquire' })
    expect(world.timers.map(({ input, attempt }) => [input, attempt])).toContainEqual([
      'inquire',
      payment().currentAttempt,
    ])
    world.fire(world.timers.findIndex(({ input }) => input === 'inquire'))
    expect(world.calls).toMatchObject([{ ask: 'inquire', attempt: payment().currentAttempt }])
  })
})

describe('a charge of a canceled payment that an operator stated', () => {
  const inSuspense = (amount: bigint) => ({ [clearing]: -amount, [suspense]: amount })

  /** Its rail has reported 93 since, and the ledger refused to book that at all. */
  const refused = () => {
    const stage = createRailsStage(machines, { card: () => ({ ...mute, excess: -7n }) })
    const { world, id, wait, decide, payment, balances, operation } = stage
    world.input('payment', id, { kind: 'cancel' })
    wait(120_000)
    decide('outcome_unknown', stated('succeeded'))
    expect(balances()).toEqual(inSuspense(100n))
    const attempt = found(world.attempts, payment().currentAttempt ?? '')
    const { reference } = operation('card', 'charge')
    const reported = { ...attempt, state: 'succeeded', amountMoved: 93n, railReference: reference } as const
    const rows = { payment: payment(), capture: undefined, refund: undefined, payout: undefined }
    const left = leftUnbooked({ kind: 'payment', ...rows }, reported, 'account_closed')
    world.payments.set(id, left.payment ?? payment())
    world.attempts.set(attempt.id, left.attempt ?? attempt)
    return stage
  }

  it('is not booked again when the books accept the final report of its rail', () => {
    const { payment, balances, decide } = refused()
    expect(payment()).toMatchObject({ phase: 'review', reason: 'late_success', amountSuspended: 100n })
    decide('unbooked', { action: 'retry' })
    expect([balances(), payment().amountSuspended]).toEqual([inSuspense(93n), 93n])
    decide('late_success', stated('succeeded'))
    expect([balances(), payment().phase]).toEqual([{}, 'ended'])
  })

  it('is not booked again when a dispute has taken it before its rail confirms it', () => {
    const { world, id, wait, decide, say, balances, payment, open } = createRailsStage(machines, { card: () => mute })
    world.input('payment', id, { kind: 'cancel' })
    wait(120_000)
    decide('outcome_unknown', stated('succeeded'))
    world.input('payment', id, { kind: 'dispute', amount: 100n, railReference: 'dsp_1', rail: 'card' })
    expect(balances()).toEqual({})
    decide('late_success', stated('succeeded'))
    expect([balances(), payment().phase, open()]).toEqual([{}, 'ended', ['dispute_after_refund']])
    say('card', 'charge')
    expect([balances(), open()]).toEqual([{}, ['dispute_after_refund']])
  })

  it('is shown with the money in suspense of another rail, as one decision returns both', () => {
    const decline: RailDecline = { code: 'do_not_honor', remedy: 'rail', message: 'Try elsewhere.' }
    const turned: RailPlan = { effect: 'turned', isTold: true, decline }
    const scripts = { cash: () => turned, card: () => mute }
    const stage = createRailsStage(machines, scripts, { unable: ['cash', 'card'] })
    const { world, id, happen, wait, decide, balances, texts, open } = stage
    happen('cash', 'charge')
    world.input('payment', id, { kind: 'cancel' })
    wait(120_000)
    decide('outcome_unknown', stated('succeeded'))
    expect(balances()).toEqual({ [clearing]: -100n, [clearingOf('cash')]: -100n, [suspense]: 200n })
    expect(texts()).toEqual([expect.stringMatching(/1.00 USD over cash, 1.00 USD over card/)])
    decide('late_success', stated('succeeded'))
    expect([balances(), open()]).toEqual([{}, []])
  })
})

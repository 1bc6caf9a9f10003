import { describe, expect, it } from 'vitest'
import type { RailDecline, RailOutcome } from '#rails'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { clearingOf, createWorld, found, suspense, type World } from '../../../../test/support/payments-world.ts'
import { createRailsStage } from '../../../../test/support/payments-world-rails.ts'
import { newCapture, newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { unended } from '../../../../test/support/payments-world-sums.ts'
import type { SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/** A rail denies an attempt that is not the one whose money is booked. */
const decline: RailDecline = { code: 'do_not_honor', remedy: 'rail', message: 'Do not honor.' }
const failed: SubjectAction = { action: 'force', outcome: 'failed', evidence: 'The console of the rail.' }

function play(plans: RailPlan[]) {
  const card = createModelRail('card', () => plans.shift() ?? { effect: 'done', isTold: true })
  const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
  const world = createWorld(machines, [card, bank])
  world.books.open('shop')
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) {
      if (world.calls.length > 0) world.call(0)
      else world.deliver(0)
    }
  }
  /** The rail's report, whatever it knows. */
  const tell = (attempt: string, outcome: RailOutcome) => {
    world.mail.push({ attempt, outcome })
    world.deliver(0)
  }
  /** Success before, failure now, and failure again when the rail is asked which report holds. */
  const deny = (attempt: string) => {
    tell(attempt, { kind: 'failed', decline })
    world.calls.length = 0
    tell(attempt, { kind: 'failed', decline })
  }
  return { world, card, bank, settle, tell, deny }
}

const decide = (world: World, kind: 'payment' | 'payout' | 'refund', id: string) =>
  world.input(kind, id, { kind: 'decision', decision: failed, about: 'outcome_unknown' })

describe('when an operator states that an attempt failed, after its rail reported success and then failure:', () => {
  it('those who got the charge of another rail keep it', () => {
    const { world, card, bank, settle, deny } = play([{ effect: 'turned', isTold: true, decline }])
    const source = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: ['bank'] } as const
    const { id } = newPayment(world, { source })
    settle()
    const [first] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    for (let fired = 0; fired < 20 && world.timers.length > 0; fired += 1) {
      world.fire(0)
      settle()
    }
    // The first charge came too late and was refunded.
    expect([card.net(), bank.net(), world.books.posted('shop')]).toEqual([0n, 100n, 100n])
    deny(first?.id ?? '')
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    decide(world, 'payment', id)
    expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', amountRefunded: 0n })
    expect([bank.net(), world.books.posted('shop'), world.openCases.size]).toEqual([100n, 100n, 0])
  })

  it('those who got the captured money keep it when an increment has failed', () => {
    const { world, card, settle, deny } = play([])
    const source = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] } as const
    const { id } = newPayment(world, { source, capture: 'manual' })
    settle()
    world.input('payment', id, { kind: 'increment', amount: 20n })
    settle()
    const increment = card.operations().at(-1)?.id ?? ''
    const capture = newCapture(world, id, 100n, true)?.id ?? ''
    world.input('capture', capture, { kind: 'start' })
    settle()
    expect(found(world.payments, id)).toMatchObject({ phase: 'ended', state: 'succeeded', amountCaptured: 100n })
    deny(increment)
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    decide(world, 'payment', id)
    expect([card.net(), world.books.posted('shop'), world.openCases.size]).toEqual([100n, 100n, 0])
  })

  it('the account that paid for a payout over another rail gets nothing back', () => {
    const { world, card, bank, settle, deny } = play([{ effect: 'turned', isTold: true, decline }])
    world.books.fund('shop', 200n)
    const { id } = newPayout(world, { otherRails: ['bank'] })
    settle()
    const [first] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    expect([card.net(), bank.net(), world.books.posted('shop')]).toEqual([-100n, -100n, 100n])
    // The payout's reference is that of the rail that paid it.
    expect(found(world.payouts, id).railReference).toBe(bank.operations()[0]?.reference)
    deny(first?.id ?? '')
    decide(world, 'payout', id)
    expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded' })
    expect([bank.net(), world.books.posted('shop')]).toEqual([-100n, 100n])
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
  })

  it('the account that paid for a refund made at a second try gets nothing back', () => {
    const later: RailDecline = { code: 'try_again_later', remedy: 'later', message: 'Later.' }
    const { world, card, settle, tell, deny } = play([
      { effect: 'done', isTold: true },
      { effect: 'declined', isTold: true, decline: later },
    ])
    const source = { kind: 'rail', rail: 'card', instrument: 'card_ok', otherRails: [] } as const
    const { id } = newPayment(world, { source })
    settle()
    const refund = newRefund(world, id, { amount: 100n, from: [{ account: 'shop', amount: 100n }] })?.id ?? ''
    world.input('refund', refund, { kind: 'start' })
    settle()
    for (let fired = 0; fired < 20 && world.timers.length > 0; fired += 1) {
      world.fire(0)
      settle()
    }
    expect([found(world.refunds, refund).state, card.net(), world.books.posted('shop')]).toEqual(['succeeded', 0n, 0n])
    const [, first, second] = card.operations()
    expect(second).toMatchObject({ status: 'succeeded' })
    tell(first?.id ?? '', { kind: 'succeeded', railReference: first?.reference ?? '', amount: 100n })
    deny(first?.id ?? '')
    decide(world, 'refund', refund)
    expect([found(world.refunds, refund).state, world.books.posted('shop')]).toEqual(['succeeded', 0n])
  })
})

function never(): never {
  throw new Error('the rail has heard of it')
}

describe('a statement on one attempt moves no money of another with contradictory reports, and', () => {
  const clearing = clearingOf('cash')
  const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }
  const turned: RailPlan = { effect: 'turned', isTold: true, decline }
  const made: SubjectAction = { ...failed, outcome: 'succeeded' }

  /** Cash came late, was denied, and did come, as an operator found. Then the card's outcome is unknown. */
  function foundToHaveCome() {
    const scripts = { cash: () => turned, card: () => mute }
    const stage = createRailsStage(machines, scripts, { unable: ['cash', 'card'] })
    const { happen, deny, decide, operation, balances, wait } = stage
    happen('cash', 'charge')
    deny('cash', 'charge', 3_000)
    decide('outcome_unknown', made)
    Object.assign(operation('cash', 'charge'), { status: 'succeeded' })
    expect(balances()).toEqual({ [clearing]: -100n, [suspense]: 100n })
    wait(120_000)
    return stage
  }

  it('money of the other that did not come leaves suspense', () => {
    const { world, id, deny, decide, balances, open } = foundToHaveCome()
    world.input('payment', id, { kind: 'cancel' })
    decide('outcome_unknown', made)
    expect(balances()).toEqual({ [clearing]: -100n, [clearingOf('card')]: -100n, [suspense]: 200n })
    deny('card', 'charge', 0)
    decide('outcome_unknown', failed)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, ['late_success']])
    decide('late_success', made)
    expect([balances(), open(), unended(world)]).toEqual([{}, [], []])
  })

  it('another denial by its rail opens a case', () => {
    const { deny, decide, balances, open } = foundToHaveCome()
    decide('outcome_unknown', failed)
    expect([balances(), open()]).toEqual([{ [clearing]: -100n, [suspense]: 100n }, ['late_success']])
    deny('cash', 'charge')
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
  })
})

import { describe, expect, it } from 'vitest'
import type { RailDecline } from '#rails'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { clearingOf, found, suspense, type World } from '../../../test/support/payments-world.ts'
import { createRailsStage, stated } from '../../../test/support/payments-world-rails.ts'
import { createRefundsStage } from '../../../test/support/payments-world-refunds.ts'
import { newCapture, newPayout, retryPayment } from '../../../test/support/payments-world-requests.ts'
import type { CaseReason, Seen, SubjectAction } from '../machine.ts'
import type { Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { machines } from './machines.ts'
import { seenOf } from './seen.ts'

// Between the acceptance of an operator's decision and its handling, a rail reports something else.

const card = clearingOf('card')
const done: RailPlan = { effect: 'done', isTold: true }
const mute: RailPlan = { effect: 'done', isTold: false, isMute: true }
const later: RailDecline = { code: 'try_again_later', remedy: 'later', message: 'Later.' }
const never: RailDecline = { code: 'do_not_honor', remedy: 'never', message: 'No.' }
const turned: RailPlan = { effect: 'turned', isTold: true, decline: later }

/** Accepts a decision now. The function that is returned handles it. */
function accept(world: World, kind: SubjectKind, id: string, decision: SubjectAction, about: CaseReason) {
  const rows = { payment: world.payments, capture: world.captures, refund: world.refunds, payout: world.payouts }[kind]
  const seen = seenOf(found<Payment | Capture | Refund | Payout>(rows, id), about, world.context)
  return () => decideAsSeen(world, kind, id, { decision, about, seen })
}

type Decided = { readonly decision: SubjectAction; readonly about: CaseReason; readonly seen: Seen | undefined }

function decideAsSeen(world: World, kind: SubjectKind, id: string, { decision, about, seen }: Decided): void {
  world.input(kind, id, { kind: 'decision', decision, about, ...(seen !== undefined && { seen }) })
}

const textOf = (world: World, id: string) => world.openCases.get(id)?.detail ?? ''

describe('a capture whose outcome is unknown', () => {
  const unknownCapture = () => {
    const stage = createRefundsStage(
      machines,
      { card: (what) => (what === 'capture' ? mute : done) },
      { capture: 'manual' },
    )
    const { world, id, settle, wait, open } = stage
    const capture = newCapture(world, id, 100n, true)?.id ?? ''
    world.input('capture', capture, { kind: 'start' })
    settle()
    wait(120_000)
    expect(open()).toEqual(['outcome_unknown'])
    return { ...stage, capture }
  }
  const booked = { [card]: -100n, shop: 100n }

  it('stays booked when the rail has confirmed it before a statement that it failed is handled', () => {
    const { world, capture, say, balances, open, payment } = unknownCapture()
    const carryOut = accept(world, 'capture', capture, stated('failed'), 'outcome_unknown')
    say('card', 'capture')
    carryOut()
    expect([balances(), found(world.captures, capture).state]).toEqual([booked, 'succeeded'])
    expect(payment()).toMatchObject({ amountCaptured: 100n, amountRefunded: 0n })
    expect([open(), textOf(world, capture)]).toEqual([
      ['outcome_unknown'],
      '"force" was not carried out, as the capture has succeeded.',
    ])
    accept(world, 'capture', capture, stated('succeeded'), 'outcome_unknown')()
    expect([balances(), open()]).toEqual([booked, []])
  })

  it('stays booked also when an older program accepted that statement', () => {
    const { world, capture, say, decide, balances, open } = unknownCapture()
    say('card', 'capture')
    decide('outcome_unknown', stated('failed'), 'capture', capture)
    expect([balances(), open()]).toEqual([booked, ['outcome_unknown']])
    expect(textOf(world, capture)).toContain('its rail does not deny it')
  })

  it('needs no operator when the rail has confirmed it before a statement that it succeeded is handled', () => {
    const { world, capture, say, balances, open } = unknownCapture()
    const carryOut = accept(world, 'capture', capture, stated('succeeded'), 'outcome_unknown')
    say('card', 'capture')
    carryOut()
    expect([balances(), open()]).toEqual([booked, []])
  })

  it('is undone when the rail denies it', () => {
    const { world, capture, say, deny, balances, open } = unknownCapture()
    say('card', 'capture')
    deny('card', 'capture')
    accept(world, 'capture', capture, stated('failed'), 'outcome_unknown')()
    expect([balances(), open()]).toEqual([{}, []])
  })
})

describe('a statement about one attempt is not carried out on the next one', () => {
  it('of a payment', () => {
    const stage = createRailsStage(machines, { card: () => ({ effect: 'pending', isTold: false, isMute: true }) })
    const { world, id, settle, wait, payment, balances, open, operation } = stage
    wait(120_000)
    const carryOut = accept(world, 'payment', id, stated('succeeded'), 'outcome_unknown')
    world.rails.get('card')?.settle(operation('card', 'charge'), false)
    stage.say('card', 'charge')
    expect([payment().state, open()]).toEqual(['failed', []])
    expect(retryPayment(world, id)).toBe(true)
    settle()
    wait(120_000)
    carryOut()
    expect([balances(), open(), payment()]).toMatchObject([{}, ['outcome_unknown'], { phase: 'review' }])
    expect(textOf(world, id)).toBe(
      '"force" was not carried out, as the charge has failed. What is stated next is about the charge of 1.00 USD over card, whose outcome is unknown.',
    )
    accept(world, 'payment', id, stated('succeeded'), 'outcome_unknown')()
    expect([balances(), open()]).toEqual([{ [card]: -100n, shop: 100n }, []])
  })

  it('of a payment, when an older program accepted it while no attempt was denied', () => {
    const { world, id, wait, balances, open } = createRailsStage(machines, { card: () => mute })
    wait(120_000)
    decideAsSeen(world, 'payment', id, { decision: stated('succeeded'), about: 'outcome_unknown', seen: {} })
    expect([balances(), open()]).toEqual([{ [card]: -100n, shop: 100n }, []])
  })

  it.each(['refund', 'payout'] as const)('of a %s', (kind) => {
    const script = (what: string): RailPlan => (what === kind ? { ...mute, effect: 'pending' } : done)
    const stage = createRefundsStage(machines, { card: script })
    const { world, settle, wait, refund, operation, balances, open } = stage
    const before = balances()
    const id = kind === 'refund' ? refund(40n) : newPayout(world, { amount: 40n }).id
    settle()
    wait(120_000)
    const carryOut = accept(world, kind, id, stated('succeeded'), 'outcome_unknown')
    Object.assign(operation('card', kind), { status: 'failed', decline: later })
    stage.say('card', kind)
    wait(120_000)
    expect([operation('card', kind, 1).status, open()]).toEqual(['pending', ['outcome_unknown']])
    carryOut()
    expect([balances(), open()]).toEqual([before, ['outcome_unknown']])
    expect(textOf(world, id)).toContain(
      `as the ${kind} has failed. What is stated next is about the ${kind} of 0.40 USD`,
    )
    accept(world, kind, id, stated('failed'), 'outcome_unknown')()
    expect([balances(), open(), world.books.held('shop')]).toEqual([before, [], 0n])
  })
})

/** The rail declines a payout of 30 twice, and makes it at the third try. */
function thirdTry() {
  const script = (what: string, count: number): RailPlan => (what === 'payout' && count < 3 ? turned : done)
  const stage = createRefundsStage(machines, { card: script })
  const { id } = newPayout(stage.world, { amount: 30n })
  stage.settle()
  stage.wait(120_000)
  expect(found(stage.world.payouts, id)).toMatchObject({ state: 'succeeded', attempts: 3 })
  const act = (about: CaseReason, decision: SubjectAction) => accept(stage.world, 'payout', id, decision, about)
  return { ...stage, id, act, payout: () => found(stage.world.payouts, id) }
}

describe('a payout of which several attempts have happened', () => {
  it('becomes the attempt of the other case when one case is settled and the booked attempt did not happen', () => {
    const { act, happen, insist, operation, deny, balances, open, payout } = thirdTry()
    happen('card', 'payout', 0)
    Object.assign(operation('card', 'payout', 1), { done: 20n })
    insist('card', 'payout', 1)
    expect([open(), balances()]).toEqual([
      ['wrong_amount', 'late_success'],
      { [card]: -20n, shop: 70n, [suspense]: -50n },
    ])
    act('wrong_amount', stated('succeeded'))()
    expect(open()).toEqual(['late_success'])
    deny('card', 'payout', 2)
    act('outcome_unknown', stated('failed'))()
    expect([balances(), open(), payout().state]).toEqual([
      { [card]: -50n, shop: 70n, [suspense]: -20n },
      [],
      'succeeded',
    ])
  })

  it('has its denied attempts decided one by one, the booked one first', () => {
    const { id, world, act, happen, deny, balances, open } = thirdTry()
    happen('card', 'payout', 0)
    for (const at of [2, 0]) deny('card', 'payout', at)
    expect([open(), textOf(world, id)]).toEqual([
      ['outcome_unknown', 'late_success'],
      expect.stringMatching(/next is about the payout of 0.30 USD over card \(card_4\), which it denies/),
    ])
    act('outcome_unknown', stated('succeeded'))()
    expect([open(), textOf(world, id)]).toEqual([
      ['outcome_unknown', 'late_success'],
      expect.stringMatching(/next is about the payout of 0.30 USD over card \(card_2\), which it denies/),
    ])
    act('outcome_unknown', stated('succeeded'))()
    expect([open(), balances()]).toEqual([['late_success'], { [card]: -40n, shop: 70n, [suspense]: -30n }])
  })

  it('keeps the case for an attempt that was denied after a statement about another one', () => {
    const { act, happen, deny, open } = thirdTry()
    happen('card', 'payout', 0)
    deny('card', 'payout', 2)
    const carryOut = act('outcome_unknown', stated('succeeded'))
    deny('card', 'payout', 0)
    carryOut()
    expect(open()).toEqual(['outcome_unknown', 'late_success'])
  })

  it('is undone when none of them has happened', () => {
    const { act, happen, deny, balances, open, payout } = thirdTry()
    happen('card', 'payout', 0)
    for (const at of [2, 0]) deny('card', 'payout', at)
    act('outcome_unknown', stated('failed'))()
    expect([open(), payout().state]).toEqual([['outcome_unknown', 'late_success'], 'failed'])
    act('outcome_unknown', stated('failed'))()
    expect([balances(), open()]).toEqual([{ [card]: -100n, shop: 100n }, []])
  })
})

it('a refund of which two late attempts are denied has each decided by itself', () => {
  const script = (what: string, count: number): RailPlan => {
    if (what !== 'refund') return done
    return count === 1 ? turned : { ...turned, decline: never }
  }
  const { world, refund, wait, happen, deny, balances, open } = createRefundsStage(machines, { card: script })
  const id = refund(40n)
  wait(120_000)
  // The first one makes the refund, and the second one is a clawback.
  for (const at of [0, 1]) happen('card', 'refund', at)
  expect([open(), balances()]).toEqual([['late_success'], { [card]: -20n, shop: 60n, [suspense]: -40n }])
  for (const at of [0, 1]) deny('card', 'refund', at)
  const act = (outcome: 'succeeded' | 'failed') => accept(world, 'refund', id, stated(outcome), 'outcome_unknown')()
  act('failed')
  expect(open()).toContain('outcome_unknown')
  act('failed')
  expect([balances(), open()]).toEqual([{ [card]: -100n, shop: 100n }, []])
})

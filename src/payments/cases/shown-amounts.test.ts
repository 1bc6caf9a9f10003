import { describe, expect, it } from 'vitest'
import type { RailOperation } from '#rails'
import type { RailPlan } from '../../../test/support/model-rail.ts'
import { found, type World } from '../../../test/support/payments-world.ts'
import { createStage } from '../../../test/support/payments-world-play.ts'
import { createRailsStage, stated } from '../../../test/support/payments-world-rails.ts'
import { createRefundsStage } from '../../../test/support/payments-world-refunds.ts'
import { newPayout } from '../../../test/support/payments-world-requests.ts'
import type { CaseReason } from '../machine.ts'
import { machines } from '../machines/machines.ts'

// The amount of a case is compared with the change of a balance when an operator acts on it.

const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'
const done: RailPlan = { effect: 'done', isTold: true }
const turned: RailPlan = {
  effect: 'turned',
  isTold: true,
  decline: { code: 'operation_not_supported', remedy: 'rail', message: 'Other.' },
}
const pending: RailPlan = { effect: 'pending', isTold: true }

const caseOf = (world: World, id: string, reason: CaseReason) => {
  const one = world.matters.get(id)?.find((matter) => matter.reason === reason)
  return { amount: one?.about?.amount, attempt: one?.about?.attempt, detail: one?.detail ?? '' }
}

function changeOf({ books }: World, code: string, act: () => void): bigint {
  const before = books.posted(code)
  act()
  return books.posted(code) - before
}

describe('the case of late money', () => {
  const late = () => {
    const scripts = { cash: () => turned, cheque: () => turned, card: () => done }
    const stage = createRefundsStage(machines, scripts, { unable: ['cash', 'cheque'] })
    return { ...stage, shown: () => caseOf(stage.world, stage.id, 'late_success') }
  }

  it('shows all of it that is in suspense, and names the attempt if it is only one', () => {
    const { world, happen, decide, operation, shown } = late()
    happen('cash', 'charge')
    expect(shown()).toMatchObject({ amount: 100n, attempt: operation('cash', 'charge').id })
    happen('cheque', 'charge')
    expect(shown()).toMatchObject({ amount: 200n, attempt: undefined })
    expect(shown().detail).toMatch(/ Now in suspense: 1\.00 USD over cash, 1\.00 USD over cheque\.$/)
    expect(changeOf(world, suspense, () => decide('late_success', stated('succeeded')))).toBe(-200n)
  })

  it('shows what disputes have left of it', () => {
    const { world, happen, dispute, decide, shown } = late()
    happen('cash', 'charge')
    dispute('cash', 'charge', 40n)
    expect(shown()).toMatchObject({
      amount: 60n,
      detail: expect.stringMatching(/Now in suspense: 0\.60 USD over cash\.$/),
    })
    dispute('cash', 'charge', 10n)
    expect(shown().amount).toBe(50n)
    expect(shown().detail.match(/Now in suspense/g)).toHaveLength(1)
    expect(changeOf(world, suspense, () => decide('late_success', stated('succeeded')))).toBe(-50n)
  })

  it('shows that nothing is left of it', () => {
    const { world, happen, dispute, decide, shown } = late()
    happen('cash', 'charge')
    dispute('cash', 'charge', 100n)
    expect(shown()).toMatchObject({ amount: undefined, detail: expect.stringMatching(/Now in suspense: nothing\.$/) })
    expect(changeOf(world, suspense, () => decide('late_success', stated('succeeded')))).toBe(0n)
  })

  it('keeps its place behind the case of the dispute', () => {
    const { happen, dispute, open } = late()
    happen('cash', 'charge')
    dispute('cash', 'charge', 40n)
    expect(open()).toEqual(['dispute_after_refund', 'late_success'])
  })

  it('shows what is left when a rail returns its part', () => {
    const scripts = { cash: () => turned, card: () => turned }
    const { world, id, happen, decide } = createRefundsStage(machines, scripts, { unable: ['cash', 'card'] })
    for (const rail of ['cash', 'card']) happen(rail, 'charge')
    const rail = found(world.rails, 'card')
    const operations = new Set<RailOperation>([...rail.capabilities.operations, 'refund'])
    Object.assign(rail, { capabilities: { ...rail.capabilities, operations } })
    decide('late_success', { action: 'retry' })
    const shown = caseOf(world, id, 'late_success')
    expect(shown).toMatchObject({
      amount: 100n,
      detail: expect.stringMatching(/Now in suspense: 1\.00 USD over cash\.$/),
    })
    expect(changeOf(world, suspense, () => decide('late_success', stated('succeeded')))).toBe(-100n)
  })
})

describe('the case of a capture in another amount', () => {
  const captured = () => {
    const script = (operation: string): RailPlan => (operation === 'capture' ? { ...done, excess: -10n } : done)
    const stage = createRailsStage(machines, { card: script }, { parts: { capture: 'manual' } })
    const capture = stage.capture(60n)
    stage.settle()
    return { ...stage, captured: capture, shown: () => caseOf(stage.world, stage.id, 'wrong_amount') }
  }

  it('shows the amount in suspense, and the attempt', () => {
    const { world, operation, decide, shown } = captured()
    expect(shown()).toMatchObject({ amount: 50n, attempt: operation('card', 'capture').id })
    expect(changeOf(world, suspense, () => decide('wrong_amount', stated('failed')))).toBe(-50n)
  })

  it('is of what an operator delivers', () => {
    const { world, decide, shown } = captured()
    const { amount } = shown()
    expect(changeOf(world, 'shop', () => decide('wrong_amount', stated('succeeded')))).toBe(amount)
  })
})

describe('the case of disputes', () => {
  const scripts = { card: () => done }

  it('shows what all of them took from recipients that could not pay', () => {
    const { world, id, dispute, decide } = createRefundsStage(machines, scripts)
    world.books.freeze('shop', true)
    dispute('card', 'charge', 30n)
    expect(caseOf(world, id, 'booking_refused').amount).toBe(30n)
    dispute('card', 'charge', 20n)
    const shown = caseOf(world, id, 'booking_refused')
    expect(shown).toMatchObject({ amount: 50n, detail: expect.stringMatching(/ Now owed: 0\.50 USD\.$/) })
    world.books.freeze('shop', false)
    expect(changeOf(world, suspense, () => decide('booking_refused', { action: 'retry' }))).toBe(50n)
  })

  it('shows the loss that no operator has accepted', () => {
    const { world, id, refund, dispute, decide } = createRefundsStage(machines, scripts)
    const shown = () => caseOf(world, id, 'dispute_after_refund')
    refund(100n)
    dispute('card', 'charge', 30n)
    expect(shown().amount).toBe(30n)
    dispute('card', 'charge', 20n)
    expect(shown()).toMatchObject({
      amount: 50n,
      detail: expect.stringMatching(/ Now lost and not accepted: 0\.50 USD\.$/),
    })
    decide('dispute_after_refund', stated('succeeded'))
    dispute('card', 'charge', 10n)
    expect([shown().amount, -world.books.posted(suspense)]).toEqual([10n, 60n])
  })

  it('shows no loss once the money that a refund held is set off against it', () => {
    const card = (operation: string): RailPlan => (operation === 'refund' ? pending : turned)
    const { world, id, happen, dispute, decide, reversal } = createRefundsStage(machines, { card })
    const shown = () => caseOf(world, id, 'dispute_after_refund')
    happen('card', 'charge')
    dispute('card', 'charge', 60n)
    happen('card', 'refund', 0, false)
    expect([shown().amount, caseOf(world, reversal(), 'late_success').amount]).toEqual([60n, 100n])
    decide('late_success', stated('failed'), 'refund', reversal())
    expect([shown().amount, caseOf(world, id, 'late_success').amount]).toEqual([undefined, 40n])
    expect(changeOf(world, suspense, () => decide('late_success', stated('succeeded')))).toBe(-40n)
  })
})

describe('the case of a charge that its rail denies', () => {
  it('shows what disputes have left of it in suspense', () => {
    const scripts = { cash: () => turned, card: () => done }
    const { world, id, happen, deny, dispute, decide } = createRefundsStage(machines, scripts, { unable: ['cash'] })
    const shown = () => caseOf(world, id, 'outcome_unknown')
    happen('cash', 'charge')
    deny('cash', 'charge')
    expect(shown().amount).toBe(100n)
    dispute('cash', 'charge', 40n)
    expect(shown().amount).toBe(60n)
    expect(changeOf(world, suspense, () => decide('outcome_unknown', stated('failed')))).toBe(-60n)
  })

  it('shows all that is booked of it, also what refunds have taken, and not what disputes took', () => {
    const { world, id, refund, deny, dispute, decide } = createRefundsStage(machines, { card: () => done })
    refund(30n)
    dispute('card', 'charge', 20n)
    deny('card', 'charge')
    expect(caseOf(world, id, 'outcome_unknown').amount).toBe(80n)
    expect(changeOf(world, clearing, () => decide('outcome_unknown', stated('failed')))).toBe(80n)
  })
})

it('the case of a capture that its rail denies shows what its recipients give back', () => {
  const stage = createRailsStage(machines, { card: () => done }, { parts: { capture: 'manual' } })
  const id = stage.capture(60n)
  stage.settle()
  stage.deny('card', 'capture')
  const { amount, attempt } = caseOf(stage.world, id, 'outcome_unknown')
  expect([amount, attempt]).toEqual([60n, stage.operation('card', 'capture').id])
  const force = () => stage.decide('outcome_unknown', stated('failed'), 'capture', id)
  expect(changeOf(stage.world, 'shop', force)).toBe(-60n)
})

describe('the case of a hold that is not released', () => {
  it('shows what is held still, and not what was captured', () => {
    const card = (operation: string): RailPlan => ({ effect: operation === 'void' ? 'declined' : 'done', isTold: true })
    const { world, id, capture, settle } = createRailsStage(machines, { card }, { parts: { capture: 'manual' } })
    capture(60n)
    settle()
    world.input('payment', id, { kind: 'cancel' })
    settle()
    expect(caseOf(world, id, 'compensation_failed').amount).toBe(40n)
  })

  it('shows all holds that came too late, and then those that are left', () => {
    let isWell = false
    const a = (operation: string): RailPlan =>
      operation === 'authorize' ? turned : { effect: isWell ? 'done' : 'declined', isTold: true }
    const stage = createRailsStage(machines, { a, b: a, c: () => done }, { parts: { capture: 'manual' } })
    const { world, id, happen, affirm } = stage
    const shown = () => caseOf(world, id, 'compensation_failed')
    for (const rail of ['a', 'b']) happen(rail, 'authorize')
    expect(shown()).toMatchObject({ amount: 200n, detail: expect.stringMatching(/ Now held: 2\.00 USD\.$/) })
    isWell = true
    affirm('a', 'void')
    expect(shown()).toMatchObject({ amount: 100n, detail: expect.stringMatching(/ Now held: 1\.00 USD\.$/) })
  })
})

describe('the case of a payout', () => {
  it('shows the clawbacks that are left when a rail denies one of them', () => {
    const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
    const tries: RailPlan[] = [
      { effect: 'turned', isTold: true, decline: later },
      { effect: 'turned', isTold: true, decline: later },
      done,
    ]
    const { world, card, settle, wait } = createStage(machines, tries)
    world.books.fund('shop', 500n)
    const { id } = newPayout(world, { amount: 30n })
    settle()
    wait(120_000)
    const shown = () => caseOf(world, id, 'late_success')
    const operations = card.operations()
    const tell = (at: number, status: 'succeeded' | 'failed') => {
      const operation = operations[at]
      if (operation === undefined) throw new Error('no such try')
      if (status === 'succeeded') card.settle(operation, true)
      else Object.assign(operation, { status, decline: later })
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      settle()
      wait(60_000)
    }
    for (const at of [0, 1]) tell(at, 'succeeded')
    expect(shown()).toMatchObject({
      amount: 60n,
      detail: expect.stringContaining('Now in suspense as clawbacks: 0.60 USD.'),
    })
    expect(world.books.posted(suspense)).toBe(-60n)
    tell(0, 'failed')
    expect(shown()).toMatchObject({
      amount: 30n,
      attempt: operations[1]?.id,
      detail: expect.stringContaining('Now in suspense as clawbacks: 0.30 USD.'),
    })
  })

  it('shows what its account is to pay for one of two late successes, and the sum of both', () => {
    const decline = { code: 'operation_not_supported', remedy: 'later', message: 'Later.' } as const
    const { world, card, settle, wait } = createStage(
      machines,
      Array.from({ length: 9 }, (): RailPlan => ({ effect: 'turned', isTold: true, decline })),
    )
    world.books.fund('shop', 500n)
    const { id } = newPayout(world, { amount: 30n })
    settle()
    wait(48 * 3_600_000)
    expect(found(world.payouts, id).state).toBe('failed')
    for (const operation of card.operations().slice(0, 2)) {
      card.settle(operation, true)
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      settle()
    }
    const detail = expect.stringMatching(/ Now in suspense as clawbacks: 0\.60 USD\.$/)
    expect(caseOf(world, id, 'late_success')).toMatchObject({ amount: 30n, detail })
    const force = () =>
      world.input('payout', id, { kind: 'decision', decision: stated('succeeded'), about: 'late_success' })
    expect(changeOf(world, 'shop', force)).toBe(-30n)
    expect(caseOf(world, id, 'late_success').amount).toBe(30n)
  })

  it('shows what its account is to pay, when the rail paid more', () => {
    const { world, card, settle } = createStage(machines, [{ ...done, excess: 20n }])
    world.books.fund('shop', 500n)
    const { id } = newPayout(world, { amount: 100n })
    world.books.freeze('shop', true)
    settle()
    world.books.freeze('shop', false)
    expect(caseOf(world, id, 'booking_refused')).toMatchObject({ amount: 100n, attempt: card.operations()[0]?.id })
    const retry = () =>
      world.input('payout', id, { kind: 'decision', decision: { action: 'retry' }, about: 'booking_refused' })
    expect(changeOf(world, 'shop', retry)).toBe(-100n)
    expect(caseOf(world, id, 'wrong_amount').amount).toBe(20n)
  })
})

it('the case of a refund in another amount shows the difference', () => {
  const card = (operation: string): RailPlan => (operation === 'refund' ? { ...done, excess: 7n } : done)
  const { world, refund } = createRefundsStage(machines, { card })
  const id = refund(30n)
  expect([caseOf(world, id, 'wrong_amount').amount, world.books.posted(suspense)]).toEqual([7n, -7n])
})

it('the case of a refund that was stated in full and made in part shows nothing once that has left suspense', () => {
  const card = (operation: string): RailPlan =>
    operation === 'refund' ? { effect: 'done', isTold: false, isMute: true, excess: -7n } : turned
  const { world, id, happen, wait, decide, say, dispute } = createRefundsStage(machines, { card })
  happen('card', 'charge')
  wait(120_000)
  const [refund = ''] = world.refunds.keys()
  decide('outcome_unknown', stated('succeeded'), 'refund', refund)
  for (const rail of world.rails.values()) rail.speak()
  say('card', 'refund')
  expect([caseOf(world, id, 'wrong_amount').amount, world.books.posted(suspense)]).toEqual([7n, 7n])
  dispute('card', 'charge', 40n)
  expect([caseOf(world, id, 'wrong_amount').amount, world.books.posted(suspense)]).toEqual([undefined, -33n])
})

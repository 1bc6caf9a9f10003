import { describe, expect, it } from 'vitest'
import { createModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found, type World } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import {
  newCapture,
  newPayment,
  newPayout,
  newRefund,
  retryPayment,
} from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

/** Rails that contradict themselves or an operator, and decisions about money that is partly being returned already. */
const clearing = 'rails:card:clearing:USD'
const suspense = 'suspense:USD'

describe('money that is being returned', () => {
  /** Two tries: the second brought 90 of 100 and needs an operator; the first succeeded late and is being refunded. */
  const bothArrived = (...plans: Parameters<typeof createStage>[1] & object) => {
    const stage = createStage(machines, [
      { effect: 'turned', isTold: true },
      { effect: 'done', isTold: true, excess: -10n },
      { effect: 'pending', isTold: true },
      ...plans,
    ])
    const { world, card, settle, payment, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(retryPayment(world, id)).toBe(true)
    settle()
    expect(payment(id)).toMatchObject({ reason: 'wrong_amount', amountSuspended: 90n })
    const [first] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    expect(payment(id)).toMatchObject({ phase: 'review', reason: 'wrong_amount', amountSuspended: 190n })
    expect(balances()).toEqual({ [clearing]: -190n, [suspense]: 190n })
    return { ...stage, id }
  }
  const decide = (world: World, id: string, decision: SubjectAction) =>
    world.input('payment', id, { kind: 'decision', decision })
  const endRefunds = ({ card, callBack }: ReturnType<typeof createStage>) => {
    for (const operation of card.operations()) if (operation.status === 'pending') card.settle(operation, true)
    callBack('all')
  }

  it('is not delivered as well', () => {
    const stage = bothArrived()
    const { world, card, id, settle, payment, balances } = stage
    decide(world, id, { action: 'force', outcome: 'succeeded', evidence: 'It should do.' })
    settle()
    expect(world.openCases.get(id)).toMatchObject({ why: 'wrong_amount' })
    endRefunds(stage)
    expect(payment(id)).toMatchObject({ amountCaptured: 0n, amountSuspended: 90n })
    expect(balances()).toEqual({ [clearing]: -90n, [suspense]: 90n })
    expect(card.net()).toBe(90n)
    decide(world, id, { action: 'reverse' })
    settle()
    expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
    expect([balances(), card.net(), world.openCases.size]).toEqual([{}, 0n, 0])
  })

  it('is not returned again with other money in suspense', () => {
    const stage = bothArrived()
    const { world, card, id, settle, payment, balances } = stage
    decide(world, id, { action: 'reverse' })
    settle()
    expect(card.operations().slice(2)).toMatchObject([{ amount: 100n }, { amount: 90n, status: 'succeeded' }])
    endRefunds(stage)
    expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
    expect([balances(), card.net(), world.openCases.size]).toEqual([{}, 0n, 0])
  })

  it('is not covered by a statement that other money was returned by hand', () => {
    const stage = bothArrived()
    const { world, card, id, settle, payment, balances } = stage
    decide(world, id, { action: 'force', outcome: 'failed', evidence: 'Returned by a transfer of 90.' })
    settle()
    expect(payment(id)).toMatchObject({ state: 'failed', phase: 'reversing', amountSuspended: 100n })
    endRefunds(stage)
    expect(payment(id)).toMatchObject({ state: 'failed', phase: 'ended', amountSuspended: 0n })
    // The rail still has the money that was returned outside it.
    expect([balances(), card.net(), world.openCases.size]).toEqual([{}, 90n, 0])
  })
})

describe('a payout unknown to its rail, which goes away before a second submission,', () => {
  it('is not paid by another rail, as the first submission may still happen', () => {
    const plans: RailPlan[] = [{ effect: 'latent', isTold: false }]
    const card = createModelRail('card', () => plans.shift() ?? { effect: 'done', isTold: true })
    const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
    const world = createWorld(machines, [card, bank])
    world.books.open('shop')
    world.books.fund('shop', 200n)
    const goOn = () => {
      while (world.calls.length + world.mail.length > 0) {
        if (world.calls.length > 0) world.call(0)
        else world.deliver(0)
      }
    }
    const { id } = newPayout(world, { otherRails: ['bank'] })
    goOn()
    world.fire(0)
    world.call(0)
    world.deliver(0)
    expect(world.calls).toMatchObject([{ ask: 'submit' }])
    card.isUp = false
    goOn()
    expect([found(world.payouts, id).phase, bank.operations()]).toEqual(['inquiring', []])

    card.isUp = true
    card.surface()
    for (let fired = 0; fired < 10 && world.timers.length > 0; fired += 1) {
      world.fire(0)
      goOn()
    }
    expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect(card.net() + bank.net()).toBe(-100n)
    expect([world.books.posted('shop'), world.books.posted(clearing), world.openCases.size]).toEqual([100n, 100n, 0])
  })
})

describe('a payout that its rail accepted and no longer knows', () => {
  it('is neither submitted again nor paid by another rail, and requires review', () => {
    const card = createModelRail('card', () => ({ effect: 'pending', isTold: true }))
    const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
    const world = createWorld(machines, [card, bank])
    world.books.open('shop')
    world.books.fund('shop', 200n)
    const { id } = newPayout(world, { otherRails: ['bank'] })
    world.call(0)
    world.deliver(0)
    const [accepted] = card.operations()
    if (accepted === undefined) throw new Error('the rail has accepted it')
    while (!world.openCases.has(id) && world.timers.length > 0) {
      world.fire(0)
      for (const { ask } of world.calls.splice(0)) {
        expect(ask).toBe('inquire')
        world.mail.push({ attempt: accepted.id, outcome: { kind: 'not_found' } })
      }
      while (world.mail.length > 0) world.deliver(0)
    }
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    card.settle(accepted, true)
    world.mail.push({ attempt: accepted.id, outcome: card.tell(accepted) })
    world.deliver(0)
    expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect([card.net() + bank.net(), world.books.posted('shop'), world.openCases.size]).toEqual([-100n, 100n, 0])
  })
})

describe('a dispute of the rest after a refund that one of several has paid', () => {
  it('is paid by those who still have some of the payment', () => {
    const { world, card, settle, payment, balances } = createStage(machines)
    const { id } = newPayment(world, {
      source: cardSource,
      destinations: [
        { account: 'shop', amount: 60n },
        { account: 'partner', amount: 30n },
      ],
      fee: { account: 'fees', amount: 10n },
    })
    settle()
    // With money of their own, so that the ledger does not refuse the excess.
    for (const code of ['shop', 'partner', 'fees']) world.books.fund(code, 100n)
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })?.id ?? never()
    world.input('refund', refund, { kind: 'start' })
    settle()
    const [charge] = card.operations()
    card.dispute(charge ?? never(), 40n)
    world.input('payment', id, { kind: 'dispute', amount: 40n, railReference: 'dsp_1', rail: 'card' })
    expect(payment(id)).toMatchObject({ amountRefunded: 100n })
    expect(balances()).toMatchObject({ shop: 100n, partner: 100n, fees: 100n })
    expect([card.net(), world.books.posted(clearing), world.openCases.size]).toEqual([0n, 0n, 0])
  })
})

describe('a charge that an operator has stated', () => {
  it('is confirmed by the rail even while another, late charge is being returned', () => {
    const stage = createStage(machines, [
      { effect: 'turned', isTold: true },
      { effect: 'pending', isTold: true, isMute: true },
      { effect: 'pending', isTold: true },
    ])
    const { world, card, settle, wait, callBack, payment, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(retryPayment(world, id)).toBe(true)
    settle()
    wait(600_000)
    const decision = { action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' } as const
    world.input('payment', id, { kind: 'decision', decision })
    const [first, second] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    settle()
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'reversing', amountSuspended: 100n })
    card.settle(second ?? never(), true)
    callBack('all')
    expect(world.refunds.size).toBe(1)
    for (const operation of card.operations()) if (operation.status === 'pending') card.settle(operation, true)
    callBack('all')
    expect(payment(id)).toMatchObject({
      state: 'succeeded',
      phase: 'ended',
      amountSuspended: 0n,
      currentAttempt: undefined,
    })
    expect(balances()).toEqual({ [clearing]: -100n, shop: 100n })
    expect(card.net()).toBe(100n)
  })
})

describe('an operation that an operator settled as succeeded, and the rail reports as failed,', () => {
  const mute = { effect: 'pending', isTold: true, isMute: true } as const
  const done = { effect: 'done', isTold: true } as const
  const succeeded: SubjectAction = { action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' }
  const fails = ({ card, callBack }: ReturnType<typeof createStage>) => {
    const operation = card.operations().at(-1) ?? never()
    card.settle(operation, false)
    callBack()
  }

  it('opens a case as a payout', () => {
    const stage = createStage(machines, [mute])
    const { world, wait, settle, card, balances } = stage
    world.books.fund('shop', 100n)
    const { id } = newPayout(world)
    settle()
    wait(600_000)
    expect(world.openCases.get(id)).toMatchObject({ why: 'outcome_unknown' })
    world.input('payout', id, { kind: 'decision', decision: succeeded })
    expect([found(world.payouts, id).state, world.openCases.size]).toEqual(['succeeded', 0])
    fails(stage)
    expect(card.net()).toBe(0n)
    expect(balances()).toMatchObject({ [clearing]: 100n })
    expect(world.openCases.get(id)).toMatchObject({ kind: 'payout', why: 'outcome_unknown' })
  })

  it('opens a case as a refund', () => {
    const stage = createStage(machines, [done, mute])
    const { world, wait, settle, card, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })?.id ?? never()
    world.input('refund', refund, { kind: 'start' })
    settle()
    wait(600_000)
    world.input('refund', refund, { kind: 'decision', decision: succeeded })
    expect([found(world.refunds, refund).state, world.openCases.size]).toEqual(['succeeded', 0])
    fails(stage)
    expect(card.net()).toBe(100n)
    expect(balances()).toEqual({ [clearing]: -40n, shop: 40n })
    expect(world.openCases.get(refund)).toMatchObject({ kind: 'refund', why: 'outcome_unknown' })
  })

  it('opens a case as a capture', () => {
    const stage = createStage(machines, [done, mute])
    const { world, wait, settle, card, balances } = stage
    const { id } = newPayment(world, { source: cardSource, capture: 'manual' })
    settle()
    const capture = newCapture(world, id, 60n, false)?.id ?? never()
    world.input('capture', capture, { kind: 'start' })
    settle()
    wait(600_000)
    world.input('capture', capture, { kind: 'decision', decision: succeeded })
    expect([found(world.captures, capture).state, world.openCases.size]).toEqual(['succeeded', 0])
    fails(stage)
    expect(card.net()).toBe(0n)
    expect(balances()).toEqual({ [clearing]: -60n, shop: 60n })
    expect(world.openCases.get(capture)).toMatchObject({ kind: 'capture', why: 'outcome_unknown' })
  })
})

describe('a charge that an operator settled as succeeded, while another charge is being returned,', () => {
  it('is debited from those who got it when an operator finds that it failed', () => {
    const stage = createStage(machines, [
      { effect: 'turned', isTold: true },
      { effect: 'pending', isTold: true, isMute: true },
      { effect: 'pending', isTold: true },
    ])
    const { world, card, settle, wait, callBack, payment, balances } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    expect(retryPayment(world, id)).toBe(true)
    settle()
    wait(600_000)
    const decide = (outcome: 'succeeded' | 'failed') => {
      const decision: SubjectAction = { action: 'force', outcome, evidence: 'The console of the rail.' }
      world.input('payment', id, { kind: 'decision', decision, about: 'outcome_unknown' })
      settle()
    }
    decide('succeeded')
    const [first, second] = card.operations()
    for (const [operation, isGood] of [[first ?? never(), true] as const, [second ?? never(), false] as const]) {
      card.settle(operation, isGood)
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      settle()
    }
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'reversing' })
    decide('failed')
    for (const operation of card.operations()) if (operation.status === 'pending') card.settle(operation, true)
    callBack('all')
    expect([balances(), card.net(), payment(id).phase, world.openCases.size]).toEqual([{}, 0n, 'ended', 0])
  })
})

describe('the amount that a rail took beyond an operator’s statement', () => {
  const more = () => {
    const stage = createStage(machines, [{ effect: 'pending', isTold: true, isMute: true }])
    const { world, card, settle, wait, payment } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    wait(600_000)
    const decide = (decision: SubjectAction, about: CaseReason) => {
      world.input('payment', id, { kind: 'decision', decision, about })
      settle()
    }
    decide({ action: 'force', outcome: 'succeeded', evidence: 'The console of the rail.' }, 'outcome_unknown')
    const [charge] = card.operations()
    card.settle({ ...(charge ?? never()), amount: 110n }, true)
    const outcome = { kind: 'succeeded', railReference: charge?.reference ?? '', amount: 110n } as const
    Object.assign(charge ?? {}, { status: 'succeeded', done: 110n, left: 110n })
    world.mail.push({ attempt: charge?.id ?? '', outcome })
    settle()
    expect([card.net(), payment(id).amountSuspended, world.openCases.get(id)?.why]).toEqual([110n, 10n, 'wrong_amount'])
    return { ...stage, id, decide }
  }

  it('is returned', () => {
    const { card, id, decide, balances, payment, world } = more()
    decide({ action: 'reverse' }, 'wrong_amount')
    expect([card.net(), balances(), world.openCases.size]).toEqual([100n, { [clearing]: -100n, shop: 100n }, 0])
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended', amountSuspended: 0n })
  })

  it('was returned by hand, as an operator states, and those who got the rest keep it', () => {
    const { id, decide, balances, payment, world } = more()
    decide({ action: 'force', outcome: 'failed', evidence: 'Returned in cash.' }, 'wrong_amount')
    expect([balances(), world.openCases.size]).toEqual([{ [clearing]: -100n, shop: 100n }, 0])
    expect(payment(id)).toMatchObject({ state: 'succeeded', phase: 'ended', amountSuspended: 0n })
  })
})

function never(): never {
  throw new Error('the rail has heard of it')
}

import { describe, expect, it } from 'vitest'
import { createModelRail, type ModelOperation, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found } from '../../../../test/support/payments-world.ts'
import { cardSource, createStage } from '../../../../test/support/payments-world-play.ts'
import { newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import type { CaseReason, SubjectAction } from '../../machine.ts'
import { machines } from '../machines.ts'

// A rail declines a payout, it is submitted again, to this or another rail, and then the first submission happens after
// all.

const suspense = 'suspense:USD'
const turned = { effect: 'turned', isTold: true } as const
const pending = { effect: 'pending', isTold: true } as const
const later = { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const
const elsewhere = { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' } as const
const seen = (outcome: 'succeeded' | 'failed'): SubjectAction => ({ action: 'force', outcome, evidence: 'Seen.' })

/** A payout of 100, all that its account has, that was submitted twice. */
function submittedTwice(otherRails: readonly string[], decline: RailPlan['decline'] & object, second: RailPlan) {
  const plans: RailPlan[] = [{ ...turned, decline }, second]
  const next = () => plans.shift() ?? ({ effect: 'done', isTold: true } as const)
  const rails = ['card', 'bank'].map((name) => createModelRail(name, next))
  const world = createWorld(machines, rails)
  world.books.open('shop')
  world.books.fund('shop', 100n)
  const { id } = newPayout(world, { otherRails })
  const settle = () => {
    while (world.calls.length + world.mail.length > 0) {
      if (world.calls.length > 0) world.call(0)
      else world.deliver(0)
    }
  }
  const fireUntil = (isReached: () => boolean) => {
    settle()
    while (!isReached() && world.timers.length > 0) {
      world.fire(0)
      settle()
    }
  }
  const made = () => rails.flatMap((rail) => rail.operations().map((operation) => ({ rail, operation })))
  fireUntil(() => made().length === 2)
  const end = (at: number, isGood: boolean): ModelOperation => {
    const { rail, operation } = made()[at] ?? never()
    rail.settle(operation, isGood)
    world.mail.push({ attempt: operation.id, outcome: rail.tell(operation) })
    settle()
    return operation
  }
  const payout = () => found(world.payouts, id)
  const why = (): CaseReason | undefined => world.openCases.get(id)?.why
  const decide = (decision: SubjectAction) => {
    world.input('payout', id, { kind: 'decision', decision, about: why() ?? never() })
    settle()
  }
  /** The amounts that the rails paid, of the account and its holds, and of suspense. */
  const money = () => {
    const paid = rails.reduce((sum, rail) => sum - rail.net(), 0n)
    const clearing = rails.reduce((sum, { name }) => sum + world.books.posted(`rails:${name}:clearing:USD`), 0n)
    expect(clearing).toBe(paid)
    return {
      paid,
      shop: world.books.posted('shop'),
      held: world.books.held('shop'),
      suspense: world.books.posted(suspense),
    }
  }
  const giveUp = () => fireUntil(() => payout().phase === 'review')
  return { world, rails, end, payout, why, decide, money, giveUp, fireUntil }
}

const paidOnce = { paid: 100n, shop: 0n, held: 0n, suspense: 0n }

describe.each([
  ['at the same rail', [], later],
  ['at another rail', ['bank'], elsewhere],
] as const)('a payout that was submitted again %s', (_, otherRails, decline) => {
  it('is paid by the first submission after all, when the second fails', () => {
    const { end, payout, money, why } = submittedTwice(otherRails, decline, pending)
    end(0, true)
    expect(why()).toBe('late_success')
    end(1, false)
    expect(payout()).toMatchObject({ state: 'succeeded', phase: 'ended', holds: [] })
    expect([money(), why()]).toEqual([paidOnce, undefined])
  })

  it('is paid by the first, too, when an operator states that the second failed', () => {
    const { end, payout, money, why, decide, giveUp } = submittedTwice(otherRails, decline, {
      ...pending,
      isMute: true,
    })
    giveUp()
    end(0, true)
    // The outcome of the first one does not show yet who pays for it.
    decide(seen('succeeded'))
    expect(why()).toBe('outcome_unknown')
    decide(seen('failed'))
    expect(payout()).toMatchObject({ state: 'succeeded', phase: 'ended', holds: [] })
    expect([money(), why()]).toEqual([paidOnce, undefined])
  })

  it('is a clawback with a case when its account is frozen', () => {
    const { world, end, payout, money, why, decide } = submittedTwice(otherRails, decline, pending)
    end(0, true)
    world.books.freeze('shop', true)
    end(1, false)
    expect(payout()).toMatchObject({ state: 'requires_review', phase: 'review', holds: [] })
    expect([money(), why()]).toEqual([{ paid: 100n, shop: 100n, held: 0n, suspense: -100n }, 'late_success'])
    world.books.freeze('shop', false)
    decide({ action: 'retry' })
    expect(payout()).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect([money(), why()]).toEqual([paidOnce, undefined])
  })

  it.each([true, false])(
    'keeps a case when both have paid; the first reported before the second required review: %s',
    (isFirst) => {
      const { end, payout, money, why, decide, giveUp } = submittedTwice(otherRails, decline, {
        ...pending,
        isMute: true,
      })
      if (isFirst) end(0, true)
      giveUp()
      if (!isFirst) end(0, true)
      end(1, true)
      expect(payout()).toMatchObject({ state: 'succeeded', phase: 'ended' })
      expect([money(), why()]).toEqual([{ paid: 200n, shop: 0n, held: 0n, suspense: -100n }, 'late_success'])
      decide(seen('succeeded'))
      expect(why()).toBeUndefined()
    },
  )
})

describe('a payout that waits for another rail, which is away', () => {
  it('is not paid by that rail as well when the first submission has happened after all', () => {
    const plans: RailPlan[] = [{ ...turned, decline: elsewhere }]
    const card = createModelRail('card', () => plans.shift() ?? never())
    const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
    bank.isUp = false
    const world = createWorld(machines, [card, bank])
    world.books.open('shop')
    world.books.fund('shop', 100n)
    const { id } = newPayout(world, { otherRails: ['bank'] })
    for (let round = 0; round < 2; round += 1) {
      world.call(0)
      world.deliver(0)
    }
    expect(found(world.payouts, id)).toMatchObject({ phase: 'new', reason: 'rail_unavailable' })
    const [first] = card.operations()
    card.settle(first ?? never(), true)
    world.mail.push({ attempt: first?.id ?? '', outcome: card.tell(first ?? never()) })
    world.deliver(0)
    bank.isUp = true
    while (world.timers.length > 0) {
      world.fire(0)
      while (world.calls.length > 0) world.call(0)
      while (world.mail.length > 0) world.deliver(0)
    }
    expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect([card.net(), bank.net(), world.books.posted('shop'), world.books.held('shop')]).toEqual([-100n, 0n, 0n, 0n])
    expect([world.books.posted(suspense), world.openCases.size]).toEqual([0n, 0])
  })
})

describe('a refund that was submitted again, and that its rail made twice', () => {
  it.each([true, false])('keeps a case; the first reported before the second required review: %s', (isFirst) => {
    const done = { effect: 'done', isTold: true } as const
    const stage = createStage(machines, [done, { ...turned, decline: later }, { ...pending, isMute: true }])
    const { world, card, settle, wait, payment } = stage
    const { id } = newPayment(world, { source: cardSource })
    settle()
    const refund = newRefund(world, id, { amount: 50n, from: [{ account: 'shop', amount: 50n }] })?.id ?? never()
    world.input('refund', refund, { kind: 'start' })
    settle()
    const refunds = () => card.operations().filter(({ operation }) => operation === 'refund')
    while (refunds().length < 2) wait(10_000)
    const end = (at: number) => {
      const operation = refunds()[at] ?? never()
      card.settle(operation, true)
      world.mail.push({ attempt: operation.id, outcome: card.tell(operation) })
      settle()
    }
    if (isFirst) end(0)
    wait(600_000)
    expect(found(world.refunds, refund).phase).toBe('review')
    if (!isFirst) end(0)
    end(1)
    expect(card.net()).toBe(0n)
    expect(found(world.refunds, refund)).toMatchObject({ state: 'succeeded', phase: 'ended' })
    expect(payment(id)).toMatchObject({ amountRefunded: 50n, amountLost: 50n })
    expect(world.openCases.get(refund)).toMatchObject({ why: 'late_success' })
    expect([world.books.posted('shop'), world.books.posted(suspense)]).toEqual([50n, -50n])
  })
})

function never(): never {
  throw new Error('it should be there')
}

import { describe, expect, it } from 'vitest'
import { inquiriesAfter, type RailOutcome } from '#rails'
import { createModelRail, type ModelRail, type RailPlan } from '../../../../test/support/model-rail.ts'
import { createWorld, found, type World } from '../../../../test/support/payments-world.ts'
import { newPayment, newPayout, newRefund } from '../../../../test/support/payments-world-requests.ts'
import { machines } from '../machines.ts'

const secondUs = 1_000_000
/** More timers than anything should need in an hour; multiplying timers exceed it. */
const firedMax = 2_000

function startWorld(): { readonly world: World; readonly rail: ModelRail } {
  const rail = createModelRail('card', () => ({ effect: 'done', isTold: true }))
  return { rail, world: openWorld(rail) }
}

function openWorld(rail: ModelRail): World {
  const world = createWorld(machines, [rail])
  world.books.open('shop')
  world.books.fund('shop', 1_000n)
  return world
}

/** Makes (or leaves) every call and handles every answer, then lets timers come in order, until the time is over. */
function pass(world: World, seconds: number, make: 'call' | 'leave' = 'call'): void {
  const until = world.now + seconds * secondUs
  for (let fired = 0; fired < firedMax; fired += 1) {
    while (world.calls.length + world.mail.length > 0) {
      if (world.calls.length > 0) world[make](0)
      else world.deliver(0)
    }
    const next = world.timers.reduce((at, timer) => Math.min(at, timer.at), Number.POSITIVE_INFINITY)
    if (next > until) {
      world.now = until
      return
    }
    world.fire(world.timers.findIndex(({ at }) => at === next))
  }
  throw new Error(`more than ${firedMax} timers came, and ${world.timers.length} are to come`)
}

/** Lets timers come until so many calls are to be made. */
function fireUntil(world: World, calls: number): void {
  while (world.calls.length < calls) world.fire(0)
}

const source = { kind: 'rail', rail: 'card', instrument: 'card_visa', otherRails: [] } as const
const hourSeconds = 3_600

describe('an operation that waits for a rail that is away', () => {
  it('has one timer, reports little, and goes on soon after the rail is back', () => {
    const { world, rail } = startWorld()
    rail.isUp = false
    const { id } = newPayment(world, { source })
    pass(world, hourSeconds)
    expect(found(world.payments, id)).toMatchObject({ state: 'processing', reason: 'rail_unavailable' })
    expect(world.timers).toHaveLength(1)
    expect(world.steps.length).toBeLessThan(hourSeconds / 10)
    expect(world.steps.filter(({ transition }) => transition.note !== undefined).length).toBeLessThan(5)
    rail.isUp = true
    pass(world, 45)
    expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(rail.operations()).toHaveLength(1)
  })

  it('behaves so as a payout or a refund, too', () => {
    const { world, rail } = startWorld()
    const { id } = newPayment(world, { source })
    pass(world, 5)
    rail.isUp = false
    const payout = newPayout(world)
    const refund = newRefund(world, id, { amount: 60n, from: [{ account: 'shop', amount: 60n }] })
    expect(refund).toBeDefined()
    world.input('refund', refund?.id ?? '', { kind: 'start' })
    pass(world, hourSeconds)
    expect(world.timers).toHaveLength(2)
    rail.isUp = true
    pass(world, 45)
    expect(found(world.payouts, payout.id).state).toBe('succeeded')
    expect(found(world.refunds, refund?.id ?? '').state).toBe('succeeded')
  })

  it('is not given up for inquiries that a rail in outage did not answer', () => {
    const { rail } = startWorld()
    let isLost = true
    const losing: ModelRail = {
      ...rail,
      submit: (call) => (isLost ? { kind: 'unknown', why: 'no answer' } : rail.submit(call)),
      inquire: (call) => (isLost ? { kind: 'unknown', why: 'no answer' } : rail.inquire(call)),
    }
    const lossy = openWorld(losing)
    const { id } = newPayment(lossy, { source })
    losing.isUp = false
    pass(lossy, hourSeconds)
    expect(lossy.openCases.size).toBe(0)
    isLost = false
    losing.isUp = true
    pass(lossy, 90)
    expect(found(lossy.payments, id).state).toBe('succeeded')
    expect(rail.operations()).toHaveLength(1)
  })
})

describe('an operation that has not left the queue, while its rail is up', () => {
  it('is submitted by its timer, however long the queue, and makes no report or inquiry meanwhile', () => {
    const { world, rail } = startWorld()
    const { id } = newPayment(world, { source })
    const payout = newPayout(world)
    const steps = () => world.steps.filter(({ transition }) => transition.note !== undefined).length
    const before = steps()
    pass(world, 600, 'leave')
    expect(found(world.payments, id)).toMatchObject({ state: 'processing', phase: 'calling', attempts: 1 })
    expect([...world.attempts.values()].map(({ state, inquiries }) => [state, inquiries])).toEqual([
      ['submitting', 0],
      ['submitting', 0],
    ])
    expect([world.timers.length, steps(), rail.operations().length]).toEqual([2, before, 0])
    pass(world, 5)
    expect([found(world.payments, id).state, found(world.payouts, payout.id).state]).toEqual(['succeeded', 'succeeded'])
    expect(rail.operations()).toHaveLength(2)
  })

  it('counts no unsent inquiry, and does not fail for inquiries that the rail had to deny', () => {
    const { world, rail } = startWorld()
    const { id } = newPayment(world, { source })
    for (let times = 0; times < 20; times += 1) {
      // Its timer comes before it is known that it was not sent.
      fireUntil(world, 2)
      world.leave(0)
      world.deliver(0)
      // One inquiry is not made, the next is.
      world.leave(0)
      fireUntil(world, 1)
      world.call(0)
      world.deliver(0)
      expect(world.calls).toMatchObject([{ ask: 'submit' }])
      world.timers.splice(0, world.timers.length - 1)
    }
    pass(world, 60)
    expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(rail.operations()).toHaveLength(1)
  })

  it('is inquired about when another submission of it was not sent', () => {
    const rail = createModelRail('card', () => ({ effect: 'latent', isTold: false }))
    const world = openWorld(rail)
    const { id } = newPayment(world, { source })
    const early = world.calls.splice(0)
    fireUntil(world, 1)
    world.call(0)
    world.deliver(0)
    // Submitted again, because the rail does not know it. The first one leaves another process's queue only now.
    world.call(0)
    world.calls.push(...early)
    world.leave(0)
    world.deliver(1)
    expect(found(world.attempts, early[0]?.attempt ?? '')).toMatchObject({ state: 'submitting', reason: undefined })
    world.deliver(0)
    rail.surface()
    pass(world, 60)
    expect(found(world.payments, id)).toMatchObject({ state: 'succeeded', attempts: 1 })
    expect(rail.operations()).toHaveLength(1)
  })
})

it('an operation that a slow rail has accepted is inquired about at its deadline, not before', () => {
  const rail = createModelRail('card', () => ({ effect: 'pending', isTold: true }))
  const slow: ModelRail = {
    ...rail,
    capabilities: { ...rail.capabilities, inquiries: inquiriesAfter(hourSeconds * 1_000) },
  }
  const world = openWorld(slow)
  newPayment(world, { source })
  pass(world, hourSeconds - 1)
  expect([...world.attempts.values()]).toMatchObject([{ state: 'pending', inquiries: 0 }])
  pass(world, 2)
  expect([...world.attempts.values()]).toMatchObject([{ state: 'pending', inquiries: 1 }])
})

/** A world in which the rail answers every call the same, and the times at which it was asked. */
function saying(outcome: () => RailOutcome): { readonly world: World; readonly asked: number[] } {
  const world = openWorld(createModelRail('card', () => ({ effect: 'latent', isTold: false })))
  const asked: number[] = []
  Object.assign(world, {
    call: (at: number) => {
      for (const { ask, attempt } of world.calls.splice(at, 1)) {
        const said = outcome()
        const isAnswer = ask === 'inquire' && said.kind !== 'unavailable'
        world.mail.push({ attempt, outcome: isAnswer ? { ...said, isAsked: true } : said })
      }
      asked.push(world.now)
    },
  })
  return { world, asked }
}

const nobodyKnows = { kind: 'unknown', why: 'no answer' } as const

describe('an operation of unknown outcome', () => {
  it('that is pending after all, as an operator’s inquiry shows, is waited for again', () => {
    let says: RailOutcome = nobodyKnows
    const { world } = saying(() => says)
    const { id } = newPayment(world, { source })
    pass(world, 600)
    expect(found(world.payments, id)).toMatchObject({ phase: 'review', reason: 'outcome_unknown' })
    expect(world.timers).toEqual([])
    says = { kind: 'pending', railReference: 'chg_1' }
    world.input('payment', id, { kind: 'decision', decision: { action: 'inquire' } })
    pass(world, 0.5)
    expect(found(world.payments, id)).toMatchObject({ phase: 'awaiting', state: 'processing' })
    expect([world.timers.length, world.openCases.size]).toEqual([1, 0])
    pass(world, 600)
    expect(found(world.payments, id)).toMatchObject({ phase: 'review' })
  })

  it('is inquired about often enough that the outcome at a slow rail is known soon after', () => {
    const { world, asked } = saying(() => nobodyKnows)
    newPayment(world, { source })
    pass(world, 600)
    const pauses = asked.slice(1).map((at, index) => (at - (asked[index] ?? 0)) / secondUs)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(7.5)
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThan(20)
  })
})

describe('a payout that its rail does not know yet, and that is paused since', () => {
  /** Paused: nothing is submitted, and inquiries are still answered. */
  const paused = (otherRails: string[]) => {
    const plans: RailPlan[] = [{ effect: 'latent', isTold: false }]
    const card = createModelRail('card', () => plans.shift() ?? { effect: 'done', isTold: true })
    const bank = createModelRail('bank', () => ({ effect: 'done', isTold: true }))
    const seen: ModelRail = {
      ...card,
      submit: (call) => (seen.isUp ? card.submit(call) : { kind: 'unavailable', why: 'paused' }),
    }
    const world = createWorld(machines, [seen, bank])
    world.books.open('shop')
    world.books.fund('shop', 200n)
    const { id } = newPayout(world, { otherRails })
    world.call(0)
    world.deliver(0)
    seen.isUp = false
    return { world, card, seen, bank, id }
  }

  it.each([[[]], [['bank']]])(
    'waits with few timers, as it may still happen; other rails (%s) do not pay it',
    (others) => {
      const { world, card, seen, bank, id } = paused(others)
      pass(world, hourSeconds)
      expect(bank.operations()).toEqual([])
      expect(world.timers.length).toBeLessThan(3)
      card.surface()
      seen.isUp = true
      pass(world, hourSeconds)
      expect(found(world.payouts, id)).toMatchObject({ state: 'succeeded', phase: 'ended' })
      expect([card.net() + bank.net(), world.books.posted('shop'), world.openCases.size]).toEqual([-100n, 100n, 0])
    },
  )
})

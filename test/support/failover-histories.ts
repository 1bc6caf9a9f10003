import fc from 'fast-check'
import { expect } from 'vitest'
import { type ModelOperation, type ModelRail, returnedBy } from './model-rail.ts'
import { type Failing, failingOf, type Histories, parametersOf } from './payments-histories.ts'
import { type Act, act, pay, play, type Run, start } from './payments-history.ts'
import { drain } from './payments-history-end.ts'
import { clearingOf, feesOf, type World } from './payments-world.ts'
import { check, lastSteps } from './payments-world-checks.ts'
import { checkNotStranded } from './payments-world-stranded.ts'
import { tookBy, tookOf } from './payments-world-sums.ts'
import { railPlan } from './rail-plans.ts'

// The database loses its last second, and the rails keep what they did in it. Another server goes on with the rest.

const lostKinds = [
  ...['call', 'call', 'call', 'deliver', 'deliver', 'deliver', 'callback', 'settle', 'surface', 'fire', 'fire'],
  ...['leave', 'lose_answer', 'redeliver', 'outage', 'cancel', 'refund', 'capture'],
] as const
const lostAct = fc.noBias(fc.record({ kind: fc.constantFrom(...lostKinds), n: fc.nat({ max: 10_000 }) }))
const lagUs = 1_000_000

/** Returns what puts all of it back. The calls of its processes are gone; what rails had sent comes to the next. */
function keep(run: Run): () => void {
  const { world } = run
  const { payments, captures, refunds, payouts, disputes, credits, attempts } = world
  const { openCases, matters, reportedOtherwise } = world
  const maps: readonly Map<string, unknown>[] = [
    ...[payments, captures, refunds, payouts, disputes, credits, attempts],
    ...[openCases, matters, reportedOtherwise],
  ]
  const lists: readonly unknown[][] = [world.timers, world.waiting, run.canceling, run.decided, run.dead]
  const kept = { maps: maps.map((map) => [...map]), lists: lists.map((list) => [...list]), books: world.books.keep() }
  return () => {
    for (const [at, map] of maps.entries()) {
      map.clear()
      for (const [key, value] of kept.maps[at] ?? []) map.set(key, value)
    }
    for (const [at, list] of lists.entries()) list.splice(0, list.length, ...(kept.lists[at] ?? []))
    for (const list of [world.mail, run.heard])
      list.splice(0, list.length, ...list.filter(({ attempt }) => attempts.has(attempt)))
    world.calls.splice(0)
    kept.books()
  }
}

/** Only what is due in that second happens in it. */
function playLost(run: Run, { kind, n }: Act, until: number): void {
  const { world } = run
  if (kind !== 'fire') {
    play(run, { kind, n })
    return
  }
  const due = world.timers.flatMap(({ at }, index) => (at <= until ? [index] : []))
  const first = due[n % Math.max(1, due.length)]
  if (first !== undefined) world.fire(first)
}

type AllOperations = () => readonly ModelOperation[]

/** What Munim does not know of is not reported by its attempts. Returns all that the rails have. */
function switchOver({ world, rails }: Run): AllOperations {
  const all = rails.map(({ operations }) => operations)
  const switchedAt = world.now
  const hasSwitched = ({ createdAt }: { readonly createdAt: number }) => createdAt < switchedAt + 600_000_000
  const mayBeLost = (subject: { readonly createdAt: number }) =>
    world.now <= switchedAt + 172_800_000_000 && hasSwitched(subject)
  Object.assign(world.context, { mayBeLost, hasSwitched })
  for (const rail of rails) {
    const { operations, disputes } = rail
    const isKnown = ({ id }: { readonly id: string }) => world.attempts.has(id)
    rail.isAfterLoss = true
    Object.assign(rail, {
      operations: () => operations().filter(isKnown),
      disputes: () => disputes().filter(({ operation }) => isKnown(operation)),
    })
  }
  return () => all.flatMap((operations) => operations())
}

/** Of requests that are lost, there are only refunds and captures. */
function checkNothingUnknown(world: World, all: AllOperations): void {
  const unknown = all().filter(
    ({ id, operation, status }) =>
      (operation === 'charge' || operation === 'payout') && status === 'succeeded' && !world.attempts.has(id),
  )
  expect(unknown, lastSteps(world)).toEqual([])
}

/** Of the operations that Munim knows. */
function netOf(rail: ModelRail): bigint {
  return rail
    .operations()
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, one) => {
      const { operation, undisputed, done } = one
      if (operation === 'charge' || operation === 'capture') return sum + undisputed
      return operation === 'refund' || operation === 'payout' ? sum + returnedBy(one) - done : sum
    }, rail.credits.net())
}

function checkBooks(world: World, rails: readonly ModelRail[]): void {
  for (const rail of rails) {
    const fees = -world.books.posted(feesOf(rail.name))
    const booked = world.books.posted(clearingOf(rail.name)) - fees
    expect(booked, `clearing of ${rail.name}:\n${lastSteps(world)}`).toBe(-netOf(rail))
  }
  for (const payment of world.payments.values()) {
    expect(tookOf(world, payment), `${payment.id}:\n${lastSteps(world)}`).toBe(tookBy(world, payment))
  }
}

/**
 * After the loss, the books show what the rails did under every id that Munim knows or has asked for, each step is
 * continued or an operator's, no charge or payout stays unknown, and no payout that may have been made is submitted under
 * another id.
 */
const property = fc.property(
  fc.array(fc.noBias(railPlan), { minLength: 1, maxLength: 20, size: 'max' }),
  fc.noBias(fc.nat({ max: 10_000 })),
  fc.array(act, { maxLength: 40, size: 'max' }),
  fc.array(lostAct, { minLength: 1, maxLength: 12, size: 'max' }),
  fc.array(act, { maxLength: 60, size: 'max' }),
  (plans, first, before, lost, after) => {
    const run = start(plans)
    const { world, rails } = run
    world.startsLater = first % 2 === 0
    pay(run, first)
    for (const one of before) play(run, one)
    world.startsLater = false
    const putBack = keep(run)
    const until = world.now + lagUs
    for (const one of lost) playLost(run, one, until)
    putBack()
    const all = switchOver(run)
    for (const one of after) {
      play(run, one)
      check(run)
      checkNotStranded(world, run)
    }
    drain(run)
    check(run)
    checkBooks(world, rails)
    checkNothingUnknown(world, all)
  },
)

export function assertFailovers(histories: Histories): void {
  fc.assert(property, { ...parametersOf(histories), endOnFailure: true })
}

export function findFailing(histories: Histories): Failing {
  return failingOf(histories, fc.check(property, { ...parametersOf(histories), endOnFailure: true }))
}

import { expect, it } from 'vitest'
import { newUuid } from '#platform/ids'
import type { Rail, RailOutcome } from '#rails'
import type { StoredAttempt } from './attempt-store.ts'
import { createRailCaller } from './rail-caller.ts'

/** Rails of which `slow` does not answer before it is told to. */
function rails() {
  const slow = Promise.withResolvers<RailOutcome>()
  const done: RailOutcome = { kind: 'succeeded', railReference: 'r', amount: 1n }
  const railOf = (name: string): Rail => {
    const answer = async () => (name === 'slow' ? slow.promise : done)
    const manners = { operations: new Set(['charge'] as const), inquireAfterMs: 3_600_000, authorizationMs: 1 }
    return { name, manners, submit: answer, inquire: answer }
  }
  return { rail: railOf, goOn: () => slow.resolve(done) }
}

const call = (rail: string) => ({ ask: 'submit', attempt: { id: newUuid(), rail } as StoredAttempt }) as const
const calls = (rail: string, count: number) => Array.from({ length: count }, () => call(rail))

it('who has calls for a rail that hangs waits a moment for room, and who has none waits for nothing', async () => {
  const { rail, goOn } = rails()
  const told: string[] = []
  const caller = createRailCaller({ rails: { rail }, onOutcome: (attempt) => told.push(attempt.rail) })
  const many = calls('slow', 512 + 2_048)
  caller.make(many)
  const ends: string[] = []
  const waits = caller.room(many).then(() => ends.push('slow'))
  const quick = calls('quick', 3)
  caller.make(quick)
  await caller.room(quick).then(() => ends.push('quick'))
  await waits
  expect(ends).toEqual(['quick', 'slow'])
  expect(told).toEqual(['quick', 'quick', 'quick'])
  expect(caller.statistics()).toEqual({ made: 515, queued: 2_048, underWay: 512 })
  goOn()
  await expect.poll(() => told.length).toBe(many.length + 3)
})

it('keeps no more than so many calls waiting: their timers come to them', async () => {
  const { rail, goOn } = rails()
  const caller = createRailCaller({ rails: { rail }, onOutcome: () => undefined })
  for (let batch = 0; batch < 40; batch += 1) caller.make(calls('slow', 512))
  const kept = caller.statistics().queued
  expect(kept).toBeLessThan(20_000)
  goOn()
  await expect.poll(() => caller.statistics()).toEqual({ made: kept + 512, queued: 0, underWay: 0 })
})

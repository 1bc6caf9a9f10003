import { describe, expect, test } from 'vitest'
import type { LaneName } from '../lanes.ts'
import { agedWeight, chargeLane, newDeficits, nextLane } from './lane-round-robin.ts'

/** Plays turns among lanes that always have work, and returns the messages that each lane took. */
function play(
  lanes: readonly LaneName[],
  options: { turns: number; batch: number; waitedMs?: (lane: LaneName) => number },
): Record<string, number> {
  const deficits = newDeficits()
  const taken: Record<string, number> = {}
  for (let turn = 0; turn < options.turns; turn += 1) {
    const lane = nextLane(deficits, new Set(lanes), options.waitedMs ?? (() => 0))
    if (lane === undefined) break
    taken[lane] = (taken[lane] ?? 0) + options.batch
    chargeLane(deficits, lane, options.batch, false)
  }
  return taken
}

describe('the round robin of the lanes', () => {
  test('picks no lane when none is ready', () => {
    expect(nextLane(newDeficits(), new Set(), () => 0)).toBeUndefined()
  })

  test.each([1, 16, 256, 700])('lanes that always have work are served by weight, in batches of %i', (batch) => {
    const taken = play(['instant', 'standard', 'bulk'], { turns: 20_000, batch })
    const all = 20_000 * batch
    expect((taken.instant ?? 0) / all).toBeCloseTo(8 / 13, 1)
    expect((taken.standard ?? 0) / all).toBeCloseTo(4 / 13, 1)
    expect((taken.bulk ?? 0) / all).toBeCloseTo(1 / 13, 2)
  })

  test('a lane alone is always picked, whatever it took before', () => {
    expect(play(['bulk'], { turns: 100, batch: 256 })).toEqual({ bulk: 25_600 })
  })

  test('rollback goes before all others, however large their credit', () => {
    const deficits = { ...newDeficits(), instant: 10_000, bulk: 10_000 }
    expect(nextLane(deficits, new Set(['bulk', 'instant', 'rollback']), () => 0)).toBe('rollback')
  })

  test('the most urgent lane goes first among those with credit', () => {
    const deficits = { ...newDeficits(), instant: 1, standard: 50, bulk: 900 }
    expect(nextLane(deficits, new Set(['bulk', 'standard', 'instant']), () => 0)).toBe('instant')
  })

  test('a lane that has drained saves up no credit', () => {
    const deficits = newDeficits()
    nextLane(deficits, new Set(['instant']), () => 0)
    chargeLane(deficits, 'instant', 1, true)
    expect(deficits.instant).toBe(0)
  })

  test('a lane that took more than its credit stays in debt after draining', () => {
    const deficits = newDeficits()
    chargeLane(deficits, 'bulk', 256, true)
    expect(deficits.bulk).toBe(-256)
  })

  test.each([
    ['bulk', 0, 1],
    ['bulk', 600_000, 2],
    ['bulk', 3_600_000, 4],
    ['instant', 500, 12],
    ['instant', 60_000, 32],
    ['standard', -5, 4],
  ] as const)('%s, after waiting %i ms, has the weight %i', (lane, waitedMs, weight) => {
    expect(agedWeight(lane, waitedMs)).toBe(weight)
  })

  test('a lane whose messages wait past their SLA gets more than its weight', () => {
    const fresh = play(['instant', 'bulk'], { turns: 9_000, batch: 32 })
    const aged = play(['instant', 'bulk'], {
      turns: 9_000,
      batch: 32,
      waitedMs: (lane) => (lane === 'bulk' ? 2_000_000 : 0),
    })
    expect(aged.bulk ?? 0).toBeGreaterThan((fresh.bulk ?? 0) * 2.5)
  })
})

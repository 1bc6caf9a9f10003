import { expect, test } from 'vitest'
import { outboxTable } from '../outbox/index.ts'
import { endOfPartition, isOver, missingPeriods } from './aging-table.ts'

const dayMs = 86_400_000
const start = Date.UTC(2026, 10, 27, 9)

/** The bounds of the existing partitions after a series of days. `keepDays` gives each day's retention of events. */
function live(keepDays: readonly (number | undefined)[]) {
  const bounds = new Map<string, readonly [bigint, bigint]>()
  for (const [day, keep] of keepDays.entries()) {
    const table = outboxTable(keep)
    const nowMs = start + day * dayMs
    for (const { partition, from, to } of missingPeriods(table, [...bounds.keys()], nowMs)) {
      const [low, high] = [BigInt(from), BigInt(to)]
      for (const [other, [otherLow, otherHigh]] of bounds) {
        expect(high <= otherLow || otherHigh <= low, `${partition} lies across ${other}`).toBe(true)
      }
      bounds.set(partition, [low, high])
    }
    // Today and tomorrow each have one partition.
    for (const key of [nowMs, nowMs + dayMs].map((ms) => BigInt(table.bound(ms)))) {
      const holders = [...bounds].filter(([, [low, high]]) => low <= key && key < high)
      expect(holders.length, `${new Date(nowMs).toISOString()} lies in ${holders}`).toBe(1)
    }
    for (const name of bounds.keys())
      if (isOver(table, { endMs: endOfPartition(table, name) ?? 0, nowMs })) bounds.delete(name)
  }
  return bounds
}

const days = (count: number, keep: number | undefined) => Array.from({ length: count }, () => keep)

test('events that are kept for years are in few partitions, as every reader of the feed locks all', () => {
  expect(live(days(3 * 365, undefined)).size).toBeLessThan(40)
  expect(live(days(3 * 365, 365)).size).toBeLessThan(16)
  expect(live(days(200, 62)).size).toBeLessThan(70)
})

test('every day still has one partition when events are to be kept for longer or shorter', () => {
  for (let first = 1; first <= 40; first += 1) {
    live([...days(first, 30), ...days(50, 365), ...days(20, 7), ...days(9, undefined), ...days(33, 30)])
    live([...days(first, undefined), ...days(1, 30), ...days(45, 400), ...days(70, 30)])
  }
})

import { expect, it } from 'vitest'
import { Arrivals, type Stretch } from './arrivals.ts'

const max = 10

/** Answers as the database does: the newest of each stretch, up to the most. */
function look(arrivals: Arrivals, ids: readonly number[], nowMs: number): number[] {
  const stretches = arrivals.stretches(nowMs)
  const within = ({ after, until }: Stretch) => ids.filter((id) => id > after && id <= until).toSorted((a, b) => b - a)
  const rows = stretches.flatMap((stretch, place) =>
    within(stretch)
      .slice(0, max)
      .map((id) => [String(place + 1), String(id), '2', 'test.work', String(id), '1']),
  )
  return arrivals.found({ rows, tag: '' }, stretches, nowMs).map(({ tenant }) => tenant)
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

it('only what is newer than the last look is looked at, and for a while what may have become visible late', () => {
  const arrivals = new Arrivals(100n, { nowMs: 0, max })
  expect(look(arrivals, [99, 101, 103], 50)).toEqual([103, 101])
  expect(look(arrivals, [99, 102], 100)).toEqual([102])
  expect(look(arrivals, [102, 104], 700)).toEqual([104])
})

it('what is behind a flood is found by the next look, and all of the flood by a bounded number', () => {
  const arrivals = new Arrivals(0n, { nowMs: 0, max })
  const flood = upTo(75)
  const found = new Set(look(arrivals, flood, 50))
  const behind = look(arrivals, [...flood, 76], 100)
  expect(behind[0]).toBe(76)
  for (const id of behind.slice(1)) found.add(id)
  for (let round = 0; round < 7; round += 1) for (const id of look(arrivals, flood, 150 + round)) found.add(id)
  expect([...found].toSorted((a, b) => a - b)).toEqual(flood)
})

it('under a flood that goes on, what is newest is still looked at first, and the rest is left to the cycle', () => {
  const arrivals = new Arrivals(0n, { nowMs: 0, max })
  for (let round = 1; round <= 100; round += 1) {
    expect(look(arrivals, upTo(round * 50), round * 50)).toContain(round * 50)
    expect(arrivals.stretches(round * 50).length).toBeLessThanOrEqual(2)
  }
})

import { expect, it } from 'vitest'
import { createHeldClock } from './held-clock.ts'

it('reports how far recorded time is ahead of the clock, and warns once in a while', () => {
  const reported: string[] = []
  const clock = createHeldClock((fault) => reported.push(fault.message))
  clock.note({ now: 5_000_000, clock: 5_000_000 })
  clock.note({ now: 5_000_000, clock: 5_400_000 })
  expect([clock.heldMs(), reported]).toEqual([0, []])
  clock.note({ now: 65_000_000, clock: 5_000_000 })
  clock.note({ now: 65_000_000, clock: 6_000_000 })
  expect(clock.heldMs()).toBe(59_000)
  expect(reported).toEqual([expect.stringContaining('60 s ahead')])
  clock.note({ now: 65_000_000, clock: 65_000_000 })
  expect(clock.heldMs()).toBe(0)
})

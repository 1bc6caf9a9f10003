import { expect, it } from 'vitest'
import { poll } from './poll.ts'

it('returns what it saw last: what is wanted, or what there is when the time is over', async () => {
  let looks = 0
  const look = async () => {
    looks += 1
    return looks
  }
  expect(await poll(look, (seen) => seen === 3, { withinMs: 60_000, everyMs: 0 })).toBe(3)
  expect(await poll(look, (seen) => seen === 3, { withinMs: 0, everyMs: 1 })).toBeGreaterThan(3)
})

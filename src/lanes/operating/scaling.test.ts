import { expect, test } from 'vitest'
import { neededConsumers, trueRate } from './scaling.ts'

test.each([
  ['nothing to do', { arrivalPerSecond: 0, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 1],
  ['nothing known of the rate', { arrivalPerSecond: 500, backlog: 10, catchUpSeconds: 60, truePerSecond: 0 }, 1],
  ['arrivals that fit one', { arrivalPerSecond: 600, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 1],
  ['one more than fits', { arrivalPerSecond: 601, backlog: 0, catchUpSeconds: 60, truePerSecond: 1000 }, 2],
  ['a backlog to work off', { arrivalPerSecond: 600, backlog: 72_000, catchUpSeconds: 60, truePerSecond: 1000 }, 3],
])('with %s', (_with, demand, needed) => {
  expect(neededConsumers(demand)).toBe(needed)
})

test('the true rate is bounded by transactions or by slots, whichever is less', () => {
  const spent = { messages: 1_000, sessionMs: 500, slotMs: 1_000, sessionsMax: 3, slotsMax: 100 }
  expect(trueRate(spent)).toBe(6_000)
  expect(trueRate({ ...spent, slotMs: 50_000 })).toBe(2_000)
  expect(trueRate({ ...spent, messages: 0 })).toBeUndefined()
})

import { expect, it } from 'vitest'
import { deadlineAt, isPast, readDeadline } from './index.ts'

it('reads whole milliseconds, up to the maximum', () => {
  expect(['0', '1500', '999999999'].map((text) => readDeadline(text, 60_000))).toEqual([0, 1_500, 60_000])
  const wrong = ['', '-1', '1.5', '1e3', ' 5', '1234567890', ['1', '2']]
  expect(wrong.map((text) => readDeadline(text, 60_000))).toEqual(wrong.map(() => undefined))
})

it('is stored as the same moment by the clock of the database', () => {
  const now = 1_700_000_000_000_000
  const asOfMs = performance.now()
  const waits = (deadlineAt({ untilMs: asOfMs + 100_000, now }) - now) / 1_000
  expect([waits <= 100_000, waits > 90_000]).toEqual([true, true])
  expect([isPast(undefined), isPast(asOfMs - 1), isPast(asOfMs + 100_000)]).toEqual([false, true, false])
})

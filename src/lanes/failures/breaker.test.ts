import { describe, expect, test } from 'vitest'
import { FailureWindow, probeDelayMs } from './breaker.ts'

type Observed = readonly (readonly [tenant: number, failed: number, succeeded: number, atMs?: number, book?: number])[]

describe('a window of failures', () => {
  test.each<readonly [string, Observed, boolean]>([
    ['nothing happened', [], false],
    ['too few failed to tell', [[1, 19, 0]], false],
    ['everything fails', [[1, 20, 0]], true],
    ['more succeeds than fails', [[1, 100, 101]], false],
    [
      'one vendor fails beside one that does not',
      [
        [1, 500, 0],
        [2, 0, 10],
      ],
      false,
    ],
    [
      'two of three vendors fail',
      [
        [1, 50, 0],
        [2, 50, 0],
        [3, 0, 10],
      ],
      true,
    ],
    [
      'one of two books fails, for many vendors',
      [...Array.from({ length: 45 }, (_, vendor) => [vendor + 1, 1, 0, 0, 7] as const), [-2, 0, 2, 0, 2]],
      false,
    ],
    [
      'two of three books fail',
      [
        [-1, 20, 0, 0, 1],
        [-2, 1, 0, 0, 2],
        [-3, 0, 2, 0, 3],
      ],
      true,
    ],
    [
      'the failures are long ago',
      [
        [1, 500, 0, 0],
        [1, 1, 0, 60_000],
      ],
      false,
    ],
    [
      'the failures are of the period before',
      [
        [1, 19, 0, 0],
        [1, 1, 0, 6_000],
      ],
      true,
    ],
  ])('when %s', (_when, observed, trips) => {
    const window = new FailureWindow()
    for (const [tenant, failed, succeeded, nowMs = 0, book = 1] of observed)
      window.observe({ book, tenant }, { failed, succeeded, nowMs })
    expect(window.trips()).toBe(trips)
  })

  test('starts over once it is cleared', () => {
    const window = new FailureWindow()
    window.observe({ book: 1, tenant: 1 }, { failed: 100, succeeded: 0, nowMs: 0 })
    window.clear()
    expect(window.trips()).toBe(false)
  })

  test('probes come after a second, then ever less often, at least every thirty seconds', () => {
    expect([0, 1, 2, 4, 5, 100].map(probeDelayMs)).toEqual([1_000, 2_000, 4_000, 16_000, 30_000, 30_000])
  })
})

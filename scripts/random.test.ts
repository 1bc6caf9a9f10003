import { expect, it } from 'vitest'
import { createRandom } from './random.ts'

it('draws the same for the same seed, by which the demo and failures of tests are repeated', () => {
  const { next, below, between, pick } = createRandom(42)
  const drawn = [Math.floor(next() * 1e6), below(1000), between({ least: 10, most: 20 }), pick(['a', 'b', 'c'])]
  expect(drawn).toEqual([601_103, 448, 19, 'c'])
})

it('stays within its bounds and reaches both', () => {
  const random = createRandom(7)
  const draws = Array.from({ length: 1000 }, () => [random.below(3), random.between({ least: -1, most: 1 })])
  expect(new Set(draws.map(([below]) => below))).toEqual(new Set([0, 1, 2]))
  expect(new Set(draws.map(([, between]) => between))).toEqual(new Set([-1, 0, 1]))
  expect([random.chance(0), random.chance(1)]).toEqual([false, true])
  expect(() => random.pick([])).toThrow(RangeError)
})

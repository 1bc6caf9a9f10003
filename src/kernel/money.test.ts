import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, minorMax, splitMoney } from './money.ts'

it.each([
  [123_450n, 2, '1234.50'],
  [-1n, 2, '-0.01'],
  [0n, 18, '0.000000000000000000'],
  [7n, 0, '7'],
  [-minorMax, 2, '-92233720368547758.07'],
])('%s minor units with %i decimals are "%s"', (minor, decimals, text) => {
  expect(formatDecimal(minor, decimals)).toBe(text)
})

describe('a split', () => {
  it.each([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [5n, [3n, 7n], [2n, 3n]],
    [1n, [0n, 1n], [0n, 1n]],
    [0n, [1n, 2n], [0n, 0n]],
    [7n, [1n], [7n]],
    [2n, [1n, 1n, 1n], [1n, 1n, 0n]],
  ])('of %s by %s gives %s', (amount, weights, parts) => {
    expect(splitMoney(amount, weights)).toEqual(parts)
  })

  it('loses nothing, and differs from each exact share by less than a unit', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
      .filter((all) => all.some((weight) => weight > 0n))
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: minorMax }), weights, (amount, all) => {
        const parts = splitMoney(amount, all)
        const total = all.reduce((sum, weight) => sum + weight, 0n)
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount)
        for (const [at, part] of parts.entries()) {
          const exact = amount * (all[at] ?? 0n)
          expect(part * total > exact - total && part * total < exact + total).toBe(true)
        }
      }),
    )
  })

  it.each([[[]], [[0n, 0n]], [[1n, -1n]]])('by %s is a mistake of the caller', (weights) => {
    expect(() => splitMoney(1n, weights)).toThrow(RangeError)
  })
})

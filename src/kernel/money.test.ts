import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, minorMax, parseDecimal, splitMoney } from './money.ts'

const minor = fc.bigInt({ min: -minorMax, max: minorMax })
const scale = fc.integer({ min: 0, max: 18 })

describe('a decimal', () => {
  it.each([
    ['1234.50', 2, 123_450n],
    ['0', 2, 0n],
    ['-0.01', 2, -1n],
    ['+7', 0, 7n],
    [' 1.5 ', 1, 15n],
    ['1.500', 1, 15n],
    ['0000000000000000000000001.00', 2, 100n],
    ['92233720368547758.07', 2, minorMax],
    ['-92233720368547758.07', 2, -minorMax],
  ])('"%s" with %i decimals is %s minor units', (text, decimals, value) => {
    expect(parseDecimal(text, decimals)).toEqual({ ok: true, value })
  })

  it.each([
    ['1.234', 2],
    ['1.0000001', 6],
    ['', 2],
    ['.5', 2],
    ['5.', 2],
    ['1,5', 2],
    ['1e3', 2],
    ['0x10', 2],
    ['- 1', 2],
    ['1 000', 2],
    ['NaN', 2],
    ['١', 0],
    ['92233720368547758.08', 2],
    ['9223372036854775808', 0],
    ['9'.repeat(400), 2],
  ])('"%s" with %i decimals is refused', (text, decimals) => {
    expect(parseDecimal(text, decimals)).toMatchObject({ ok: false, refusal: { code: 'invalid_amount' } })
  })

  it('survives being formatted and parsed', () => {
    fc.assert(
      fc.property(minor, scale, (value, decimals) => {
        const text = formatDecimal(value, decimals)
        expect(parseDecimal(text, decimals)).toEqual({ ok: true, value })
        expect(text.split('.')[1]?.length ?? 0).toBe(decimals)
      }),
    )
  })
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

import { describe, expect, it } from 'vitest'
import { amountMax, formatAmount, parseAmount } from './amounts.ts'
import { idOf } from './ids.ts'

describe('a decimal', () => {
  it.each([
    ['184.44', 2, 18_444n],
    ['147.8', 2, 14_780n],
    ['147', 2, 14_700n],
    ['0.10', 2, 10n],
    ['1.500', 2, 150n],
    ['-3.05', 2, -305n],
    ['+3.05', 2, 305n],
    ['007', 0, 7n],
    [' 12.5 ', 2, 1_250n],
    ['92233720368547758.07', 2, amountMax],
    ['0.1', 3, 100n],
  ])('%s of an asset with %i decimals is %s minor units, exactly', (text, scale, minor) => {
    expect(parseAmount(text, scale)).toEqual({ ok: true, minor })
  })

  it.each([
    ['1.234', 2, 'more than 2 decimals'],
    ['1.5', 0, 'more than 0 decimals'],
    ['92233720368547758.08', 2, 'larger than'],
    ['1e3', 2, 'not a decimal'],
    ['1,000.00', 2, 'not a decimal'],
    ['.5', 2, 'not a decimal'],
    ['5.', 2, 'not a decimal'],
    ['', 2, 'not a decimal'],
    ['NaN', 2, 'not a decimal'],
    ['١٢', 2, 'not a decimal'],
  ])('%s of an asset with %i decimals is refused: %s', (text, scale, reason) => {
    const amount = parseAmount(text, scale)
    expect(amount.ok).toBe(false)
    expect(amount.ok ? '' : amount.message).toContain(reason)
  })

  it.each([
    [18_444n, 2, '184.44'],
    [5n, 2, '0.05'],
    [-5n, 2, '-0.05'],
    [0n, 2, '0.00'],
    [123n, 0, '123'],
    [1n, 3, '0.001'],
  ])('of %s minor units with %i decimals is written as %s', (minor, scale, text) => {
    expect(formatAmount(minor, scale)).toBe(text)
  })
})

describe("a client's own id", () => {
  it('is the prefix and the UUID in base32', () => {
    expect(idOf('trf', '00000000-0000-0000-0000-000000000000')).toBe('trf_00000000000000000000000000')
    expect(idOf('acc', 'ffffffffffffffffffffffffffffffff')).toBe('acc_7zzzzzzzzzzzzzzzzzzzzzzzzz')
    // The example of the TypeID specification.
    expect(idOf('trf', '0188bac7-4afa-78aa-bc3b-bd1eef28d881')).toBe('trf_01h2xcejqtf2nbrexx3vqjhp41')
  })

  it('is made from a UUID only', () => {
    expect(() => idOf('trf', 'x')).toThrow(TypeError)
  })
})

import { describe, expect, it } from 'vitest'
import { type AmountFormat, createAmountReader, isAmountMark } from './amount-format.ts'
import { CliFailure } from './failure.ts'

const point: AmountFormat = { decimalMark: '.' }
const english: AmountFormat = { decimalMark: '.', thousandsMark: ',' }
const german: AmountFormat = { decimalMark: ',', thousandsMark: '.' }
const french: AmountFormat = { decimalMark: ',', thousandsMark: ' ' }
const swiss: AmountFormat = { decimalMark: '.', thousandsMark: "'" }

describe('an amount in a file', () => {
  it.each([
    [point, '1234.5', 2, 123_450n],
    [point, '-0.01', 2, -1n],
    [point, '+7', 0, 7n],
    [point, '1.2300', 2, 123n],
    [point, '5.00', 0, 5n],
    [point, '0.000000000000000001', 18, 1n],
    [point, '92233720368547758.07', 2, 9_223_372_036_854_775_807n],
    [english, '1,234,567.89', 2, 123_456_789n],
    [english, '1234567.89', 2, 123_456_789n],
    [english, '-1,000', 2, -100_000n],
    [german, '1.234,50', 2, 123_450n],
    [german, '12,5', 2, 1_250n],
    [french, '1 234,50', 2, 123_450n],
    [french, '1\u00A0234,50', 2, 123_450n],
    [french, '1\u202F234\u202F567', 2, 123_456_700n],
    [swiss, "1'234.50", 2, 123_450n],
    [swiss, '1\u2019234.50', 2, 123_450n],
  ])('%j: %s at a scale of %i is %i', (format, text, scale, minor) => {
    expect(createAmountReader(format)(text, scale)).toEqual({ ok: true, minor })
  })

  it.each([
    [point, '1,234.50', 'groups without a mark for them'],
    [point, '1e3', 'an exponent'],
    [point, '1E-2', 'an exponent'],
    [point, '1.', 'a mark without decimals'],
    [point, '.5', 'no digit before the mark'],
    [point, '1.234', 'more decimals than the asset has'],
    [point, '0x10', 'another base'],
    [point, '\u0661\u0662', 'other digits'],
    [point, '--1', 'two signs'],
    [point, '- 1', 'a blank after the sign'],
    [point, '92233720368547758.08', 'more than the books hold'],
    [point, '', 'nothing'],
    [english, '1,23', 'a group of two digits'],
    [english, '1,2345', 'a group of four digits'],
    [english, '1234,567', 'a group after four digits'],
    [english, ',123', 'a group before nothing'],
    [english, '1,,234', 'two marks'],
    [english, '1,234,', 'a mark at the end'],
    [english, '1.234,50', 'the marks changed over'],
    [english, '1.234,567', 'groups among the decimals'],
    [german, '1.50', 'a decimal point for a mark of groups'],
    [german, '1,234.50', 'the marks changed over'],
    [german, '1.234.50', 'a group of two digits'],
    [french, '1.234,50', 'another mark for groups'],
  ])('%j: %s is refused: %s', (format, text) => {
    expect(createAmountReader(format)(text, 2)).toMatchObject({ ok: false })
  })

  it('needs two different marks, none of them a digit, a letter or a sign', () => {
    expect(() => createAmountReader({ decimalMark: ',', thousandsMark: ',' })).toThrow(CliFailure)
    for (const mark of ['', '..', '1', 'e', '-', '+', '"']) expect(isAmountMark(mark)).toBe(false)
    for (const mark of [',', '.', ' ', "'", '^', ']', '\\']) expect(isAmountMark(mark)).toBe(true)
    expect(createAmountReader({ decimalMark: '^', thousandsMark: ']' })('1]000^5', 2)).toEqual({
      ok: true,
      minor: 100_050n,
    })
  })
})

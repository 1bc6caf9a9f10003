import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTimestamp, parseTimestamp } from './time.ts'

describe('a timestamp', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.000001Z', 1],
    ['1970-01-01T01:00:00.5+01:00', 500_000],
    ['1969-12-31T19:00:00-05:00', 0],
    ['1969-12-31T23:59:59.999999Z', -1],
    ['2024-02-29t12:00:00z', 1_709_208_000_000_000],
  ])('%s is %i microseconds after 1970', (text, timestamp) => {
    expect(parseTimestamp(text)).toBe(timestamp)
  })

  it.each([
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00.1234567Z',
    '2024-01-01T00:00:00',
    '2024-01-01 00:00:00Z',
    '2024-01-01',
    '',
  ])('"%s" is refused', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })

  it('survives being formatted and parsed', () => {
    // Years 1900 to 2255, where microseconds are safe integers.
    fc.assert(
      fc.property(fc.integer({ min: -2_208_988_800_000_000, max: 8_993_000_000_000_000 }), (timestamp) => {
        const text = formatTimestamp(timestamp)
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
        expect(parseTimestamp(text)).toBe(timestamp)
      }),
    )
  })
})

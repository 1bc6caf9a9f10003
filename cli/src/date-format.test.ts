import { describe, expect, it } from 'vitest'
import { createTimeReader } from './date-format.ts'
import { CliFailure } from './failure.ts'

describe('a time in a file', () => {
  it.each([
    ['a day', '2026-01-31', undefined, 'UTC', '2026-01-31T00:00:00.000Z'],
    ['a day in a zone', '2026-07-31', undefined, 'Europe/Berlin', '2026-07-30T22:00:00.000Z'],
    [
      'a time with an offset, whatever the zone',
      '2026-01-31T09:30:00+05:30',
      undefined,
      'Europe/Berlin',
      '2026-01-31T04:00:00.000Z',
    ],
    ['a time in UTC', '2026-01-31T09:30:00Z', undefined, 'Europe/Berlin', '2026-01-31T09:30:00.000Z'],
    ['a time after a blank', '2026-01-31 09:30', undefined, 'Asia/Kolkata', '2026-01-31T04:00:00.000Z'],
    ['microseconds', '2026-01-31T09:30:00.123456Z', undefined, 'UTC', '2026-01-31T09:30:00.123456Z'],
    ['few decimals', '2026-01-31T09:30:00.5Z', undefined, 'UTC', '2026-01-31T09:30:00.500Z'],
    ['days first', '31.01.2026', 'dd.MM.yyyy', 'Europe/Berlin', '2026-01-30T23:00:00.000Z'],
    ['months first', '01/31/2026 13:05:09', 'MM/dd/yyyy HH:mm:ss', 'America/New_York', '2026-01-31T18:05:09.000Z'],
    ['short days and names of months', '3 Feb 2026', 'd MMM yyyy', 'UTC', '2026-02-03T00:00:00.000Z'],
    ['half days', '31-01-2026 01:05 PM', 'dd-MM-yyyy hh:mm a', 'UTC', '2026-01-31T13:05:00.000Z'],
    ['digits alone', '20260131', 'yyyyMMdd', 'UTC', '2026-01-31T00:00:00.000Z'],
    [
      'a format with an offset',
      '31.01.2026 09:30 +02:00',
      'dd.MM.yyyy HH:mm ZZ',
      'Asia/Tokyo',
      '2026-01-31T07:30:00.000Z',
    ],
    ['a text in a format', '31.01.2026 um 09:30', "dd.MM.yyyy 'um' HH:mm", 'UTC', '2026-01-31T09:30:00.000Z'],
    [
      'the first of a time that comes twice',
      '2026-10-25 02:30',
      undefined,
      'Europe/Berlin',
      '2026-10-25T00:30:00.000Z',
    ],
    ['a day without a midnight', '2026-04-24', undefined, 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
    ['a leap day', '2028-02-29', undefined, 'UTC', '2028-02-29T00:00:00.000Z'],
  ])('is read: %s', (_name, text, format, zone, instant) => {
    expect(createTimeReader({ format, zone })(text)).toEqual({ ok: true, instant })
  })

  it.each([
    ['a day that no month has', '2026-02-30', undefined],
    ['no leap year', '29.02.2026', 'dd.MM.yyyy'],
    ['month and day changed over', '31/01/2026', 'MM/dd/yyyy'],
    ['another format', '2026-01-31', 'dd.MM.yyyy'],
    ['something behind it', '31.01.2026x', 'dd.MM.yyyy'],
    ['a short year', '31.01.26', 'dd.MM.yyyy'],
    ['one digit for two', '1.1.2026', 'dd.MM.yyyy'],
    ['a week', '2026-W05', undefined],
    ['an ordinal day', '2026-031', undefined],
    ['a serial number', '46053', undefined],
    ['a time that the clocks leave out', '2026-03-29 02:30', undefined],
    ['an hour beyond the day', '2026-01-31 25:00', undefined],
    ['nanoseconds', '2026-01-31T09:30:00.123456789Z', undefined],
    ['nothing', '', undefined],
  ])('is refused: %s', (_name, text, format) => {
    expect(createTimeReader({ format, zone: 'Europe/Berlin' })(text)).toMatchObject({ ok: false })
  })

  it.each([
    [{ zone: 'Berlin' }, '--zone: there is no time zone "Berlin"'],
    [{ zone: 'UTC', format: 'DD.MM.YYYY' }, '--date-format: "DD.MM.YYYY": write yyyy for the year and dd for the day'],
    [
      { zone: 'UTC', format: 'HH:mm' },
      '--date-format: "HH:mm" does not tell a year, a month and a day, such as dd.MM.yyyy',
    ],
    [
      { zone: 'UTC', format: 'dd.mm.yyyy' },
      '--date-format: "dd.mm.yyyy" does not tell a year, a month and a day, such as dd.MM.yyyy',
    ],
  ])('refuses an unusable format or zone: %j', (options, sentence) => {
    expect(() => createTimeReader(options)).toThrow(new CliFailure(sentence))
  })
})

import { DateTime, IANAZone } from 'luxon'
import { CliFailure } from './failure.ts'

export type DateFormat = {
  /** Tokens of Luxon such as `dd.MM.yyyy HH:mm`; default: ISO 8601. */
  readonly format?: string | undefined
  /** The zone of times without one, such as `Europe/Berlin`. */
  readonly zone: string
}

export type TimeReader = (text: string) => ReadTime
type ReadTime = { readonly ok: true; readonly instant: string } | { readonly ok: false; readonly message: string }

const english = { locale: 'en-US', numberingSystem: 'latn' } as const
const inUtc = { ...english, zone: 'utc', setZone: true } as const
const isoPattern = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?([Zz]|[+-]\d\d:?\d\d)?)?$/

/**
 * A date alone is its first moment in the zone. A time that occurs twice when clocks are set back is the first of the
 * two. A time that is skipped when clocks are set forward is refused.
 */
export function createTimeReader({ format, zone }: DateFormat): TimeReader {
  if (!IANAZone.isValidZone(zone)) throw new CliFailure(`--zone: there is no time zone "${zone}"`)
  const parse = format === undefined ? parseIso : createFormatParser(format)
  return (text) => {
    const parsed = parse(text)
    const shown = `"${text.slice(0, 60)}"`
    if (!parsed?.time.isValid) return { ok: false, message: `${shown} is no date as ${format ?? 'yyyy-MM-dd'}` }
    const time = parsed.namesZone ? parsed.time : inZone(parsed.time, zone)
    if (!time) return { ok: false, message: `${shown} does not exist in ${zone}: the clocks are put forward then` }
    const instant = time.toUTC().toISO() ?? ''
    return { ok: true, instant: parsed.micros === '' ? instant : instant.replace('Z', `${parsed.micros}Z`) }
  }
}

type ParsedTime = { readonly time: DateTime; readonly namesZone: boolean; readonly micros: string }

function parseIso(text: string): ParsedTime | undefined {
  const [, day, hour = '00:00', fraction = '', offset = ''] = isoPattern.exec(text) ?? []
  if (day === undefined) return undefined
  const seconds = hour.length === 5 ? ':00' : ''
  const time = DateTime.fromISO(`${day}T${hour}${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`, inUtc)
  return { time, namesZone: offset !== '', micros: fraction.slice(3).padEnd(fraction.length > 3 ? 3 : 0, '0') }
}

function createFormatParser(format: string): (text: string) => ParsedTime {
  checkFormat(format)
  const parser = DateTime.buildFormatParser(format, english)
  const namesZone = /[Zz]/.test(withoutLiterals(format))
  return (text) => ({ time: DateTime.fromFormatParser(text, parser, inUtc), namesZone, micros: '' })
}

function inZone(written: DateTime, zone: string): DateTime | undefined {
  const local = written.setZone(zone, { keepLocalTime: true })
  if (local.toMillis() + local.offset * 60_000 === written.toMillis()) {
    return local.getPossibleOffsets().reduce((first, other) => (other < first ? other : first))
  }
  // Where clocks are set forward at midnight, the day begins later.
  const isDayStart = written.toMillis() === written.startOf('day').toMillis()
  return isDayStart ? local.startOf('day') : undefined
}

const withoutLiterals = (format: string) => format.replaceAll(/'[^']*'/g, '')

/** Checks that formatting and parsing a date keeps its day. */
function checkFormat(format: string): void {
  if (/[YD]/.test(withoutLiterals(format))) {
    throw new CliFailure(`--date-format: "${format}": write yyyy for the year and dd for the day`)
  }
  const day = DateTime.fromISO('2021-11-28T00:00:00Z', { ...english, zone: 'utc' })
  const again = DateTime.fromFormat(day.toFormat(format), format, { ...english, zone: 'utc' })
  if (!again.isValid || again.toISODate() !== day.toISODate()) {
    throw new CliFailure(`--date-format: "${format}" does not tell a year, a month and a day, such as dd.MM.yyyy`)
  }
}

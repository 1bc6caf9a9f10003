/** Whole microseconds since 1970 in UTC, the precision of PostgreSQL's timestamptz. A safe integer until 2255. */
export type Timestamp = number

/** Injected, so that rules never read a system clock. */
export type Clock = { readonly now: () => Timestamp }

const pattern = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Formats as RFC 3339 in UTC with six decimals: `2026-01-31T09:30:00.000000Z`. */
export function formatTimestamp(timestamp: Timestamp): string {
  const micros = ((timestamp % 1000) + 1000) % 1000
  const millis = new Date((timestamp - micros) / 1000).toISOString()
  return `${millis.slice(0, -1)}${String(micros).padStart(3, '0')}Z`
}

export function timestampOrNull(timestamp: Timestamp | undefined): string | null {
  return timestamp === undefined ? null : formatTimestamp(timestamp)
}

/** Parses an RFC 3339 date-time with up to six decimals; `undefined` when it is not one. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, decimals = '', sign, offsetHour, offsetMinute] = match
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined
  const base = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(base) || new Date(base).getUTCDate() !== Number(day)) return undefined
  const offsetMs = (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000 * (sign === '-' ? 1 : -1)
  return (base + offsetMs) * 1000 + Number(decimals.padEnd(6, '0'))
}

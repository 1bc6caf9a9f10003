import type { Timestamp, Uuid } from '#kernel'

/** SQL for a time as microseconds since 1970, a bigint. */
export function micros(time: string): string {
  return `(extract(epoch from ${time}) * 1000000)::bigint`
}

/** SQL for the time at a number of microseconds since 1970. */
export function fromMicros(number: string): string {
  return `(timestamptz 'epoch' + ${number} * interval '1 microsecond')`
}

/** SQL for a Timestamp as timestamptz, exact for every safe integer. */
export function instant(expression: string): string {
  return fromMicros(`${expression}::float8`)
}

/** PostgreSQL cannot store a NUL, so no filter finds such text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** Converts a UUID as PostgreSQL prints it to the program's form. */
export function toUuid(text: string | null | undefined): Uuid {
  return (text ?? '').replaceAll('-', '')
}

/** Of a column that was read as {@link micros}. */
export function timeOrNone(micros: bigint | null): Timestamp | undefined {
  return micros === null ? undefined : Number(micros)
}

/** An array parameter of numbers, ids or codes, which need no quoting; undefined and null become NULL. */
export function plainArray(values: readonly (string | number | bigint | boolean | null | undefined)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`
}

/** An array parameter of arbitrary texts; undefined and null become NULL. */
export function textArray(values: readonly (string | null | undefined)[]): string {
  return `{${values.map((value) => (value == null ? 'null' : quoted(value))).join(',')}}`
}

const toQuote = /["\\]/g

function quoted(text: string): string {
  return `"${text.replaceAll(toQuote, '\\$&')}"`
}

import { minorMax, parseTimestamp, type Timestamp } from '#kernel'
import { InvalidRequest } from '../http/index.ts'

/** Reads an amount or balance that matched its schema. Throws InvalidRequest beyond 64 bits. */
export function readMinor(value: number | string, param: string): bigint {
  const minor = BigInt(value)
  if (minor > minorMax || minor < -minorMax) {
    throw new InvalidRequest(`${param} must be between -${minorMax} and ${minorMax}`, { param })
  }
  return minor
}

/** Like {@link readMinor}, for limits: null stays null. */
export function readLimit(value: number | string | null, param: string): bigint | null {
  return value === null ? null : readMinor(value, param)
}

/** Reads a time that matched its schema. Throws InvalidRequest when no such moment exists. */
export function readTime({ value, param }: { readonly value: string; readonly param: string }): Timestamp {
  const timestamp = parseTimestamp(value)
  if (timestamp === undefined) {
    throw new InvalidRequest(`${param} must be an RFC 3339 date-time with at most six decimals of a second`, { param })
  }
  if (!Number.isSafeInteger(timestamp)) {
    throw new InvalidRequest(`${param} must be between the years 1685 and 2255`, { param })
  }
  return timestamp
}

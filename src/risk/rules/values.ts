import { assetCodePattern, formatTimestamp, parseTimestamp } from '#kernel'

/** An amount is exact: whole minor units of an asset, never a float. */
export type Amount = { readonly minor: bigint; readonly asset: string }

/** Degrees, in the system of GPS. */
export type Place = { readonly latitude: number; readonly longitude: number }

/** Times are whole microseconds since 1970, durations are whole microseconds. */
export type Value = string | number | boolean | Amount | Place | readonly string[]

/**
 * - `whole`: an exact whole number, a safe integer
 * - `number`: a number with decimals, such as a share or a distance
 * - `country`: two letters of ISO 3166-1
 * - `texts`: a list of text
 */
export const typeNames = [
  'text',
  'whole',
  'number',
  'amount',
  'time',
  'duration',
  'boolean',
  'country',
  'place',
  'texts',
] as const

export type TypeName = (typeof typeNames)[number]

export type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json }

export const valueBounds = { textLengthMax: 2000, textsMax: 200, minorDigitsMax: 30 }

const asset = new RegExp(assetCodePattern)

/** An amount as JSON has it, or undefined when it is none. */
export function readAmount(json: unknown): Amount | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { minor, asset: code } = json as Record<string, unknown>
  if (typeof minor !== 'string' || typeof code !== 'string' || !asset.test(code) || code.length > 40) return undefined
  if (!/^-?\d+$/.test(minor) || minor.length > valueBounds.minorDigitsMax) return undefined
  return { minor: BigInt(minor), asset: code }
}

function readPlace(json: unknown): Place | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  const { latitude, longitude } = json as Record<string, unknown>
  return typeof latitude === 'number' && typeof longitude === 'number' ? placeOf({ latitude, longitude }) : undefined
}

export function placeOf({ latitude, longitude }: Place): Place | undefined {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}

const isText = (json: unknown): json is string => typeof json === 'string' && json.length <= valueBounds.textLengthMax

/** A time that is exact: within the years 1684 to 2255. */
export function readTime(text: string): number | undefined {
  const time = parseTimestamp(text)
  return Number.isSafeInteger(time) ? time : undefined
}

/** Reads one value of a type from JSON; undefined when it is not of that type. Nothing is coerced. */
export function readValue(type: TypeName, json: unknown): Value | undefined {
  switch (type) {
    case 'text':
      return isText(json) ? json : undefined
    case 'country':
      return typeof json === 'string' && /^[A-Z]{2}$/.test(json) ? json : undefined
    case 'whole':
    case 'duration':
      return Number.isSafeInteger(json) ? (json as number) : undefined
    case 'number':
      return Number.isFinite(json) ? (json as number) : undefined
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined
    case 'time':
      return typeof json === 'string' ? readTime(json) : undefined
    case 'amount':
      return readAmount(json)
    case 'place':
      return readPlace(json)
    case 'texts':
      return Array.isArray(json) && json.length <= valueBounds.textsMax && json.every(isText) ? [...json] : undefined
  }
}

/** Whether a value that comes from outside of the rules is of a type. */
export function isOfType(type: TypeName, value: Value): boolean {
  if (type === 'amount') return typeof value === 'object' && typeof (value as Amount).minor === 'bigint'
  return readValue(type, writeValue(type, value)) !== undefined
}

/** The inverse of {@link readValue}. */
export function writeValue(type: TypeName, value: Value): Json {
  if (type === 'time') return formatTimestamp(value as number)
  if (type === 'amount') {
    const { minor, asset: code } = value as Amount
    return { minor: minor.toString(), asset: code }
  }
  return value as Json
}

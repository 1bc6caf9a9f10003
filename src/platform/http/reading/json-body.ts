import { isUtf8 } from 'node:buffer'
import { UnreadableRequest } from '../invalid-request.ts'
import { findJsonFlaw, isExact } from './json-flaws.ts'

export const bodyDepthMax = 32

/** The slice holds the items of the body's list `path` from index `first` on. Used for error messages. */
export type BodyPlace = { readonly path: string; readonly first: number }

/**
 * Parses a JSON body. Throws {@link UnreadableRequest} for:
 * - bytes that are not UTF-8 (replacing them would change the client's text),
 * - nesting deeper than {@link bodyDepthMax},
 * - NUL characters and lone surrogates (PostgreSQL cannot store them),
 * - the key `__proto__`, which would change the prototype of any copy,
 * - a repeated field (`JSON.parse` would silently keep the last),
 * - a number that a double would change.
 */
export function parseJsonBody(bytes: Buffer, place?: BodyPlace): unknown {
  if (!isUtf8(bytes)) throw new UnreadableRequest('malformed_text', 'The body is not UTF-8.')
  const scanned = scanBody(bytes)
  const text = bytes.toString()
  const value = parseJson(text)
  if (scanned.inexactNumbers || scanned.fields !== countFields(value)) refuseFlaw(text, place)
  // NUL and surrogates can appear only as escapes: raw ones are not valid JSON or UTF-8.
  const isSuspect = text.includes('\\u') || text.includes('__proto__')
  if (isSuspect && hasBadString(value)) refuseBadStrings(value, '', place)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    throw new UnreadableRequest('malformed_json', `The body is not JSON: ${printable(message.slice(0, 120))}.`)
  }
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** An integer with at most this many digits is exact in a double. */
const exactDigitsMax = 15

type Scanned = {
  /** A repeated field counts each time. */
  readonly fields: number
  readonly inexactNumbers: boolean
}

function scanBody(bytes: Buffer): Scanned {
  let depth = 0
  let fields = 0
  let inexactNumbers = false
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at] as number
    if (byte === quote) {
      at = stringEnd(bytes, at)
    } else if (byte === colon) {
      fields += 1
    } else if (byte === 0x5b || byte === 0x7b) {
      depth = oneDeeper(depth)
    } else if (byte === 0x5d || byte === 0x7d) {
      depth -= 1
    } else if (byte >= 0x30 && byte <= 0x39) {
      const digits = digitsEnd(bytes, at)
      const isUnusual = digits - at > exactDigitsMax || isNumberPart(bytes[digits])
      const end = isUnusual ? numberEnd(bytes, digits) : digits
      inexactNumbers ||= isUnusual && !isExact(bytes.toString('latin1', at, end))
      at = end - 1
    }
    at += 1
  }
  return { fields, inexactNumbers }
}

function oneDeeper(depth: number): number {
  if (depth < bodyDepthMax) return depth + 1
  throw new UnreadableRequest('body_too_deep', `The body has more than ${bodyDepthMax} levels.`)
}

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at += 1
  return at
}

/** Of a number that is not one of JSON, any end: it is refused anyway. */
function numberEnd(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && numberBytes.has(bytes[at] as number)) at += 1
  return at
}

const numberBytes: ReadonlySet<number> = new Set(Buffer.from('0123456789.eE+-'))

function isNumberPart(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) count += countFields(item)
    return count
  }
  for (const key of Object.keys(value)) count += 1 + countFields((value as Record<string, unknown>)[key])
  return count
}

function refuseFlaw(text: string, place: BodyPlace | undefined): void {
  const flaw = findJsonFlaw(text)
  if (flaw === undefined) return
  const param = placed(flaw.path, place).slice(0, 200).toWellFormed()
  const detail =
    flaw.kind === 'repeated_field'
      ? `The field ${printable(param)} is given more than once.`
      : `${printable(param) || 'The body'} is a number that cannot be read exactly; send a whole number of up to ` +
        '9007199254740991, or the digits in a string.'
  throw new UnreadableRequest('validation_failed', detail, { param })
}

export function stringEnd(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === quote) return at
    at += byte === backslash ? 2 : 1
  }
  return at
}

/** Whether PostgreSQL can store the text and return it unchanged. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function placed(path: string, place: BodyPlace | undefined): string {
  if (place === undefined) return path
  const [item = '', ...rest] = path.split('.')
  return [place.path, String(place.first + Number(item)), ...rest].join('.')
}

function hasBadString(value: unknown): boolean {
  if (typeof value === 'string') return !isStorable(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasBadString)
  return Object.keys(value).some(
    (key) => key === '__proto__' || !isStorable(key) || hasBadString((value as Record<string, unknown>)[key]),
  )
}

function refuseBadStrings(value: unknown, path: string, place: BodyPlace | undefined): void {
  if (typeof value === 'string') {
    if (isStorable(value)) return
    const detail = 'A string holds a NUL character or half a surrogate pair.'
    throw new UnreadableRequest('malformed_text', detail, { param: placed(path, place) })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) {
    const inner = (path === '' ? key : `${path}.${key}`).slice(0, 200)
    if (key === '__proto__') {
      throw new UnreadableRequest('validation_failed', 'The field __proto__ is not allowed.', {
        param: placed(inner, place),
      })
    }
    refuseBadStrings(key, path, place)
    refuseBadStrings(item, inner, place)
  }
}

/** A parser's message may quote the body, so control characters and lone surrogates are replaced. */
function printable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, ' ')
}

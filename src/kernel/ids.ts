import { assert } from './assert.ts'

/**
 * A prefix and a UUID in Crockford base32, after TypeID 0.3 (github.com/jetify-com/typeid). 26 digits carry 130 bits,
 * so the first digit is at most 7. Ids sort as their UUIDs do.
 */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const notADigit = 255
const digitOfCode = digitTable(alphabet)
const nibbleOfCode = digitTable('0123456789abcdef', '0123456789ABCDEF')
const pairs = Array.from({ length: 1024 }, (_, n) => alphabet.charAt(n >> 5) + alphabet.charAt(n & 31))
const hexPairs = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))
const hexTriples = Array.from({ length: 4096 }, (_, n) => n.toString(16).padStart(3, '0'))

function digitTable(...alphabets: string[]): Uint8Array {
  const table = new Uint8Array(128).fill(notADigit)
  for (const digits of alphabets) {
    for (let digit = 0; digit < digits.length; digit += 1) table[digits.charCodeAt(digit)] = digit
  }
  return table
}

export const idPrefix = {
  book: 'book',
  account: 'acc',
  transfer: 'trf',
  event: 'evt',
  apiKey: 'key',
  oauthClient: 'client',
  person: 'psn',
  personSession: 'ses',
  request: 'req',
  approval: 'apv',
  payment: 'pay',
  capture: 'cap',
  refund: 'ref',
  payout: 'out',
  attempt: 'att',
  dispute: 'dsp',
  vendor: 'ven',
  deadLetter: 'dlt',
  saga: 'saga',
  case: 'case',
  item: 'item',
  order: 'ord',
  erasure: 'ers',
  limit: 'lim',
  service: 'svc',
} as const

export type IdPrefix = (typeof idPrefix)[keyof typeof idPrefix]

/** 32 lower-case hexadecimal digits without hyphens. */
export type Uuid = string

export function encodeId(prefix: IdPrefix, uuid: Uuid): string {
  const hex = uuid.length === 36 ? uuid.replaceAll('-', '') : uuid
  // 128 bits: one pair of digits for the 8 highest bits, then 12 pairs for 120 bits.
  let text = `${prefix}_${pairs[(nibble(hex, 0) << 4) | nibble(hex, 1)]}`
  for (let at = 2; at < 32; at += 5) {
    const high = (nibble(hex, at) << 6) | (nibble(hex, at + 1) << 2) | (nibble(hex, at + 2) >> 2)
    const low = ((nibble(hex, at + 2) & 3) << 8) | (nibble(hex, at + 3) << 4) | nibble(hex, at + 4)
    text += `${pairs[high]}${pairs[low]}`
  }
  return text
}

function nibble(hex: string, at: number): number {
  return nibbleOfCode[hex.charCodeAt(at)] ?? notADigit
}

/** Decodes a public id of the given kind; `undefined` when it is not one. */
export function decodeId(prefix: IdPrefix, id: string): Uuid | undefined {
  const start = prefix.length + 1
  if (id.length !== start + 26 || !id.startsWith(prefix) || id[start - 1] !== '_') return undefined
  for (let at = start; at < id.length; at += 1) if (digit(id, at) === notADigit) return undefined
  const highest = (digit(id, start) << 5) | digit(id, start + 1)
  if (highest > 255) return undefined
  let hex = hexPairs[highest] ?? ''
  for (let at = start + 2; at < id.length; at += 4) {
    const twenty = (digit(id, at) << 15) | (digit(id, at + 1) << 10) | (digit(id, at + 2) << 5) | digit(id, at + 3)
    hex += `${hexTriples[twenty >> 8]}${hexPairs[twenty & 255]}`
  }
  return hex
}

/** Of an id that matches its pattern. */
export function uuidOf(prefix: IdPrefix, id: string): Uuid {
  const uuid = decodeId(prefix, id)
  assert(uuid !== undefined, 'an id that matches its pattern can be decoded')
  return uuid
}

function digit(id: string, at: number): number {
  return digitOfCode[id.charCodeAt(at)] ?? notADigit
}

export function idPattern(prefix: IdPrefix): string {
  return `^${prefix}_[0-7][${alphabet}]{25}$`
}

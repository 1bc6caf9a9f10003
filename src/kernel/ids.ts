/**
 * Public ids: a prefix and a UUID in Crockford base32, such as `trf_01j5k3m2n4p6q8r9s0t1v2w3x4`.
 * 26 digits carry 130 bits, so the first digit is at most 7. Ids sort as their UUIDs do.
 * Encoding after the TypeID specification 0.3 (github.com/jetify-com/typeid).
 */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const notADigit = 255
const digitOfCode = digitTable(alphabet)
const nibbleOfCode = digitTable('0123456789abcdef', '0123456789ABCDEF')
const pairs = Array.from({ length: 1024 }, (_, n) => alphabet.charAt(n >> 5) + alphabet.charAt(n & 31))
const hexPairs = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))
const hexTriples = Array.from({ length: 4096 }, (_, n) => n.toString(16).padStart(3, '0'))

/** The digit of each character code below 128, or `notADigit`. */
function digitTable(...alphabets: string[]): Uint8Array {
  const table = new Uint8Array(128).fill(notADigit)
  for (const digits of alphabets) {
    for (let digit = 0; digit < digits.length; digit += 1) table[digits.charCodeAt(digit)] = digit
  }
  return table
}

/** The prefixes of public ids, one for each kind. */
export const idPrefix = {
  book: 'book',
  account: 'acc',
  transfer: 'trf',
  event: 'evt',
  apiKey: 'key',
  request: 'req',
  payment: 'pay',
  capture: 'cap',
  refund: 'ref',
  payout: 'out',
  attempt: 'att',
  vendor: 'ven',
  deadLetter: 'dlt',
  saga: 'saga',
  case: 'case',
  item: 'item',
  order: 'ord',
} as const

export type IdPrefix = (typeof idPrefix)[keyof typeof idPrefix]

/** A UUID as 32 lower-case hexadecimal digits without hyphens: the form used inside the program. */
export type Uuid = string

/** Encodes a UUID (32 hexadecimal digits, hyphens allowed) as a public id. */
export function encodeId(prefix: IdPrefix, uuid: Uuid): string {
  const hex = uuid.length === 36 ? uuid.replaceAll('-', '') : uuid
  // 128 bits are 12 pairs of digits (120 bits) after one pair of the 8 highest bits: 2 + 24 digits.
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

function digit(id: string, at: number): number {
  return digitOfCode[id.charCodeAt(at)] ?? notADigit
}

/** The pattern of a public id, for schemas. */
export function idPattern(prefix: IdPrefix): string {
  return `^${prefix}_[0-7][${alphabet}]{25}$`
}

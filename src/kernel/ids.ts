/**
 * Public ids: a prefix and a UUID in Crockford base32, such as `trf_01j5k3m2n4p6q8r9s0t1v2w3x4`.
 * 26 digits carry 130 bits, so the first digit is at most 7. Ids sort as their UUIDs do.
 * Encoding after the TypeID specification 0.3 (github.com/jetify-com/typeid).
 */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const digitOf = new Map([...alphabet].map((letter, digit) => [letter, BigInt(digit)]))
const pairs = Array.from({ length: 1024 }, (_, n) => alphabet.charAt(n >> 5) + alphabet.charAt(n & 31))

/** The prefixes of public ids, one a kind of thing. */
export const idPrefix = {
  book: 'book',
  account: 'acc',
  transfer: 'trf',
  event: 'evt',
  apiKey: 'key',
  request: 'req',
} as const

export type IdPrefix = (typeof idPrefix)[keyof typeof idPrefix]

/** A UUID as 32 lower-case hexadecimal digits without hyphens: the form used inside the program. */
export type Uuid = string

/** Encodes a UUID (32 hexadecimal digits, hyphens allowed) as a public id. */
export function encodeId(prefix: IdPrefix, uuid: Uuid): string {
  const hex = uuid.length === 36 ? uuid.replaceAll('-', '') : uuid
  // 128 bits are 12 pairs of digits (120 bits) after one pair of the 8 highest bits: 2 + 24 digits.
  let text = pairAt(Number.parseInt(hex.slice(0, 2), 16))
  for (let at = 2; at < 32; at += 5) {
    const twenty = Number.parseInt(hex.slice(at, at + 5), 16)
    text += pairAt(twenty >> 10) + pairAt(twenty & 1023)
  }
  return `${prefix}_${text}`
}

function pairAt(tenBits: number): string {
  return pairs[tenBits] ?? ''
}

/** Decodes a public id of the given kind; `undefined` when it is not one. */
export function decodeId(prefix: IdPrefix, id: string): Uuid | undefined {
  if (id.length !== prefix.length + 27 || !id.startsWith(`${prefix}_`)) return undefined
  let bits = 0n
  for (let at = prefix.length + 1; at < id.length; at += 1) {
    const digit = digitOf.get(id.charAt(at))
    if (digit === undefined) return undefined
    bits = (bits << 5n) | digit
  }
  return bits >> 128n ? undefined : bits.toString(16).padStart(32, '0')
}

/** The pattern of a public id, for schemas. */
export function idPattern(prefix: IdPrefix): string {
  return `^${prefix}_[0-7][${alphabet}]{25}$`
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const pairs = Array.from({ length: 1024 }, (_, n) => alphabet.charAt(n >> 5) + alphabet.charAt(n & 31))

/**
 * Creates a client-side id from a UUID (with or without hyphens): `idOf('trf', uuid)` for a transfer, `idOf('acc',
 * uuid)` for an account. The server handles the same request with the same id only once.
 */
export function idOf(prefix: 'trf' | 'acc', uuid: string): string {
  const hex = uuid.replaceAll('-', '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new TypeError('not a UUID')
  // 128 bits: one pair of digits for the highest 8 bits, then 6 × 20 bits in two pairs each.
  let text = pairs[Number.parseInt(hex.slice(0, 2), 16)] ?? ''
  for (let at = 2; at < 32; at += 5) {
    const twenty = Number.parseInt(hex.slice(at, at + 5), 16)
    text += (pairs[twenty >> 10] ?? '') + (pairs[twenty & 1023] ?? '')
  }
  return `${prefix}_${text}`
}

import { hash } from 'node:crypto'
import type { Uuid } from '#kernel'

/**
 * The id of what follows from `from` and `text`: the same in every process and on every server. A UUIDv8 (RFC 9562)
 * that sorts by the time of `from`; the rest, but version and variant, is a digest of both.
 */
export function derivedUuid(from: Uuid, text: string): Uuid {
  const digest = hash('sha256', `${from} ${text}`, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) & 3)
  return `${from.slice(0, 12)}8${digest.slice(0, 3)}${variant}${digest.slice(4, 19)}`
}

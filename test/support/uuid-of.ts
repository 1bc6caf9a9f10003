import { createHash } from 'node:crypto'
import type { Uuid } from '#kernel'

/** An id that follows from a text, so that a test can compute it from the text. */
export function uuidOf(text: string): Uuid {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

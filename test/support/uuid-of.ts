import { createHash } from 'node:crypto'
import type { Uuid } from '#kernel'

export function uuidOf(text: string): Uuid {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

import { uuidv7obj } from 'uuidv7'
import type { Uuid } from '#kernel'

/** A new UUIDv7, 32 hexadecimal digits: later ones sort after earlier ones of the same process. */
export function newUuid(): Uuid {
  return uuidv7obj().toHex()
}

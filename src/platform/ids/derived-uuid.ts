import { hash } from 'node:crypto'
import type { Uuid } from '#kernel'
import { newUuid } from './new-uuid.ts'

/**
 * The id of an object that a request creates: a UUIDv8 (RFC 9562) that sorts by time. `request` holds only values that
 * a retry repeats, such as its key. So a server that has lost the object recognizes it by {@link repeatableUuid}.
 */
export function requestedUuid(request: string): Uuid {
  return uuidOf(newUuid(), request)
}

/** A UUIDv8 that is the same on every server: the time of `from`, then a digest of `from` and `text`. */
export function derivedUuid(from: Uuid, text: string): Uuid {
  return uuidOf(from, `${lasting(from)} ${text}`)
}

/** Like {@link derivedUuid}, and the same when the request for `from` was repeated within hours on another server. */
export function repeatableUuid(from: Uuid, text: string): Uuid {
  return derivedUuid(lasting(from), text)
}

/**
 * The id of an object that the program creates now because of `from`: a UUIDv8 that sorts by its creation time. Its
 * {@link repeatableUuid}s stay the same when another server, which has lost the object, recreates it within hours.
 */
export function renewableUuid(from: Uuid, text: string): Uuid {
  return uuidOf(newUuid(), `${lasting(lasting(from))} ${text}`)
}

/** Whether it was derived, so that a repetition on another server has the same digest. */
export function isDerivedUuid(id: Uuid): boolean {
  return id.charAt(12) === '8'
}

/** Reduces an id to its digest and its period of 18.6 hours (2^26 ms), in which no key is forgotten and reused. */
function lasting(id: Uuid): Uuid {
  if (!isDerivedUuid(id)) return id
  const quarter = Number.parseInt(id.charAt(5), 16) & 0b1100
  return `${id.slice(0, 5)}${quarter.toString(16)}000000${id.slice(12)}`
}

function uuidOf(time: Uuid, text: string): Uuid {
  const digest = hash('sha256', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) & 3)
  return `${time.slice(0, 12)}8${digest.slice(0, 3)}${variant}${digest.slice(4, 19)}`
}

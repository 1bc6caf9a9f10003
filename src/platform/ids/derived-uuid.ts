import { hash } from 'node:crypto'
import type { Uuid } from '#kernel'
import { newUuid } from './new-uuid.ts'

/**
 * The id of an object that a request creates. `request` holds only values that stay the same when the request is
 * repeated, such as its key. A server that has lost the object therefore recognizes it by {@link repeatableUuid}. A
 * UUIDv8 (RFC 9562) that sorts by time.
 */
export function requestedUuid(request: string): Uuid {
  return uuidOf(newUuid(), request)
}

/**
 * The id of an object that follows from `from` and `text`: the same in every process and on every server. A UUIDv8 that
 * sorts by the time of `from`. Except for version and variant, the rest is a digest of both.
 */
export function derivedUuid(from: Uuid, text: string): Uuid {
  return uuidOf(from, `${lasting(from)} ${text}`)
}

/** Like {@link derivedUuid}, and the same when the request for `from` was repeated within hours on another server. */
export function repeatableUuid(from: Uuid, text: string): Uuid {
  return derivedUuid(lasting(from), text)
}

/**
 * The id of an object that the program creates now because of `from`. What is derived from it ({@link repeatableUuid})
 * is the same when another server, which has lost the object, creates it again within hours. A UUIDv8 that sorts by the
 * time of its creation.
 */
export function renewableUuid(from: Uuid, text: string): Uuid {
  return uuidOf(newUuid(), `${lasting(lasting(from))} ${text}`)
}

/**
 * Reduces an id to its digest and a coarse time: the period of 18.6 hours (2^26 ms) in which it was requested. A period
 * is shorter than a day, because no request's key is forgotten and reused sooner than that.
 */
function lasting(id: Uuid): Uuid {
  if (id.charAt(12) !== '8') return id
  const quarter = Number.parseInt(id.charAt(5), 16) & 0b1100
  return `${id.slice(0, 5)}${quarter.toString(16)}000000${id.slice(12)}`
}

function uuidOf(time: Uuid, text: string): Uuid {
  const digest = hash('sha256', text, 'hex')
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(3), 16) & 3)
  return `${time.slice(0, 12)}8${digest.slice(0, 3)}${variant}${digest.slice(4, 19)}`
}

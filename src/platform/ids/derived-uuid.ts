import { hash } from 'node:crypto'
import type { Uuid } from '#kernel'
import { newUuid } from './new-uuid.ts'

/**
 * An id for what a request asks for, made of what is the same when the request is repeated, such as its key: on a server
 * that has lost it, it is known again by {@link repeatableUuid}. A UUIDv8 (RFC 9562) that sorts by time.
 */
export function requestedUuid(request: string): Uuid {
  return uuidOf(newUuid(), request)
}

/**
 * The id of what follows from `from` and `text`: the same in every process and on every server. A UUIDv8 that sorts by
 * the time of `from`; the rest, but version and variant, is a digest of both.
 */
export function derivedUuid(from: Uuid, text: string): Uuid {
  return uuidOf(from, `${lasting(from)} ${text}`)
}

/** As {@link derivedUuid}, and the same as well when `from` was requested again within hours, on another server. */
export function repeatableUuid(from: Uuid, text: string): Uuid {
  return derivedUuid(lasting(from), text)
}

/**
 * An id by its digest, without the time at which it was requested but for the part of 18.6 hours (2^26 ms) in which that
 * was. Less than a day: no key of a request is forgotten, and used for something new, sooner.
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

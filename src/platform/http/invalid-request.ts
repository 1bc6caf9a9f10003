import type { HttpProblemCode } from './answering/problem-catalog.ts'

/**
 * The request does not match the route in a way that its schema cannot express: an amount beyond 64 bits, a malformed
 * cursor. Thrown while a request is being read, before anything is decided. Answered as 400 `validation_failed`, and
 * never stored under an idempotency key.
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
  /** The field, as a dotted path: `conditions.source.version`, `transfers.3.amount`. */
  readonly param: string | undefined

  constructor(detail: string, param?: string) {
    super(detail)
    this.param = param
  }
}

/**
 * The request cannot be read at all: bytes, encodings, a header. Thrown by the readers of this folder and answered as
 * the problem of its code.
 */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest'
  readonly code: HttpProblemCode
  readonly param: string | undefined

  constructor(code: HttpProblemCode, detail: string, param?: string) {
    super(detail)
    this.code = code
    this.param = param
  }
}

/** The caller's key was revoked during the request. Nothing of the request is done or stored. */
export class KeyNotInForce extends UnreadableRequest {
  constructor() {
    super('unauthenticated', 'The API key was revoked.')
  }
}

/** A body comes in so many tiny pieces that the server stops reading it. The connection ends with the answer. */
export class BodyInCrumbs extends UnreadableRequest {
  constructor() {
    super('malformed_request', 'The body comes in very many tiny pieces. Send it in larger ones.')
  }
}

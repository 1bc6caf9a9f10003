import type { HttpProblemCode } from './answering/problem-catalog.ts'

/**
 * The request violates a rule that the route's schema cannot express, such as an amount within 64 bits. Thrown while
 * reading, before anything is decided. Answered as 400 `validation_failed`, never stored under an idempotency key.
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
  readonly param: string | undefined

  constructor(detail: string, { param }: { readonly param?: string | undefined } = {}) {
    super(detail)
    this.param = param
  }
}

/** The request cannot be read: its bytes, encoding or headers. Answered as the problem of its code. */
export class UnreadableRequest extends Error {
  override readonly name = 'UnreadableRequest'
  readonly code: HttpProblemCode
  readonly param: string | undefined

  constructor(code: HttpProblemCode, detail: string, { param }: { readonly param?: string } = {}) {
    super(detail)
    this.code = code
    this.param = param
  }
}

/** The caller's key, client or session ended before the request was done, so nothing is done or stored. */
export class KeyNotInForce extends UnreadableRequest {
  constructor() {
    super('unauthenticated', 'The API key was revoked, or its client or login has ended or lost a permission.')
  }
}

export class BodyInCrumbs extends UnreadableRequest {
  constructor() {
    super('malformed_request', 'The body comes in very many tiny pieces. Send it in larger ones.')
  }
}

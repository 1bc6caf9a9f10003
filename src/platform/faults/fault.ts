/**
 * An outside failure: a database, a disk, a network. It is thrown, and caught by code that can retry or must answer.
 * `retryable` says whether the same work may succeed on another try.
 */
export class Fault extends Error {
  override readonly name: string = 'Fault'
  readonly code: string
  readonly retryable: boolean

  constructor(fault: { code: string; message: string; retryable: boolean; cause?: unknown }) {
    super(fault.message, { cause: fault.cause })
    this.code = fault.code
    this.retryable = fault.retryable
  }
}

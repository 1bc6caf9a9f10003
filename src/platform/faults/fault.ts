/**
 * The world failed: a database, a disk, a network. Thrown; caught where somebody can retry or
 * must answer. `retryable` says whether the same work may succeed when tried again.
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

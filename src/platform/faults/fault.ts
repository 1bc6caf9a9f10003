/** An outside failure: a database, a disk, a network. Catch it only to retry or to answer a caller. */
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

/**
 * The request does not have the form that the route describes, in a way its schema cannot say
 * (an amount beyond 64 bits, a cursor that is none). Thrown while a request is being read, before
 * anything is decided; answered as 400 `validation_failed`, and never stored under an idempotency key.
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

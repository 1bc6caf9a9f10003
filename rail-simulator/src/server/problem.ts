export type Answer = {
  readonly status: number
  readonly body: string
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Of a request: an answer after a delay, none, or a broken connection. */
export type Ending =
  | { readonly answer: Answer; readonly delayMs: number; readonly after?: Promise<void> }
  | 'hang'
  | 'reset'

export function at(answer: Answer, delayMs = 0): Ending {
  return { answer, delayMs }
}

const problems = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not a JSON object' },
  idempotency_key_missing: { status: 400, title: 'There is no valid Idempotency-Key' },
  declined: { status: 402, title: 'The rail declined' },
  route_not_found: { status: 404, title: 'There is nothing at this path' },
  operation_not_found: { status: 404, title: 'The rail does not know the operation' },
  statement_not_found: { status: 404, title: 'There is no statement of that day' },
  method_not_allowed: { status: 405, title: 'The path does not have this method' },
  dispute_not_open: { status: 409, title: 'The dispute cannot be answered' },
  operation_ended: { status: 409, title: 'The operation has ended otherwise' },
  body_too_large: { status: 413, title: 'The body is too large' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  internal_error: { status: 500, title: 'The rail failed' },
  rail_unavailable: { status: 503, title: 'The rail is away' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

export type ProblemDetails = {
  readonly detail?: string
  readonly param?: string
  readonly also?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** A problem document (RFC 9457). */
export function problem(code: ProblemCode, { detail, param, also, headers }: ProblemDetails = {}): Answer {
  const { status, title } = problems[code]
  const type = `urn:munim:rail-simulator:${code}`
  const body = JSON.stringify({ type, title, status, detail: detail ?? title, code, param, ...also })
  return { status, body, type: 'application/problem+json', ...(headers === undefined ? {} : { headers }) }
}

/** Thrown while a request is read; `answer` is sent unchanged. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem'
  readonly answer: Answer

  constructor(code: ProblemCode, details?: ProblemDetails) {
    super(code)
    this.answer = problem(code, details)
  }
}

export function invalid({ param, detail }: { readonly param: string; readonly detail: string }): RequestProblem {
  return new RequestProblem('validation_failed', { param, detail: `${param} ${detail}` })
}

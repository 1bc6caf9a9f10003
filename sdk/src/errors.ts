import type { ProblemItem, Problem as WholeProblem } from './schemas.generated.ts'

/** A code of the error catalog; a newer server may have more codes. */
export type ErrorCode = WholeProblem['code'] | (string & {})

/** The body of an error answer: a problem document (RFC 9457), or what something in between says. */
export type Problem = Readonly<Partial<Omit<WholeProblem, 'code' | 'errors'>>> & {
  readonly code?: ErrorCode
  readonly errors?: readonly ProblemPart[]
}

/** One of several reasons: for a field of the request, or for one item of a batch. */
export type ProblemPart = Readonly<Partial<ProblemItem>>

/** The server refused the request. Decide by `code`, which is from the error catalog, never by the message. */
export class MunimError extends Error {
  override readonly name = 'MunimError'
  readonly status: number
  readonly code: ErrorCode
  /** The field concerned, if any. */
  readonly param: string | undefined
  /** For `scope_insufficient`: the permission that the caller lacks. */
  readonly permission: string | undefined
  /** Quote this when you ask the operators about a request. */
  readonly requestId: string | undefined
  readonly problem: Problem

  constructor(status: number, problem: Problem, requestId?: string) {
    super(problem.detail ?? problem.title ?? `The server answered with status ${status}`)
    this.status = status
    this.code = problem.code ?? 'unexpected_answer'
    this.param = problem.param
    this.permission = problem.permission
    this.requestId = problem.request_id ?? requestId
    this.problem = problem
  }
}

/** A body with the status of a success that is not what the operation answers. */
export function unexpectedAnswer(what: string, cause?: unknown): MunimError {
  const error = new MunimError(200, {
    code: 'unexpected_answer',
    detail: `The server's answer is not one of Munim: ${what}.`,
  })
  error.cause = cause
  return error
}

/** No answer came: the server is unreachable or the connection broke, and retries did not help. */
export class MunimConnectionError extends Error {
  override readonly name = 'MunimConnectionError'
  readonly url: string
  readonly attempts: number
  /** The code of the operating system or of the HTTP client, such as `ECONNREFUSED`. */
  readonly code: string | undefined

  constructor(url: string, attempts: number, cause: unknown) {
    const reason = reasonOf(cause)
    super(`No answer from ${url}${reason.text === '' ? '' : `: ${reason.text}`}`, { cause })
    this.url = url
    this.attempts = attempts
    this.code = reason.code
  }
}

/** No answer came in time. A write may have happened: retry it with the same idempotency key. */
export class MunimTimeoutError extends Error {
  override readonly name = 'MunimTimeoutError'
  readonly url: string
  readonly attempts: number

  constructor(url: string, { attempts, waitedMs }: { readonly attempts: number; readonly waitedMs: number }) {
    super(`No answer from ${url} within ${waitedMs} ms`)
    this.url = url
    this.attempts = attempts
  }
}

/** fetch puts the reason into `cause`. For a host with several addresses, it is one level deeper. */
function reasonOf(error: unknown): { text: string; code: string | undefined } {
  let reason = error
  while (reason instanceof Error && reason.cause instanceof Error) reason = reason.cause
  if (reason instanceof AggregateError && reason.errors[0] instanceof Error) reason = reason.errors[0]
  if (!(reason instanceof Error)) return { text: '', code: undefined }
  const code = 'code' in reason && typeof reason.code === 'string' ? reason.code : undefined
  return { text: reason.message || (code ?? reason.name), code }
}

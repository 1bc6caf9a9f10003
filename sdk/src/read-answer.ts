import { MunimError, type Problem } from './errors.ts'
import { parseRetryAfter } from './retry.ts'

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function errorOf(response: Response, text: string): MunimError {
  const answered = parseJson(text)
  const problem = typeof answered === 'object' && answered !== null ? answered : {}
  return new MunimError(response.status, problemOf(problem), response.headers.get('request-id') ?? undefined)
}

/** The token endpoint has the errors of OAuth. */
function problemOf(answered: object): Problem {
  if (!('error' in answered) || typeof answered.error !== 'string' || 'code' in answered) return answered as Problem
  const detail = 'error_description' in answered ? String(answered.error_description) : answered.error
  return { code: answered.error, detail }
}

export type Failure = { readonly error: MunimError; readonly retryAfterMs: number | undefined }

export function failureOf(response: Response, text: string): Failure {
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now())
  return { error: errorOf(response, text), retryAfterMs }
}

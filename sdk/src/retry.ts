export type RetryPolicy = {
  /** Attempts after the first. */
  readonly retries: number
  /** The wait before the n-th retry is random, between 0 and `baseMs` × 2ⁿ⁻¹. */
  readonly baseMs: number
  /** The longest wait, unless Retry-After demands more. */
  readonly ceilingMs: number
}

/**
 * The wait before a retry, in ms, at least the server's Retry-After. It is exponential with full jitter, so that
 * clients that failed together do not retry together. `retry` counts from 1; `random` returns a number in [0, 1).
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { retry, retryAfterMs }: { readonly retry: number; readonly retryAfterMs: number | undefined },
  random: () => number,
): number {
  const ceiling = Math.min(policy.ceilingMs, policy.baseMs * 2 ** Math.min(retry - 1, 30))
  return Math.max(Math.floor(random() * ceiling), retryAfterMs ?? 0)
}

/** Whether a retry may get a different answer. One after the deadline of the request is of no use. */
export function isRetryable(status: number, code: string): boolean {
  if (code === 'deadline_passed') return false
  return status === 408 || status === 429 || status >= 500 || (status === 409 && code === 'idempotency_key_in_use')
}

/** Of an answer that was not given to a request itself: it never began. */
const neverBegun: ReadonlySet<string> = new Set(['deadline_passed', 'gateway_unreachable', 'overloaded'])
/** Answered before the server looks for earlier attempts. */
const ofOneAttempt: ReadonlySet<number> = new Set([401, 403, 408, 429])

export type Refused = { readonly method: string; readonly status: number; readonly code: string }

/** Whether the attempt may have had its effect, or have it yet. */
export function leavesOpen({ method, status, code }: Refused): boolean {
  if (method === 'GET' || neverBegun.has(code)) return false
  return status >= 500 || code === 'idempotency_key_in_use'
}

/** Whether the answer says nothing of the attempts before it. What was deleted is not there for the next attempt. */
export function isOfOneAttempt({ method, status, code }: Refused): boolean {
  return neverBegun.has(code) || ofOneAttempt.has(status) || (method === 'DELETE' && status === 404)
}

/** Codes of connections that were never there, so nothing was sent. */
const notConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

export function wasNotSent(code: string | undefined): boolean {
  return code !== undefined && notConnected.has(code)
}

/** Reads a Retry-After header, seconds or an HTTP date, as milliseconds from `nowMs`. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

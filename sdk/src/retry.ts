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

/** Reads a Retry-After header, seconds or an HTTP date, as milliseconds from `nowMs`. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

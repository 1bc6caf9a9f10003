import { Fault } from '#platform/faults'

/** Tries before a message that only meets faults of the world becomes a dead letter. */
export const attemptsMax = 12
const backOffMs = 200
const backOffMaxMs = 300_000

/** What follows from the failure of a single message. */
export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly cause: 'permanent' | 'exhausted' }

/**
 * What becomes of a message that failed for the `attempts`-th time. A retryable fault may pass: it is
 * tried again, later each time, at a moment drawn from the whole interval so that what failed
 * together does not come back together. Anything else, and what was tried too often, is dead.
 * `random` is in [0, 1).
 */
export function judgeFailure(error: unknown, attempts: number, random: number): Verdict {
  if (!(error instanceof Fault && error.retryable)) return { kind: 'dead', cause: 'permanent' }
  if (attempts >= attemptsMax) return { kind: 'dead', cause: 'exhausted' }
  return { kind: 'retry', delayMs: Math.ceil(random * Math.min(backOffMaxMs, backOffMs * 2 ** (attempts - 1))) }
}

/** How a failure is told of in a dead letter. */
export function describeFailure(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof Fault) return { code: error.code, reason: error.message }
  if (error instanceof Error) return { code: error.name, reason: error.message }
  return { code: 'unknown', reason: String(error) }
}

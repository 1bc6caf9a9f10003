import { Fault } from '#platform/faults'
import { DatabaseFault } from '#platform/postgres'

/** Tries before a message that only meets faults of the world becomes a dead letter: a few minutes. */
export const attemptsMax = 12
/** The same for errors of the database, which are never the work's own end: three to four hours. */
export const databaseAttemptsMax = 100
const backOffMs = 200
const backOffMaxMs = 300_000

/** What follows from the failure of a single message. */
export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly cause: 'permanent' | 'exhausted' }

/** The class of SQLSTATEs that say: this value can be stored by nobody. */
const dataException = '22'
/** Of that class, what guards raise when a row is not as it was read. */
const divisionByZero = '22012'
/** The handler went on after a statement had failed. */
const failedTransaction = '25P02'

/**
 * What becomes of a message that failed for the `attempts`-th time. What may pass is tried again, later
 * each time, at a moment drawn from the whole interval so that what failed together does not come back
 * together. The rest, and what was tried too often, is dead. `random` is in [0, 1).
 */
export function judgeFailure(error: unknown, attempts: number, random: number): Verdict {
  if (!mayPass(error)) return { kind: 'dead', cause: 'permanent' }
  const isOfDatabase =
    error instanceof DatabaseFault || (error instanceof Fault && error.cause instanceof DatabaseFault)
  if (attempts >= (isOfDatabase ? databaseAttemptsMax : attemptsMax)) return { kind: 'dead', cause: 'exhausted' }
  return { kind: 'retry', delayMs: Math.ceil(random * Math.min(backOffMaxMs, backOffMs * 2 ** (attempts - 1))) }
}

/**
 * Whether the same message may succeed another time. An error of the database may pass, whatever it is: it may
 * come from another writer, a belief that is out of date, a schema that is being changed, a full disk. Only
 * what is wrong with the message's own values, or with its handler, stays wrong.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof DatabaseFault && error.state !== undefined) {
    const { state } = error
    return state === divisionByZero || !(state.startsWith(dataException) || state === failedTransaction)
  }
  return error instanceof Fault && error.retryable
}

/** How a failure is told of in a dead letter. */
export function describeFailure(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof Fault) return { code: error.code, reason: error.message }
  if (error instanceof Error) return { code: error.name, reason: error.message }
  return { code: 'unknown', reason: String(error) }
}

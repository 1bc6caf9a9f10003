import { Fault } from '#platform/faults'
import { DatabaseFault } from '#platform/postgres'

/** Tries on retryable faults before a dead letter: a few minutes. */
export const attemptsMax = 12
/** The same for database errors: three to four hours. */
export const databaseAttemptsMax = 100
const backOffMs = 200
const backOffMaxMs = 300_000

export type Verdict =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'dead'; readonly cause: 'permanent' | 'exhausted' }

/** SQLSTATE class "data exception": the value itself cannot be stored. */
const dataException = '22'
/** The exception in that class: guards raise it when a row differs from what was read. */
const divisionByZero = '22012'
/** The handler continued after a statement had failed. */
const failedTransaction = '25P02'

/**
 * `attempts` includes the failed try; `random` is in [0, 1). The delay is drawn from the whole interval (full jitter),
 * so that messages that failed together do not return together.
 */
export function judgeFailure(
  error: unknown,
  { attempts, random }: { readonly attempts: number; readonly random: number },
): Verdict {
  if (!mayPass(error)) return { kind: 'dead', cause: 'permanent' }
  const isOfDatabase =
    error instanceof DatabaseFault || (error instanceof Fault && error.cause instanceof DatabaseFault)
  if (attempts >= (isOfDatabase ? databaseAttemptsMax : attemptsMax)) return { kind: 'dead', cause: 'exhausted' }
  return { kind: 'retry', delayMs: Math.ceil(random * Math.min(backOffMaxMs, backOffMs * 2 ** (attempts - 1))) }
}

/**
 * Any database error may pass: its cause may be another writer, a stale cache, a schema change or a full disk. Only an
 * error in the message's own values, or in its handler, is permanent.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof DatabaseFault && error.state !== undefined) {
    const { state } = error
    return state === divisionByZero || !(state.startsWith(dataException) || state === failedTransaction)
  }
  return error instanceof Fault && error.retryable
}

export function describeFailure(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof Fault) return { code: error.code, reason: error.message }
  if (error instanceof Error) return { code: error.name, reason: error.message }
  return { code: 'unknown', reason: String(error) }
}

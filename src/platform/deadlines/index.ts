import { Fault } from '../faults/index.ts'

/** The header of a request: after so many milliseconds, nothing of it begins any more. */
export const deadlineHeader = 'munim-deadline'

const form = /^\d{1,9}$/

/** The milliseconds that a header gives, at most `maxMs`. Undefined: it is not a whole number. */
export function readDeadline(header: string | readonly string[], maxMs: number): number | undefined {
  if (typeof header !== 'string' || !form.test(header)) return undefined
  return Math.min(Number(header), maxMs)
}

// A deadline inside a process is a time of `performance.now()`, called `untilMs`. Undefined: there is none.

export function isPast(untilMs: number | undefined): boolean {
  return untilMs !== undefined && performance.now() >= untilMs
}

/** As a time of the database, in microseconds, to be stored. `now` is the database's. */
export function deadlineAt({ untilMs, now }: { readonly untilMs: number; readonly now: number }): number {
  return now + Math.round((untilMs - performance.now()) * 1_000)
}

/** For work that was dropped before it began, because its client is gone or its deadline has passed. */
export function requestAbandoned(): Fault {
  return new Fault({ code: abandonedCode, message: 'No one waits for the answer any more.', retryable: true })
}

export function isAbandoned(error: unknown): boolean {
  return error instanceof Fault && error.code === abandonedCode
}

const abandonedCode = 'request_abandoned'

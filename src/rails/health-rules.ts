import type { Timestamp } from '#kernel'
import {
  addBookCounts,
  type CountsByBook,
  type HealthByBook,
  isFailingForMost,
  isOneOfSeveral,
  isRefusing,
  permitted,
  rollBooks,
  unheardOf,
} from './health-by-book.ts'

// The circuit breaker. A rail is `up` until, for most of its books, too many submissions of the last window fail or
// several in a row cannot be sent. While it is `down`, nothing is submitted until a health check succeeds. While it is
// `probing`, all processes together submit a few calls: enough answers make it `up`, and enough failures make it `down`
// for longer. Without submissions, a second successful health check makes it `up`.

/** Shared by all processes. Times are the database's. */
export type HealthRow = {
  readonly state: 'up' | 'down' | 'probing'
  readonly since: Timestamp
  /** Undefined while up. */
  readonly retryAt: Timestamp | undefined
  readonly openings: number
  readonly paused: boolean
  readonly windowStartedAt: Timestamp
  readonly calls: number
  readonly failures: number
  readonly callsBefore: number
  readonly failuresBefore: number
  readonly refused: number
  readonly permits: number
  readonly proofs: number
  readonly disproofs: number
  readonly books: HealthByBook
}

export type Counts = {
  readonly calls: number
  readonly failures: number
  /** Submissions that could not be sent since the last answer. */
  readonly refusedLast: number
  readonly answered: boolean
  readonly books: CountsByBook
}

export type HealthPolicy = {
  readonly windowMs: number
  /** The breaker opens at this fraction of failures, from `callsMin` calls on. */
  readonly callsMin: number
  readonly failureShare: number
  readonly refusedMax: number
  readonly retryMinMs: number
  readonly retryMaxMs: number
  /** Submissions let through while probing; answers that close the breaker; failures that open it. */
  readonly permits: number
  readonly proofs: number
  readonly disproofs: number
  readonly probingMs: number
}

export const healthPolicy: HealthPolicy = {
  windowMs: 10_000,
  callsMin: 20,
  failureShare: 0.5,
  refusedMax: 5,
  retryMinMs: 1_000,
  retryMaxMs: 30_000,
  permits: 5,
  proofs: 3,
  disproofs: 3,
  probingMs: 5_000,
}

export type Moment = {
  readonly now: Timestamp
  readonly policy: HealthPolicy
  /** In [0, 1), so that processes and rails do not all retry at once. */
  readonly random: number
}

export function addCounts(row: HealthRow, counts: Counts, moment: Moment): HealthRow {
  if (row.state === 'down') return row
  if (row.state === 'probing') return weighProofs(row, counts, moment)
  const { policy } = moment
  const rolled = rollWindow(row, moment)
  const added: HealthRow = {
    ...rolled,
    calls: rolled.calls + counts.calls,
    failures: rolled.failures + counts.failures,
    refused: (counts.answered ? 0 : rolled.refused) + counts.refusedLast,
    books: addBookCounts(rolled.books, counts.books),
  }
  const calls = added.calls + added.callsBefore
  const failures = added.failures + added.failuresBefore
  const isFailing = calls >= policy.callsMin && failures >= calls * policy.failureShare
  const isDown = isFailing && isFailingForMost(added.books, policy.failureShare)
  return isDown || (added.refused >= policy.refusedMax && isRefusing(added.books)) ? open(added, moment) : added
}

function rollWindow(row: HealthRow, { now, policy }: Moment): HealthRow {
  const age = now - row.windowStartedAt
  if (age < policy.windowMs * 1000) return row
  const stale = age >= 2 * policy.windowMs * 1000
  return {
    ...row,
    windowStartedAt: now,
    calls: 0,
    failures: 0,
    callsBefore: stale ? 0 : row.calls,
    failuresBefore: stale ? 0 : row.failures,
    books: rollBooks(row.books, stale),
  }
}

/** Failures of one book alone prove nothing while other books use the rail. */
function weighProofs(row: HealthRow, counts: Counts, moment: Moment): HealthRow {
  const { policy } = moment
  const weighed = {
    ...row,
    proofs: row.proofs + counts.calls - counts.failures,
    disproofs: row.disproofs + counts.failures,
    books: addBookCounts(row.books, counts.books),
  }
  if (weighed.disproofs >= policy.disproofs && !isOneOfSeveral(weighed.books)) {
    return isFailingForMost(weighed.books, policy.failureShare) ? open(weighed, moment) : close(weighed, moment)
  }
  return weighed.proofs >= policy.proofs ? close(weighed, moment) : weighed
}

function open(row: HealthRow, { now, policy, random }: Moment): HealthRow {
  const backoffMs = Math.min(policy.retryMaxMs, policy.retryMinMs * 2 ** Math.min(row.openings, 20))
  return {
    ...row,
    state: 'down',
    since: row.state === 'up' ? now : row.since,
    retryAt: now + Math.round(backoffMs * (0.75 + random / 2)) * 1000,
    openings: row.openings + 1,
    refused: 0,
    permits: 0,
    proofs: 0,
    disproofs: 0,
    books: unheardOf(row.books),
  }
}

function close(row: HealthRow, { now }: Moment): HealthRow {
  return { ...row, ...healthyRow(now), paused: row.paused }
}

export function healthyRow(now: Timestamp): HealthRow {
  return {
    state: 'up',
    since: now,
    retryAt: undefined,
    openings: 0,
    paused: false,
    windowStartedAt: now,
    calls: 0,
    failures: 0,
    callsBefore: 0,
    failuresBefore: 0,
    refused: 0,
    permits: 0,
    proofs: 0,
    disproofs: 0,
    books: {},
  }
}

/** Longer than any back-off, probing or window. */
const longestMs = 120_000

/** A time that was stored before the clock was set back could keep a rail down for hours. */
export function byTheClock(row: HealthRow, now: Timestamp): HealthRow {
  const isGiven = (time: Timestamp) => time <= now + longestMs * 1000
  return {
    ...row,
    since: Math.min(row.since, now),
    retryAt: row.retryAt === undefined || isGiven(row.retryAt) ? row.retryAt : now,
    windowStartedAt: Math.min(row.windowStartedAt, now),
  }
}

export function isDue(row: HealthRow, now: Timestamp): boolean {
  return row.retryAt !== undefined && row.retryAt <= now
}

export function addProbe(row: HealthRow, healthy: boolean, moment: Moment): HealthRow {
  if (row.state === 'up') return row
  if (!healthy) return open(row, moment)
  const idle = row.state === 'probing' && row.permits === moment.policy.permits
  if (idle) return close(row, moment)
  return {
    ...row,
    state: 'probing',
    retryAt: moment.now + moment.policy.probingMs * 1000,
    permits: moment.policy.permits,
    proofs: 0,
    disproofs: 0,
    books: unheardOf(row.books),
  }
}

/** At most `atOnce` permits. `demand`: what each book asks for; zero if it asked while the rail was down. */
export function takePermits(
  row: HealthRow,
  demand: ReadonlyMap<number, number>,
  { policy, atOnce }: { readonly policy: HealthPolicy; readonly atOnce: number },
): { readonly row: HealthRow; readonly taken: ReadonlyMap<number, number> } {
  if (row.state === 'up') return { row, taken: new Map() }
  const left = row.state === 'probing' ? Math.min(row.permits, atOnce) : 0
  const { books, taken } = permitted(row.books, demand, { left, ofBook: policy.proofs })
  const count = [...taken.values()].reduce((sum, one) => sum + one, 0)
  const isNews = count > 0 || Object.keys(books).length > Object.keys(row.books).length
  return { taken, row: isNews ? { ...row, permits: row.permits - count, books } : row }
}

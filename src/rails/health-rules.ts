import type { Timestamp } from '#kernel'

// The circuit breaker. A rail is `up` until submissions fail: a share of those of the last window, or
// several in a row of which nothing could be sent. Then it is `down`: nothing is submitted, until the
// time has come to ask for its health. When that is good the rail is `probing`: a few submissions are
// let through, in all processes together. Enough of them answered, and it is up; enough of them
// failed, and it is down for longer than before. Nobody submits anything while it is probing? Then a
// second good answer about its health is proof enough.

/** A rail's row: what all processes know of it. Times are the database's. */
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
}

/** Submissions of one process since it told of them last. */
export type Counts = {
  readonly calls: number
  /** Of these, those without an answer. */
  readonly failures: number
  /** The latest in a row of which nothing could be sent. */
  readonly refusedLast: number
  /** Whether anything was answered before those. */
  readonly answered: boolean
}

export type HealthPolicy = {
  readonly windowMs: number
  /** A share of failures opens the breaker when there were at least so many calls. */
  readonly callsMin: number
  readonly failureShare: number
  readonly refusedMax: number
  readonly retryMinMs: number
  readonly retryMaxMs: number
  /** Submissions let through while probing, and how many of them must be answered, or fail. */
  readonly permits: number
  readonly proofs: number
  readonly disproofs: number
  /** How long probing waits for them. */
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
  /** A number in [0, 1): processes and rails do not come back all at once. */
  readonly random: number
}

/** The row after what a process has counted. */
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
  }
  const calls = added.calls + added.callsBefore
  const failures = added.failures + added.failuresBefore
  const failing = calls >= policy.callsMin && failures >= calls * policy.failureShare
  return failing || added.refused >= policy.refusedMax ? open(added, moment) : added
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
  }
}

function weighProofs(row: HealthRow, counts: Counts, moment: Moment): HealthRow {
  const { policy } = moment
  const weighed = {
    ...row,
    proofs: row.proofs + counts.calls - counts.failures,
    disproofs: row.disproofs + counts.failures,
  }
  if (weighed.disproofs >= policy.disproofs) return open(weighed, moment)
  return weighed.proofs >= policy.proofs ? close(weighed, moment) : weighed
}

/** Nothing is submitted for a while, which doubles with every opening. */
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
  }
}

function close(row: HealthRow, { now }: Moment): HealthRow {
  return {
    ...row,
    state: 'up',
    since: now,
    retryAt: undefined,
    openings: 0,
    windowStartedAt: now,
    calls: 0,
    failures: 0,
    callsBefore: 0,
    failuresBefore: 0,
    refused: 0,
    permits: 0,
    proofs: 0,
    disproofs: 0,
  }
}

/** Longer than any rail is left in peace, or any window lasts. */
const longestMs = 120_000

/**
 * The row as it is by the database's clock of now. Times that are later than any that could have been given by it are
 * of before the clock was set back: a rail would stay down until it has caught up, which may take hours.
 */
export function byTheClock(row: HealthRow, now: Timestamp): HealthRow {
  const isGiven = (time: Timestamp) => time <= now + longestMs * 1000
  return {
    ...row,
    since: Math.min(row.since, now),
    retryAt: row.retryAt === undefined || isGiven(row.retryAt) ? row.retryAt : now,
    windowStartedAt: Math.min(row.windowStartedAt, now),
  }
}

/** Whether the rail is to be asked for its health now. */
export function isDue(row: HealthRow, now: Timestamp): boolean {
  return row.retryAt !== undefined && row.retryAt <= now
}

/** The row after the rail was asked for its health. */
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
  }
}

/** Takes up to `wanted` of what may be let through while probing. */
export function takePermits(row: HealthRow, wanted: number): { readonly row: HealthRow; readonly taken: number } {
  const taken = row.state === 'probing' ? Math.min(row.permits, wanted) : 0
  return { taken, row: taken === 0 ? row : { ...row, permits: row.permits - taken } }
}

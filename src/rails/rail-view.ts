import { assert, type Timestamp } from '#kernel'
import type { Counts, HealthRow } from './health-rules.ts'
import type { KnownHealth } from './health-store.ts'
import type { RailHealth } from './rail.ts'

/** The caller returns the ticket with the outcome. */
export type Admission =
  | { readonly ok: true; readonly ticket: number }
  | { readonly ok: false; readonly why: string; readonly retryAt: Timestamp }

/** `refused`: nothing could be sent. `lost`: no answer. */
export type Verdict = 'answered' | 'lost' | 'refused'

const nothing: Counts = { calls: 0, failures: 0, refusedLast: 0, answered: false }
const pausedRetryMs = 5_000
const probingRetryMs = 500
const trippedRetryMs = 1_000

/**
 * One process's view of a rail, answered from memory. A ticket is the number of the state in which a submission was
 * admitted. An outcome that arrives after that state has ended does not count for the next state.
 */
export class RailView {
  readonly rail: string
  readonly #refusedMax: number
  #known: { readonly row: HealthRow; readonly now: Timestamp; readonly atMs: number } | undefined
  #counts: Counts = nothing
  #permits = 0
  #demand = 0
  #states = 0
  /** Submissions that this process could not send since the last answer, reported or not. */
  #refusedRun = 0
  /** This process stops submitting before the other processes agree. */
  #tripped = false

  constructor(rail: string, refusedMax: number) {
    this.rail = rail
    this.#refusedMax = refusedMax
  }

  admit(): Admission {
    const row = this.#row()
    if (row.paused) return this.#refusal('the rail is paused', pausedRetryMs)
    if (row.state === 'down') return this.#refusal('the rail is down', 0, row.retryAt)
    if (this.#tripped) return this.#refusal('the rail cannot be reached', trippedRetryMs)
    if (row.state === 'up') return { ok: true, ticket: this.#states }
    if (this.#permits > 0) {
      this.#permits -= 1
      return { ok: true, ticket: this.#states }
    }
    this.#demand += 1
    return this.#refusal('the rail is being tried out', probingRetryMs)
  }

  record(ticket: number, verdict: Verdict): boolean {
    if (ticket !== this.#states) return false
    const { calls, failures, refusedLast, answered } = this.#counts
    this.#counts = {
      calls: calls + 1,
      failures: failures + (verdict === 'answered' ? 0 : 1),
      refusedLast: verdict === 'refused' ? refusedLast + 1 : verdict === 'answered' ? 0 : refusedLast,
      answered: answered || verdict === 'answered',
    }
    if (verdict === 'answered') this.#refusedRun = 0
    if (verdict === 'refused') this.#refusedRun += 1
    const before = this.#tripped
    this.#tripped = this.#refusedRun >= this.#refusedMax
    return this.#tripped && !before
  }

  health(): RailHealth {
    const { state, since, retryAt, paused } = this.#row()
    if (paused) return { rail: this.rail, state: 'down', since }
    return { rail: this.rail, state, since, ...(retryAt !== undefined && { retryAt }) }
  }

  get paused(): boolean {
    return this.#row().paused
  }

  hasNews(): boolean {
    const row = this.#row()
    const due = row.retryAt !== undefined && row.retryAt <= this.now()
    return this.#counts.calls > 0 || (row.state === 'probing' && this.#demand > 0) || due
  }

  take(): { readonly counts: Counts; readonly demand: number; readonly giveBack: () => void } {
    const taken = this.#counts
    const states = this.#states
    const demand = this.#demand
    this.#counts = nothing
    this.#demand = 0
    const giveBack = () => {
      if (states !== this.#states) return
      const later = this.#counts
      this.#counts = {
        calls: taken.calls + later.calls,
        failures: taken.failures + later.failures,
        refusedLast: later.answered ? later.refusedLast : taken.refusedLast + later.refusedLast,
        answered: taken.answered || later.answered,
      }
    }
    return { counts: taken, demand, giveBack }
  }

  learn({ row, now }: Pick<KnownHealth, 'row' | 'now'>, permits = 0): void {
    const before = this.#known?.row
    this.#known = { row, now, atMs: performance.now() }
    if (before?.state !== row.state || before.since !== row.since || before.openings !== row.openings) {
      this.#states += 1
      this.#counts = nothing
      this.#permits = 0
      this.#demand = 0
      this.#release()
    }
    this.#permits += permits
    // The refusals have been reported and the rail is still up: other processes get answers.
    if (this.#tripped && this.#counts.refusedLast === 0) this.#release()
  }

  /** The database's time, estimated from the last read. */
  now(): Timestamp {
    assert(this.#known, 'the rails have been started')
    return this.#known.now + Math.round((performance.now() - this.#known.atMs) * 1000)
  }

  #release(): void {
    this.#refusedRun = 0
    this.#tripped = false
  }

  #row(): HealthRow {
    assert(this.#known, 'the rails have been started')
    return this.#known.row
  }

  #refusal(why: string, retryMs: number, retryAt?: Timestamp): Admission {
    const soonest = this.now() + retryMs * 1000
    return { ok: false, why, retryAt: Math.max(soonest, retryAt ?? 0) }
  }
}

import { assert, type Timestamp } from '#kernel'
import { type BookCounts, booksMax } from './health-by-book.ts'
import type { Counts, HealthRow } from './health-rules.ts'
import type { KnownHealth } from './health-store.ts'
import type { RailHealth } from './rail.ts'

/** The caller returns the ticket with the outcome. */
export type Admission =
  | { readonly ok: true; readonly ticket: number }
  | { readonly ok: false; readonly why: string; readonly retryAt: Timestamp }

/** `refused`: nothing could be sent. `lost`: no answer. */
export type Verdict = 'answered' | 'lost' | 'refused'

const nothing: Omit<Counts, 'books'> = { calls: 0, failures: 0, refusedLast: 0, answered: false }
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
  #counts = nothing
  #books = new Map<number, BookCounts>()
  #permits: ReadonlyMap<number, number> = new Map()
  /** By book; zero for those that asked in an earlier state. */
  #demand = new Map<number, number>()
  #states = 0
  /**
   * By book: submissions that this process could not send since its last answer, reported or not. At the most, this
   * process submits nothing for the book, before the other processes agree.
   */
  readonly #refusedRuns = new Map<number, number>()

  constructor(rail: string, refusedMax: number) {
    this.rail = rail
    this.#refusedMax = refusedMax
  }

  admit(book: number): Admission {
    const row = this.#row()
    if (row.paused) return this.#refusal('the rail is paused', pausedRetryMs)
    if (row.state === 'down') {
      this.#ask(book, { permits: 0 })
      return this.#refusal('the rail is down', 0, row.retryAt)
    }
    const refused = this.#refusedRuns.get(book) ?? 0
    if (refused >= this.#refusedMax) return this.#refusal('the rail cannot be reached', trippedRetryMs)
    if (row.state === 'up') return { ok: true, ticket: this.#states }
    const permits = this.#permits.get(book) ?? 0
    if (permits > 0) {
      this.#permits = new Map([...this.#permits, [book, permits - 1]])
      return { ok: true, ticket: this.#states }
    }
    this.#ask(book, { permits: 1 })
    return this.#refusal('the rail is being tried out', probingRetryMs)
  }

  record({ ticket, book }: { readonly ticket: number; readonly book: number }, verdict: Verdict): boolean {
    if (ticket !== this.#states) return false
    const { calls, failures, refusedLast, answered } = this.#counts
    this.#counts = {
      calls: calls + 1,
      failures: failures + (verdict === 'answered' ? 0 : 1),
      refusedLast: verdict === 'refused' ? refusedLast + 1 : verdict === 'answered' ? 0 : refusedLast,
      answered: answered || verdict === 'answered',
    }
    addTo(this.#books, book, countOf(verdict))
    if (verdict === 'answered') this.#refusedRuns.delete(book)
    if (verdict !== 'refused') return false
    const run = (this.#refusedRuns.get(book) ?? 0) + 1
    if (run > 1 || this.#refusedRuns.size < booksMax) this.#refusedRuns.set(book, run)
    return run === this.#refusedMax
  }

  /** Nothing was submitted under this ticket. */
  giveBack({ ticket, book }: { readonly ticket: number; readonly book: number }): void {
    if (ticket !== this.#states || this.#row().state !== 'probing') return
    this.#permits = new Map([...this.#permits, [book, (this.#permits.get(book) ?? 0) + 1]])
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
    const isDemanded = row.state === 'probing' && [...this.#demand.values()].some((count) => count > 0)
    return this.#counts.calls > 0 || isDemanded || due
  }

  take(): {
    readonly counts: Counts
    readonly demand: ReadonlyMap<number, number>
    readonly giveBack: () => void
  } {
    const taken: Counts = { ...this.#counts, books: this.#books }
    const states = this.#states
    const demand = this.#demand
    this.#forgetCounts()
    this.#demand = new Map()
    const giveBack = () => {
      if (states !== this.#states) return
      const later = this.#counts
      this.#counts = {
        calls: taken.calls + later.calls,
        failures: taken.failures + later.failures,
        refusedLast: later.answered ? later.refusedLast : taken.refusedLast + later.refusedLast,
        answered: taken.answered || later.answered,
      }
      const books = new Map(taken.books)
      for (const [book, counted] of this.#books) addTo(books, book, counted)
      this.#books = books
    }
    return { counts: taken, demand, giveBack }
  }

  learn(
    { row, now }: Pick<KnownHealth, 'row' | 'now'>,
    permits: ReadonlyMap<number, number> = new Map<number, number>(),
  ): void {
    const before = this.#known?.row
    this.#known = { row, now, atMs: performance.now() }
    if (before?.state !== row.state || before.since !== row.since || before.openings !== row.openings) {
      this.#states += 1
      this.#forgetCounts()
      this.#permits = new Map()
      this.#demand = new Map([...this.#demand.keys()].map((book) => [book, 0]))
      this.#refusedRuns.clear()
    }
    const left = [...permits].map(([book, count]) => [book, count + (this.#permits.get(book) ?? 0)] as const)
    this.#permits = new Map([...this.#permits, ...left])
    // The refusals have been reported and the rail is still up: others get answers.
    for (const [book, run] of this.#refusedRuns) {
      if (run >= this.#refusedMax && !this.#books.get(book)?.refused) this.#refusedRuns.delete(book)
    }
  }

  /** The database's time, estimated from the last read. */
  now(): Timestamp {
    assert(this.#known, 'the rails have been started')
    return this.#known.now + Math.round((performance.now() - this.#known.atMs) * 1000)
  }

  #forgetCounts(): void {
    this.#counts = nothing
    this.#books = new Map()
  }

  #ask(book: number, { permits }: { readonly permits: number }): void {
    const asked = this.#demand.get(book)
    if (asked !== undefined || this.#demand.size < booksMax) this.#demand.set(book, (asked ?? 0) + permits)
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

function countOf(verdict: Verdict): BookCounts {
  return {
    calls: 1,
    failures: verdict === 'answered' ? 0 : 1,
    refused: verdict === 'refused' ? 1 : 0,
    answered: verdict === 'answered',
  }
}

function addTo(books: Map<number, BookCounts>, book: number, later: BookCounts): void {
  const known = books.get(book)
  if (known === undefined && books.size >= booksMax) return
  books.set(book, {
    calls: (known?.calls ?? 0) + later.calls,
    failures: (known?.failures ?? 0) + later.failures,
    refused: (later.answered ? 0 : (known?.refused ?? 0)) + later.refused,
    answered: later.answered || known?.answered === true,
  })
}

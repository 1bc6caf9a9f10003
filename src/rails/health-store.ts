import type { Timestamp } from '#kernel'
import { micros, type Queryable, type Transaction } from '#platform/postgres'
import type { BookHealth, HealthByBook } from './health-by-book.ts'
import { byTheClock, type HealthRow } from './health-rules.ts'

/** `now` is the database's time of the read. */
export type KnownHealth = { readonly rail: string; readonly row: HealthRow; readonly now: Timestamp }

const columns = `rail, state, ${micros('since')} as since, ${micros('retry_at')} as retry_at, openings, paused,
  ${micros('window_started_at')} as window_started_at, calls, failures, calls_before, failures_before, refused,
  permits, proofs, disproofs, books`

export async function makeHealthRows(on: Queryable, rails: readonly string[]): Promise<void> {
  await on.query({
    text: `insert into rails.health (rail) select rail from unnest($1::text[]) as given (rail) order by rail
      on conflict do nothing`,
    values: [rails],
  })
}

export async function readHealth(on: Queryable, rails: readonly string[]): Promise<KnownHealth[]> {
  const rows = await on.query<HealthColumns & { now: bigint }>({
    name: 'rails-read-health',
    text: `select ${columns}, ${micros('clock_timestamp()')} as now from rails.health where rail = any($1::text[])`,
    values: [rails],
  })
  return rows.map(toKnown)
}

/** Locks in the order of the rails' names. */
export async function lockHealth(tx: Transaction, rails: readonly string[]): Promise<KnownHealth[]> {
  await tx.query({
    name: 'rails-lock-health',
    text: 'select from rails.health where rail = any($1::text[]) order by rail for update',
    values: [rails],
  })
  return readHealth(tx, rails)
}

export async function writeHealth(
  tx: Transaction,
  changed: readonly { readonly rail: string; readonly row: HealthRow }[],
): Promise<void> {
  if (changed.length === 0) return
  const time = (of: (row: HealthRow) => Timestamp | undefined) => changed.map(({ row }) => of(row) ?? null)
  const count = (of: (row: HealthRow) => number) => changed.map(({ row }) => of(row))
  await tx.query({
    name: 'rails-write-health',
    text: `update rails.health set state = given.state, since = to_timestamp(given.since / 1000000.0),
        retry_at = to_timestamp(given.retry_at / 1000000.0), openings = given.openings, paused = given.paused,
        window_started_at = to_timestamp(given.window_started_at / 1000000.0), calls = given.calls,
        failures = given.failures, calls_before = given.calls_before, failures_before = given.failures_before,
        refused = given.refused, permits = given.permits, proofs = given.proofs, disproofs = given.disproofs,
        books = given.books
      from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::boolean[], $7::bigint[],
        $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::integer[], $13::integer[], $14::integer[],
        $15::integer[], $16::text[]) as given (rail, state, since, retry_at, openings, paused, window_started_at, calls,
        failures, calls_before, failures_before, refused, permits, proofs, disproofs, books)
      where health.rail = given.rail`,
    values: [
      changed.map(({ rail }) => rail),
      changed.map(({ row }) => row.state),
      time((row) => row.since),
      time((row) => row.retryAt),
      count((row) => row.openings),
      changed.map(({ row }) => row.paused),
      time((row) => row.windowStartedAt),
      count((row) => row.calls),
      count((row) => row.failures),
      count((row) => row.callsBefore),
      count((row) => row.failuresBefore),
      count((row) => row.refused),
      count((row) => row.permits),
      count((row) => row.proofs),
      count((row) => row.disproofs),
      changed.map(({ row }) => booksText(row.books)),
    ],
  })
}

/** False when another process has it. A lease longer than `leaseMs` predates a clock set back, and is ignored. */
export async function takeProbeLease(tx: Transaction, rail: string, leaseMs: number): Promise<boolean> {
  const rows = await tx.query({
    name: 'rails-take-probe-lease',
    text: `update rails.health set probed_until = clock_timestamp() + $2 * interval '1 millisecond'
      where rail = $1 and (probed_until is null or probed_until < clock_timestamp()
        or probed_until > clock_timestamp() + $2 * interval '1 millisecond') returning rail`,
    values: [rail, leaseMs],
  })
  return rows.length > 0
}

export async function releaseProbeLease(tx: Transaction, rail: string): Promise<void> {
  await tx.query({
    name: 'rails-release-probe-lease',
    text: 'update rails.health set probed_until = null where rail = $1',
    values: [rail],
  })
}

type HealthColumns = {
  rail: string
  state: HealthRow['state']
  since: bigint
  retry_at: bigint | null
  openings: number
  paused: boolean
  window_started_at: bigint
  calls: bigint
  failures: bigint
  calls_before: bigint
  failures_before: bigint
  refused: number
  permits: number
  proofs: number
  disproofs: number
  books: string
}

function toKnown(columns: HealthColumns & { now: bigint }): KnownHealth {
  const now = Number(columns.now)
  return { rail: columns.rail, now, row: byTheClock(toRow(columns), now) }
}

function toRow(columns: HealthColumns): HealthRow {
  return {
    state: columns.state,
    since: Number(columns.since),
    retryAt: columns.retry_at === null ? undefined : Number(columns.retry_at),
    openings: columns.openings,
    paused: columns.paused,
    windowStartedAt: Number(columns.window_started_at),
    calls: Number(columns.calls),
    failures: Number(columns.failures),
    callsBefore: Number(columns.calls_before),
    failuresBefore: Number(columns.failures_before),
    refused: columns.refused,
    permits: columns.permits,
    proofs: columns.proofs,
    disproofs: columns.disproofs,
    books: toBooks(columns.books),
  }
}

type BookColumns = [
  calls: number,
  failures: number,
  callsBefore: number,
  failuresBefore: number,
  refused: number,
  permits: number,
]

/** By book, an array of its counts: short, because it is written with every exchange. */
function booksText(books: HealthByBook): string {
  const rows = Object.entries<BookHealth>(books).map(([book, one]): [string, BookColumns] => [
    book,
    [one.calls, one.failures, one.callsBefore, one.failuresBefore, one.refused, one.permits],
  ])
  return JSON.stringify(Object.fromEntries(rows))
}

function toBooks(text: string): HealthByBook {
  const rows = Object.entries(JSON.parse(text) as Record<string, BookColumns>)
  return Object.fromEntries(
    rows.map(([book, [calls, failures, callsBefore, failuresBefore, refused, permits]]): [string, BookHealth] => [
      book,
      { calls, failures, callsBefore, failuresBefore, refused, permits },
    ]),
  )
}

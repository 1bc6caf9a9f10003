import { BoundedCache, type Timestamp } from '#kernel'
import type { Database, Queryable } from '#platform/postgres'
import type { AccountName, BookNumber } from './commands.ts'
import { positionsPerBatch } from './journal.ts'
import { compactUuid, micros, type Page } from './reading.ts'

/** Both columns without a sign, in minor units: balances below zero are debit, above it credit. */
type Columns = { readonly debit: bigint; readonly credit: bigint }

export type TrialBalance = {
  readonly asOf: Timestamp
  /** One row an asset, over all accounts of the book; the two columns are equal if the books are right. */
  readonly totals: readonly (Columns & { readonly asset: string })[]
  /** Accounts, newest first. */
  readonly page: Page<Columns & { readonly account: AccountName }, TrialBalanceCursor>
}

/** An account's key inside the database. */
export type TrialBalanceCursor = number

export type TrialBalanceQuery = {
  readonly book: BookNumber
  readonly asset?: string
  readonly limit: number
  readonly cursor?: TrialBalanceCursor
}

/** Reads totals and a page of accounts, all of one moment. */
export type TrialBalanceReader = (database: Database, query: TrialBalanceQuery) => Promise<TrialBalance>

/**
 * Totals of a book as one snapshot of the database saw them. `snapshot` is PostgreSQL's own text of
 * what was committed then; `newest` the last batch it contained.
 */
type Totals = {
  readonly snapshot: string
  readonly newest: bigint | null
  readonly assets: ReadonlyMap<string, Columns>
}

/** Books whose totals are remembered, at most twice. */
const booksMax = 1000
/** With more new operations than this, reading every account's head is quicker than catching up. */
const catchUpMax = 50_000

/**
 * Makes a reader that remembers the totals; one a process. Summing every account's balance takes
 * some 4 µs an account. So the sums are kept with the snapshot that they are of, and the next request
 * adds what the batches did that are committed now and were not then, in whatever order they
 * were: no process has to tell another one anything, and the figures are exact.
 */
export function createTrialBalanceReader(): TrialBalanceReader {
  const remembered = new BoundedCache<BookNumber, Totals>(booksMax)
  return async (database, query) =>
    await database.snapshot(async (tx) => {
      const { asOf, totals } = await readTotals(tx, query.book, remembered.get(query.book))
      remembered.set(query.book, totals)
      const assets = query.asset === undefined ? [...totals.assets.keys()].sort() : [query.asset]
      return {
        asOf,
        totals: assets.map((asset) => ({ asset, ...(totals.assets.get(asset) ?? { debit: 0n, credit: 0n }) })),
        page: await readPage(tx, query),
      }
    })
}

type NewsRow = {
  as_of: bigint
  snapshot: string
  newest: bigint | null
  continues: boolean
  operations: bigint
  first: bigint | null
  last: bigint | null
}

async function readTotals(
  tx: Queryable,
  book: BookNumber,
  known: Totals | undefined,
): Promise<{ asOf: Timestamp; totals: Totals }> {
  const [news] = await tx.query<NewsRow>({
    name: 'ledger-read-new-batches',
    text: `
      select ${micros('clock_timestamp()')} as as_of, pg_current_snapshot()::text as snapshot,
        (select b.position from ledger.batches b order by b.position desc limit 1) as newest,
        $2::bigint is null or exists (select from ledger.batches b where b.position = $2) as continues,
        coalesce(sum(b.operations), 0) as operations, min(b.position) as first, max(b.position) as last
      from (select coalesce($1::pg_snapshot, pg_current_snapshot()) as snapshot) known
      join ledger.batches b on b.transaction >= pg_snapshot_xmin(known.snapshot)
        and not pg_visible_in_snapshot(b.transaction, known.snapshot)`,
    values: [known?.snapshot ?? null, known?.newest ?? null],
  })
  if (news === undefined) throw new Error('an aggregate answers one row')
  const { snapshot, newest } = news
  const found = { asOf: Number(news.as_of) }
  // A database restored from an earlier day lacks what the totals contain.
  if (known === undefined || !news.continues || news.operations > BigInt(catchUpMax)) {
    return { ...found, totals: { snapshot, newest, assets: await sumAll(tx, book) } }
  }
  if (news.first === null || news.last === null) return { ...found, totals: { ...known, snapshot, newest } }
  const changes = await sumChanges(tx, { book, since: known.snapshot, first: news.first, last: news.last })
  const assets = new Map(known.assets)
  for (const [asset, change] of changes) {
    const { debit, credit } = assets.get(asset) ?? { debit: 0n, credit: 0n }
    assets.set(asset, { debit: debit + change.debit, credit: credit + change.credit })
  }
  return { ...found, totals: { snapshot, newest, assets } }
}

type ColumnsRow = { asset: string; debit: string; credit: string }

async function sumAll(tx: Queryable, book: BookNumber): Promise<Map<string, Columns>> {
  const rows = await tx.query<ColumnsRow>({
    name: 'ledger-read-totals',
    text: `
      select a.asset, sum(greatest(-e.posted, 0))::text as debit, sum(greatest(e.posted, 0))::text as credit
      from ledger.accounts a
      left join lateral (
        select e.posted from ledger.entries e where e.account = a.number order by e.version desc limit 1
      ) e on true
      where a.book_id = $1
      group by a.asset`,
    values: [book],
  })
  return toColumns(rows)
}

/**
 * What the batches that `since` did not contain have changed: every entry says by its balance and its
 * change what it took from one column and put into another.
 */
async function sumChanges(
  tx: Queryable,
  range: { readonly book: BookNumber; readonly since: string; readonly first: bigint; readonly last: bigint },
): Promise<Map<string, Columns>> {
  const rows = await tx.query<ColumnsRow>({
    name: 'ledger-read-changes-of-totals',
    text: `
      select a.asset, sum(m.debit)::text as debit, sum(m.credit)::text as credit
      from (
        select e.account, sum(greatest(-e.posted, 0) - greatest(e.posted_delta - e.posted, 0)) as debit,
          sum(greatest(e.posted, 0) - greatest(e.posted - e.posted_delta, 0)) as credit
        from ledger.entries e
        where e.position >= $3 and e.position < $4
          and e.position / ${positionsPerBatch} in (
            select b.position / ${positionsPerBatch} from ledger.batches b
            where b.transaction >= pg_snapshot_xmin($2::pg_snapshot)
              and not pg_visible_in_snapshot(b.transaction, $2::pg_snapshot)
          )
        group by e.account
      ) m
      cross join lateral (
        select a.asset from ledger.accounts a where a.number = m.account and a.book_id = $1 offset 0
      ) a
      group by a.asset`,
    values: [range.book, range.since, range.first, range.last + BigInt(positionsPerBatch)],
  })
  return toColumns(rows)
}

function toColumns(rows: readonly ColumnsRow[]): Map<string, Columns> {
  return new Map(
    rows.map(({ asset, debit, credit }) => [asset, { debit: BigInt(debit ?? 0), credit: BigInt(credit ?? 0) }]),
  )
}

async function readPage(tx: Queryable, query: TrialBalanceQuery): Promise<TrialBalance['page']> {
  const { book, asset, limit } = query
  const filter = asset === undefined ? '' : 'and a.asset = $4'
  const rows = await tx.query<{ number: bigint; id: string; code: string; asset: string; posted: bigint | null }>({
    name: `ledger-read-trial-balance${asset === undefined ? '' : '-of-asset'}`,
    text: `
      select a.number, a.id, a.code, a.asset, e.posted
      from (
        select a.number from ledger.accounts a
        where a.book_id = $1 and a.number < $2 ${filter} order by a.number desc limit $3
      ) listed
      cross join lateral (
        select a.number, a.id, a.code, a.asset from ledger.accounts a where a.number = listed.number offset 0
      ) a
      left join lateral (
        select e.posted from ledger.entries e where e.account = a.number order by e.version desc limit 1
      ) e on true
      order by a.number desc`,
    values: [book, query.cursor ?? Number.MAX_SAFE_INTEGER, limit + 1, ...(asset === undefined ? [] : [asset])],
  })
  const items = rows.slice(0, limit).map((row) => {
    const posted = row.posted ?? 0n
    const account = { id: compactUuid(row.id), code: row.code, asset: row.asset }
    return { account, debit: posted < 0n ? -posted : 0n, credit: posted > 0n ? posted : 0n }
  })
  return { items, next: rows.length > limit ? Number(rows[limit - 1]?.number) : undefined }
}

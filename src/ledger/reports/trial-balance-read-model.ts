import { BoundedCache, type Timestamp } from '#kernel'
import { Fault } from '#platform/faults'
import { type Page, type PageRequest, toPage } from '#platform/lists'
import { type Database, micros, openSnapshotReader, type Queryable } from '#platform/postgres'
import { toName } from '../accounts/account-read-model.ts'
import type { AccountName, BookNumber } from '../commands.ts'
import { positionsPerBatch } from '../sealing/journal.ts'
import { type Columns, loadTotals, saveTotals, type Totals } from './trial-balance-store.ts'

export type TrialBalance = {
  readonly asOf: Timestamp
  /** One row per asset. Debit and credit are equal if the books are right. */
  readonly totals: readonly (Columns & { readonly asset: string })[]
  /** Newest accounts first. */
  readonly page: Page<Columns & { readonly account: AccountName }, TrialBalanceCursor>
}

/** An internal account number. */
export type TrialBalanceCursor = number

export type TrialBalanceQuery = PageRequest<TrialBalanceCursor> & {
  readonly book: BookNumber
  readonly asset?: string
}

export type TrialBalanceReader = (database: Database, query: TrialBalanceQuery) => Promise<TrialBalance>

/** Per generation; each cache has two. */
const booksMax = 1000
const requestOperationsMax = 50_000
/** With more new operations, reading every account's head is faster than catching up. */
const catchUpMax = 1_000_000
const keepAfter = 20_000n
const waitMs = 5_000

/**
 * Create one per process. Summing takes about 4 µs per account, so sums are cached with their snapshot. The next
 * request adds the batches committed since, in any order, so the totals are exact without notifications between
 * processes. Longer work runs in the background, once for all requests, and is stored for later processes. After
 * {@link waitMs}, a request fails with a retryable Fault.
 */
export function createTrialBalanceReader(): TrialBalanceReader {
  const remembered = new BoundedCache<BookNumber, Totals>(booksMax)
  const kept = new BoundedCache<BookNumber, bigint>(booksMax)
  const sums = new Map<BookNumber, Promise<Totals>>()
  const forgetful = new WeakSet<Database>()
  const serially = createSerial()
  const sumsSerially = createSerial()

  const keep = async (database: Database, book: BookNumber, totals: Totals) => {
    kept.set(book, 0n)
    // A failure is harmless: a process that does not find the totals sums again.
    await saveTotals(database, book, totals).catch(() => {})
  }
  const sum = (database: Database, book: BookNumber): Promise<Totals> => {
    const running = sums.get(book)
    if (running !== undefined) return running
    const begun = sumsSerially(async () => {
      const epoch = database.epoch()
      const totals = await sumAtLength(database, book, remembered.get(book))
      if (database.epoch() !== epoch) throw notReady()
      return totals
    })
      .then(async (totals) => {
        remembered.set(book, totals)
        await keep(database, book, totals)
        return totals
      })
      .finally(() => sums.delete(book))
    sums.set(book, begun)
    return begun
  }
  const read = (database: Database, query: TrialBalanceQuery, known: Totals): Promise<TrialBalance | undefined> => {
    const epoch = database.epoch()
    return database.snapshot(async (tx) => {
      if (database.epoch() !== epoch) return undefined
      const news = await readNews(tx, known)
      if (!news.continues || news.operations > BigInt(requestOperationsMax)) return undefined
      const totals = await addNews(tx, query.book, known, news)
      // An old server may have answered after its totals were cleared.
      if (database.epoch() !== epoch) return undefined
      remembered.set(query.book, totals)
      kept.set(query.book, (kept.get(query.book) ?? keepAfter) + news.operations)
      const assets = query.asset === undefined ? [...totals.assets.keys()].sort() : [query.asset]
      return {
        asOf: Number(news.as_of),
        totals: assets.map((asset) => ({ asset, ...(totals.assets.get(asset) ?? { debit: 0n, credit: 0n }) })),
        page: await readPage(tx, query),
      }
    })
  }

  return async (database, query) => {
    const { book } = query
    if (!forgetful.has(database)) {
      forgetful.add(database)
      database.onNewEpoch(() => remembered.clear())
    }
    const readFrom = (known: Totals | undefined) => known && serially(() => read(database, query, known))
    const found =
      (await readFrom(remembered.get(book))) ?? (await readFrom(await withinMs(waitMs, sum(database, book))))
    if (found === undefined) throw notReady()
    const totals = remembered.get(book)
    if (totals !== undefined && (kept.get(book) ?? 0n) > keepAfter) void keep(database, book, totals)
    return found
  }
}

function notReady(): Fault {
  const message = 'the balances of the book are being summed in the background; ask again'
  return new Fault({ code: 'trial_balance_not_ready', message, retryable: true })
}

async function withinMs<Value>(ms: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined)
  })
  // The next caller meets a failure after the last caller stopped waiting.
  work.catch(() => {})
  return await Promise.race([work, over]).finally(() => clearTimeout(timer))
}

/** Does one piece of work at a time, in the order of the calls. */
function createSerial(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work, work)
    last = result.catch(() => {})
    return result
  }
}

async function sumAtLength(database: Database, book: BookNumber, remembered: Totals | undefined): Promise<Totals> {
  const known = remembered ?? (await loadTotals(database, book))
  const reader = await openSnapshotReader(database.connection, { purpose: 'trial balance' })
  try {
    const news = await readNews(reader, known)
    // A database restored to an earlier time lacks batches that the totals contain.
    if (known === undefined || !news.continues || news.operations > BigInt(catchUpMax)) {
      return { snapshot: news.snapshot, newest: news.newest, assets: await sumAll(reader, book) }
    }
    return await addNews(reader, book, known, news)
  } finally {
    await reader.close()
  }
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

async function readNews(tx: Queryable, known: Totals | undefined): Promise<NewsRow> {
  const [news] = await tx.query<NewsRow>({
    name: 'ledger-read-new-batches',
    text: `
      select ${micros('clock_timestamp()')} as as_of, pg_current_snapshot()::text as snapshot,
        (select b.position from ledger.batches b order by b.position desc limit 1) as newest,
        $2::bigint is null or exists (select from ledger.batches b where b.position = $2) as continues,
        coalesce(sum(b.operations), 0) as operations, min(b.position) as first, max(b.position) as last
      from (select coalesce($1::pg_snapshot, pg_current_snapshot()) as snapshot) known
      join ledger.batches b on b.transaction >= pg_snapshot_xmin(known.snapshot)
        and not pg_visible_in_snapshot(b.transaction, known.snapshot)
        -- Rows restored from another server, whose transactions this one has yet to reach, are not new.
        and b.transaction < pg_snapshot_xmax(pg_current_snapshot())`,
    values: [known?.snapshot ?? null, known?.newest ?? null],
  })
  if (news === undefined) throw new Error('an aggregate answers one row')
  return news
}

async function addNews(tx: Queryable, book: BookNumber, known: Totals, news: NewsRow): Promise<Totals> {
  const { snapshot, newest, first, last } = news
  if (first === null || last === null) return { ...known, snapshot, newest }
  const changes = await sumChanges(tx, { book, since: known.snapshot, first, last })
  const assets = new Map(known.assets)
  for (const [asset, change] of changes) {
    const { debit, credit } = assets.get(asset) ?? { debit: 0n, credit: 0n }
    assets.set(asset, { debit: debit + change.debit, credit: credit + change.credit })
  }
  return { snapshot, newest, assets }
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

/** Changes by batches not in `since`. The balance and the change of an entry determine its effect on both columns. */
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
              and b.transaction < pg_snapshot_xmax(pg_current_snapshot())
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
  const { items, next } = toPage(rows, limit, ({ number }) => Number(number))
  return {
    items: items.map((row) => {
      const posted = row.posted ?? 0n
      return { account: toName(row), debit: posted < 0n ? -posted : 0n, credit: posted > 0n ? posted : 0n }
    }),
    next,
  }
}

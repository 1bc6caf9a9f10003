import type { Timestamp } from '#kernel'
import { type Page, type PageRequest, readInRounds, type Scanned } from '#platform/lists'
import { type Database, epochChanged, instant, micros, type Queryable } from '#platform/postgres'
import { findAccount } from '../accounts/account-read-model.ts'
import type { AccountName, AccountReference, BookNumber } from '../commands.ts'
import {
  type Entry,
  type EntryRow,
  entryColumns,
  entryFields,
  entryLaterals,
  toEntry,
  versionRange,
} from '../lists/entry-read-model.ts'
import { versionsAtTime } from '../lists/version-read-model.ts'
import { balancesOfVersion, type TimeAxis } from './balance-read-model.ts'
import { createTurnoverReader, type Turnover, type TurnoverReader } from './turnover-read-model.ts'

/**
 * Opening + totalIn - totalOut = closing, exactly, even while entries are written. Lists the entries that moved money,
 * oldest first, in minor units. An entry shows the balances when it was recorded, even in the order of effective time.
 */
export type Statement = Turnover & {
  readonly account: AccountName
  readonly opening: bigint
  readonly closing: bigint
  readonly page: Page<Entry, StatementCursor>
}

/** The time (by the statement's axis) and the version of the last entry returned. */
export type StatementCursor = readonly [at: Timestamp, version: number]

export type StatementQuery = PageRequest<StatementCursor> & {
  readonly book: BookNumber
  readonly account: AccountReference
  /** Inclusive; default: the account's opening. */
  readonly from?: Timestamp
  /** Exclusive; default: now. */
  readonly to?: Timestamp
  readonly by: TimeAxis
}

/** Undefined when the account does not exist. Pages may be short, see {@link Page}. */
export type StatementReader = (database: Reading, query: StatementQuery) => Promise<Statement | undefined>
type Reading = Pick<Database, 'query' | 'epoch'>

/** The reader caches sums over the past; create one per process. */
export function createStatementReader(): StatementReader {
  const turnover = createTurnoverReader()
  return async (database, query) => {
    const epoch = database.epoch()
    const account = await findAccount(database, query.book, query.account)
    if (account === undefined) return undefined
    const { id, code, asset, number } = account
    // All queries stop at the latest version of this moment, so that their results fit together.
    const range = { account: number, ...(await versionRange(database, number, query)) }
    const totals =
      query.by === 'recorded'
        ? await recordedTotals(database, turnover, range)
        : await effectiveTotals(database, turnover, range, query)
    const page =
      query.by === 'recorded' ? await recordedPage(database, query, range) : await effectivePage(database, query, range)
    if (database.epoch() !== epoch) throw epochChanged()
    return { account: { id, code, asset }, ...totals, page }
  }
}

/** Entries above `above` up to `upTo` were recorded within the statement. Later queries stop at `latest`. */
type Range = { readonly account: number; readonly above: number; readonly upTo: number; readonly latest: number }

type Totals = Turnover & { readonly opening: bigint; readonly closing: bigint }

async function recordedTotals(database: Reading, turnover: TurnoverReader, range: Range): Promise<Totals> {
  const upTo = Math.max(range.above, range.upTo)
  const opening = await balancesOfVersion(database, { account: range.account, version: range.above })
  const closing = await balancesOfVersion(database, { account: range.account, version: upTo })
  const sums = await turnover(database, { account: range.account, above: range.above, upTo })
  return { opening: opening.posted, closing: closing.posted, ...sums }
}

/**
 * Corrects the recorded totals by backdated entries. Entries effective before the statement are removed from its
 * totals, and later entries effective within it are added. Both balances include entries recorded later that count
 * before them.
 */
async function effectiveTotals(
  database: Reading,
  turnover: TurnoverReader,
  range: Range,
  query: StatementQuery,
): Promise<Totals> {
  const recorded = await recordedTotals(database, turnover, range)
  const { before, within } = await sumBackdatedByKind(database, range, query)
  return {
    opening: recorded.opening + before.totalIn - before.totalOut,
    closing: recorded.closing + before.laterIn - before.laterOut + within.laterIn - within.laterOut,
    // Entries recorded within the statement but effective before it were counted wrongly.
    totalIn: recorded.totalIn - (before.totalIn - before.laterIn) + within.laterIn,
    totalOut: recorded.totalOut - (before.totalOut - before.laterOut) + within.laterOut,
  }
}

type BackdatedSums = Turnover & { readonly laterIn: bigint; readonly laterOut: bigint }

/** Only entries recorded after the statement's start. Reads only the index, about 0.1 µs per backdated entry. */
async function sumBackdatedByKind(
  database: Queryable,
  range: Range,
  query: StatementQuery,
): Promise<{ readonly before: BackdatedSums; readonly within: BackdatedSums }> {
  const { from, to } = effectiveBounds(query)
  const sums = (part: 'before' | 'within', effective: string) => `
    select '${part}' as part, coalesce(sum(b.posted_delta) filter (where b.posted_delta > 0), 0)::text as total_in,
      coalesce(-sum(b.posted_delta) filter (where b.posted_delta < 0), 0)::text as total_out,
      coalesce(sum(b.posted_delta) filter (where b.posted_delta > 0 and b.version > $5), 0)::text as later_in,
      coalesce(-sum(b.posted_delta) filter (where b.posted_delta < 0 and b.version > $5), 0)::text as later_out
    from ledger.backdated_entries b
    where b.account = $1 and ${effective} and b.version > $4 and b.version <= $6`
  const rows = await database.query<Record<'part' | 'total_in' | 'total_out' | 'later_in' | 'later_out', string>>({
    name: 'ledger-read-statement-backdated',
    text: `${sums('before', `b.effective_at < ${instant('$2')}`)} union all
      ${sums('within', `b.effective_at >= ${instant('$2')} and b.effective_at < ${instant('$3')}`)}`,
    values: [range.account, from, to, range.above, Math.max(range.above, range.upTo), range.latest],
  })
  const sumsOf = (part: 'before' | 'within'): BackdatedSums => {
    const row = rows.find((candidate) => candidate.part === part)
    return {
      totalIn: BigInt(row?.total_in ?? 0),
      totalOut: BigInt(row?.total_out ?? 0),
      laterIn: BigInt(row?.later_in ?? 0),
      laterOut: BigInt(row?.later_out ?? 0),
    }
  }
  return { before: sumsOf('before'), within: sumsOf('within') }
}

function effectiveBounds(query: StatementQuery): { readonly from: Timestamp; readonly to: Timestamp } {
  const from = query.from ?? Number.MIN_SAFE_INTEGER
  return { from, to: Math.max(from, query.to ?? Number.MAX_SAFE_INTEGER) }
}

const cursorOf = (entry: Entry, by: TimeAxis): StatementCursor => [
  by === 'recorded' ? entry.recordedAt : entry.effectiveAt,
  entry.version,
]

type ScanRow = { scanned: bigint; reached: bigint | null; reached_at: bigint | null } & (EntryRow | { version: null })

/** `current`: without backdated entries. */
const oldestFirst = (current: boolean) => `
  with scan as materialized (
    select ${entryFields} from ledger.entries e
    where e.account = $2 and e.version > $3 and e.version <= $4
    order by e.version limit $5
  ),
  page as (
    select ${entryColumns} from scan e ${entryLaterals}
    where e.posted_delta <> 0 ${current ? 'and t.effective_at = e.recorded_at' : ''}
    order by e.version limit $6
  )
  select reach.scanned, reach.reached, reach.reached_at, page.*
  from (
    select count(*) as scanned, max(scan.version) as reached, ${micros('max(scan.recorded_at)')} as reached_at from scan
  ) reach
  left join page on true
  order by page.version`

const recordedText = oldestFirst(false)
const currentText = oldestFirst(true)

type VersionScan = { readonly above: number; readonly round: number; readonly wanted: number }

/** Entries per round. Only many holds or backdated entries make further rounds necessary. */
const roundRows = [256, 512, 512] as const

async function scanVersions(
  database: Queryable,
  query: StatementQuery,
  range: Range,
  { above, round, wanted }: VersionScan,
): Promise<Scanned<Entry, StatementCursor>> {
  const scannedMax = Math.max(wanted, round)
  const rows = await database.query<ScanRow>({
    name: `ledger-read-statement-${query.by}`,
    text: query.by === 'recorded' ? recordedText : currentText,
    values: [query.book, range.account, above, range.upTo, scannedMax, wanted],
  })
  const items = rows.flatMap((row) => (row.version === null ? [] : [toEntry(row)]))
  const last = items.at(-1)
  if (items.length === wanted && last !== undefined) return { items, reached: cursorOf(last, 'recorded') }
  const [row] = rows
  if (row?.reached == null || Number(row.scanned) < scannedMax) return { items, reached: undefined }
  return { items, reached: [Number(row.reached_at), Number(row.reached)] }
}

function recordedPage(database: Queryable, query: StatementQuery, range: Range): Promise<Page<Entry, StatementCursor>> {
  return readInRounds({
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: (entry: Entry) => cursorOf(entry, 'recorded'),
    rounds: roundRows,
    scan: ({ cursor, wanted, round }) =>
      scanVersions(database, query, range, { above: Math.max(range.above, cursor?.[1] ?? 0), round, wanted }),
  })
}

/** Merges both streams by effective time. No entry beyond the last row of a partly read stream is returned yet. */
function effectivePage(
  database: Queryable,
  query: StatementQuery,
  range: Range,
): Promise<Page<Entry, StatementCursor>> {
  return readInRounds({
    limit: query.limit,
    cursor: query.cursor,
    cursorOf: (entry: Entry) => cursorOf(entry, 'effective'),
    rounds: roundRows,
    scan: async ({ cursor, wanted, round }) => {
      const above = cursor === undefined ? range.above : await lastVersionSeen(database, range, cursor)
      const current = await scanVersions(database, query, range, { above, round, wanted })
      const backdated = await readBackdated(database, { query, range, cursor, wanted })
      const reached = earlier(current.reached, backdated.reached)
      const items = [...current.items, ...backdated.items]
        .filter((entry) => reached === undefined || compare(cursorOf(entry, 'effective'), reached) <= 0)
        .sort((one, other) => compare(cursorOf(one, 'effective'), cursorOf(other, 'effective')))
      return { items, reached }
    },
  })
}

/** The last version whose entry, if not backdated, is at or before the cursor. */
async function lastVersionSeen(database: Queryable, range: Range, [at, version]: StatementCursor): Promise<number> {
  const { account } = range
  const [before = 0, until = 0] = await versionsAtTime(database, [
    { account, bound: at - 1 },
    { account, bound: at },
  ])
  return Math.max(range.above, before, Math.min(version, until))
}

function compare(one: StatementCursor, other: StatementCursor): number {
  return one[0] - other[0] || one[1] - other[1]
}

function earlier(one: StatementCursor | undefined, other: StatementCursor | undefined): StatementCursor | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return compare(one, other) <= 0 ? one : other
}

async function readBackdated(
  database: Queryable,
  options: {
    readonly query: StatementQuery
    readonly range: Range
    readonly cursor: StatementCursor | undefined
    readonly wanted: number
  },
): Promise<Scanned<Entry, StatementCursor>> {
  const { query, range, wanted } = options
  const bounds = effectiveBounds(query)
  const [at, version] = options.cursor ?? [bounds.from, 0]
  const rows = await database.query<EntryRow>({
    name: 'ledger-read-statement-backdated-page',
    text: `
      select ${entryColumns}
      from (
        select b.version from ledger.backdated_entries b
        where b.account = $2 and (b.effective_at, b.version) > (${instant('$3')}, $4) and b.effective_at < ${instant('$5')}
          and b.version <= $6
        order by b.effective_at, b.version limit $7
      ) b
      cross join lateral (
        select ${entryFields} from ledger.entries e where e.account = $2 and e.version = b.version offset 0
      ) e
      ${entryLaterals}`,
    values: [query.book, range.account, at, version, bounds.to, range.latest, wanted],
  })
  const items = rows
    .map(toEntry)
    .sort((one, other) => compare(cursorOf(one, 'effective'), cursorOf(other, 'effective')))
  const last = items.at(-1)
  return { items, reached: items.length < wanted || last === undefined ? undefined : cursorOf(last, 'effective') }
}

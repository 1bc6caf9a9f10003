import { assert, type Timestamp, type Uuid } from '#kernel'
import { type Page, type PageRequest, readInRounds, type Scanned } from '#platform/lists'
import { micros, type Queryable, toUuid } from '#platform/postgres'
import { findAccount, toName } from '../accounts/account-read-model.ts'
import type { AccountName, AccountReference, BookNumber } from '../commands.ts'
import { entryKind, entrySide, transferFlag } from '../sealing/journal.ts'
import { latestVersion, versionsAtTime } from './version-read-model.ts'

export type EntryKind = 'posted' | 'held' | 'settled' | 'voided' | 'expired'

/** One side of one operation, with the balances it left, in minor units. */
export type Entry = {
  readonly transfer: Uuid
  readonly kind: EntryKind
  readonly direction: 'in' | 'out'
  /** Without a sign; 0 for all kinds but `posted` and `settled`. */
  readonly amount: bigint
  /** The change of `pendingOut` or `pendingIn`, by `direction`. */
  readonly pendingChange: bigint
  readonly posted: bigint
  readonly pendingOut: bigint
  readonly pendingIn: bigint
  readonly version: number
  readonly counterparty: AccountName
  readonly reference?: string
  /** `recordedAt` unless the client gave an effective time. */
  readonly effectiveAt: Timestamp
  readonly recordedAt: Timestamp
}

/** The version of the last entry returned. */
export type EntryCursor = number

/**
 * Lists an account's entries, newest first, recorded from `from` (inclusive) to `to` (exclusive). Omits changes of
 * settings. Undefined when the account does not exist. Pages may be short, see {@link Page}.
 */
export async function listEntries(
  database: Queryable,
  query: PageRequest<EntryCursor> & {
    readonly book: BookNumber
    readonly account: AccountReference
    readonly from?: Timestamp
    readonly to?: Timestamp
  },
): Promise<Page<Entry, EntryCursor> | undefined> {
  const account = await findAccount(database, query.book, query.account)
  if (account === undefined) return undefined
  const { above, upTo } = await versionRange(database, account.number, query)
  return await readInRounds({
    limit: query.limit,
    cursor: Math.min(query.cursor ?? Number.MAX_SAFE_INTEGER, upTo + 1),
    cursorOf: (entry: Entry) => entry.version,
    rounds: roundRows,
    scan: async ({ cursor, wanted, round }) => {
      const scannedMax = Math.max(wanted, round)
      const rows = await database.query<EntryScanRow>({
        name: 'ledger-read-entries-newest-first',
        text: newestFirst,
        values: [query.book, account.number, above, cursor, scannedMax, wanted],
      })
      return readScan(rows, { scannedMax, wanted })
    },
  })
}

/** Entries per round. Only changes of settings make further rounds necessary. */
const roundRows = [256, 1024, 2000] as const

/** Versions recorded from `from` until before `to`: `above` is exclusive, `upTo` inclusive. */
export async function versionRange(
  database: Queryable,
  account: number,
  bounds: { readonly from?: Timestamp; readonly to?: Timestamp },
): Promise<{ readonly above: number; readonly upTo: number; readonly latest: number }> {
  const latest = await latestVersion(database, account)
  const probes = [bounds.from, bounds.to].flatMap((bound) =>
    bound === undefined ? [] : [{ account, bound: bound - 1 }],
  )
  const found = await versionsAtTime(database, probes)
  const above = bounds.from === undefined ? 0 : (found[0] ?? 0)
  const upTo = bounds.to === undefined ? latest : (found.at(-1) ?? 0)
  return { above: Math.min(above, latest), upTo: Math.min(upTo, latest), latest }
}

export const entryFields = `e.account, e.version, e.transfer, e.posted_delta, e.pending_delta, e.posted, e.pending_out,
      e.pending_in, e.recorded_at, e.kind, e.side`

/** Adds the transfer and the other account to `e`. `offset 0` keeps the index probes from becoming joins. */
export const entryLaterals = `
    cross join lateral (
      select t.id, t.reference, t.flags, case when e.account = t.source then t.destination else t.source end as other,
        case when (t.flags & ${transferFlag.effectiveAtGiven}) <> 0 then least(t.effective_at, e.recorded_at)
          else e.recorded_at end as effective_at
      from ledger.transfers t where t.book_id = $1 and t.position = e.transfer and t.flags < 4 offset 0
    ) t
    cross join lateral (
      select a.id, a.code, a.asset from ledger.accounts a where a.number = t.other offset 0
    ) a`

export const entryColumns = `e.version, e.posted_delta, e.pending_delta, e.posted, e.pending_out, e.pending_in, e.kind, e.side,
      ${micros('e.recorded_at')} as recorded_at, t.id as transfer, t.reference, ${micros('t.effective_at')} as effective_at,
      a.id as other_id, a.code as other_code, a.asset as other_asset`

const newestFirst = `
  with scan as materialized (
    select ${entryFields} from ledger.entries e
    where e.account = $2 and e.version > $3 and e.version < $4
    order by e.version desc limit $5
  ),
  page as (
    select ${entryColumns} from scan e ${entryLaterals}
    where e.kind <> ${entryKind.setting}
    order by e.version desc limit $6
  )
  select reach.scanned, reach.reached, page.*
  from (select count(*) as scanned, min(scan.version) as reached from scan) reach
  left join page on true
  order by page.version desc`

export type EntryRow = {
  version: bigint
  posted_delta: bigint
  pending_delta: bigint
  posted: bigint
  pending_out: bigint
  pending_in: bigint
  kind: number
  side: number
  recorded_at: bigint
  transfer: string
  reference: string | null
  effective_at: bigint
  other_id: string
  other_code: string
  other_asset: string
}

type EntryScanRow = { scanned: bigint; reached: bigint | null } & (EntryRow | { version: null })

function readScan(
  rows: readonly EntryScanRow[],
  { scannedMax, wanted }: { readonly scannedMax: number; readonly wanted: number },
): Scanned<Entry, EntryCursor> {
  const items = rows.flatMap((row) => (row.version === null ? [] : [toEntry(row)]))
  const [row] = rows
  const ended = Number(row?.scanned ?? 0n) < scannedMax
  // A full page stopped at its last row. Otherwise the page covers all scanned rows.
  if (items.length === wanted) return { items, reached: items.at(-1)?.version }
  return { items, reached: ended || row?.reached == null ? undefined : Number(row.reached) }
}

const kindNames = new Map<number, EntryKind>([
  [entryKind.posted, 'posted'],
  [entryKind.held, 'held'],
  [entryKind.settled, 'settled'],
  [entryKind.voided, 'voided'],
  [entryKind.expired, 'expired'],
])

export function toEntry(row: EntryRow): Entry {
  const kind = kindNames.get(row.kind)
  assert(kind !== undefined, 'an entry has a kind that is not known')
  return {
    transfer: toUuid(row.transfer),
    kind,
    direction: row.side === entrySide.source ? 'out' : 'in',
    amount: row.posted_delta < 0n ? -row.posted_delta : row.posted_delta,
    pendingChange: row.pending_delta,
    posted: row.posted,
    pendingOut: row.pending_out,
    pendingIn: row.pending_in,
    version: Number(row.version),
    counterparty: toName({ id: row.other_id, code: row.other_code, asset: row.other_asset }),
    ...(row.reference === null ? undefined : { reference: row.reference }),
    effectiveAt: Number(row.effective_at),
    recordedAt: Number(row.recorded_at),
  }
}

import type { Timestamp } from '#kernel'
import { instant, type Queryable } from '#platform/postgres'
import { findAccount } from '../accounts/account-read-model.ts'
import type { AccountName, AccountReference, BookNumber } from '../commands.ts'
import { summedHolds, summedUntil } from '../holds/hold-sum-store.ts'
import { heldNow } from '../holds/lapsed-holds-read-model.ts'
import { latestVersion, versionsAtTime } from '../lists/version-read-model.ts'
import { entryKind, entrySide } from '../sealing/journal.ts'

export type TimeAxis = 'recorded' | 'effective'

/** Minor units; available = posted - pendingOut. */
export type Balance = AccountName & {
  readonly posted: bigint
  readonly pendingOut: bigint
  readonly pendingIn: bigint
  /** By recording time; 0 before the first entry. */
  readonly version: number
}

/**
 * The balances at `at`, inclusive; default: now. Undefined when the account does not exist. By `effective`, the posted
 * balance also counts entries recorded later but effective at or before `at`. No entry takes effect after its
 * recording, so nothing is left out. Pending balances and the version are always as recorded.
 */
export async function balanceAt(
  database: Queryable,
  query: {
    readonly book: BookNumber
    readonly account: AccountReference
    readonly at?: Timestamp
    readonly by?: TimeAxis
  },
): Promise<Balance | undefined> {
  const account = await findAccount(database, query.book, query.account)
  if (account === undefined) return undefined
  const { id, code, asset, number } = account
  // All queries stop at one version, so that entries written meanwhile do not count.
  if (query.at === undefined) return { id, code, asset, ...(await balancesNow(database, number)) }
  const latest = await latestVersion(database, number)
  const [found = 0] = await versionsAtTime(database, [{ account: number, bound: query.at }])
  const version = Math.min(found, latest)
  const recorded = await balancesHeldAt(database, { book: query.book, account: number, version, at: query.at })
  if (query.by !== 'effective') return { id, code, asset, ...recorded }
  const later = await sumBackdated(database, { account: number, upTo: query.at, after: version, until: latest })
  return { id, code, asset, ...recorded, posted: recorded.posted + later }
}

/** One statement sees the end of a hold together with its entry, or neither. */
async function balancesNow(database: Queryable, account: number): Promise<Balances> {
  const latest = { entry: 'e', account: '$1' }
  const rows = await database.query<BalancesRow & { version: bigint }>({
    name: 'ledger-read-balances-now',
    text: `select e.version, e.posted, ${heldNow('out', latest)} as pending_out, ${heldNow('in', latest)} as pending_in
      from ledger.entries e where e.account = $1 order by e.version desc limit 1`,
    values: [account],
  })
  return toBalances(rows[0], Number(rows[0]?.version ?? 0n))
}

/**
 * Excludes holds that had lapsed by `at`: those whose end is not written yet, and those ended by the `expired` entries
 * that directly follow that version. Sums are of the holds that are open now: they serve for the latest version. A run
 * of ends is looked at as one, unless `at` is between the times of its holds.
 */
async function balancesHeldAt(database: Queryable, { book, account, version, at }: HeldAt): Promise<Balances> {
  const lapsed = (column: 'source' | 'destination') => `(
        ${summedHolds(column, { account: '$1', until: 'summed.until' })} + coalesce((
          select sum(h.amount) from ledger.holds h
          where h.${column} = $1 and h.transfer <= e.position
            and h.expires_at > summed.until and h.expires_at <= moment.at
        ), 0))::bigint`
  const ended = (direction: 'out' | 'in') => `coalesce((
          select sum(held_${direction}) from walk where is_whole and latest <= moment.at
        ), 0)::bigint + coalesce((
          select sum(-later.pending_delta)
          from looked_at
          cross join lateral (
            select l.transfer, l.pending_delta, l.side, l.kind from ledger.entries l
            where l.account = $1 and l.version between looked_at.first and looked_at.last offset 0
          ) later
          cross join lateral (
            select t.position, t.expires_at from ledger.transfers t
            where t.book_id = $4 and t.position = later.transfer and t.flags < 4 offset 0
          ) t
          where later.side = ${direction === 'out' ? entrySide.source : entrySide.destination}
            and later.kind = ${entryKind.expired} and t.position <= e.position and t.expires_at <= moment.at
        ), 0)::bigint`
  const rows = await database.query<BalancesRow>({
    name: 'ledger-read-balances-held-at',
    text: `with recursive moment as materialized (select least(${instant('$3')}, statement_timestamp()) as at),
      walk as (
        select ${walked} from (select $2::bigint + 1 as start) begun cross join lateral (${stepFrom('begun.start')}) step
        union all
        select ${walked} from walk cross join lateral (${stepFrom('walk.last_version + 1')}) step where walk.is_whole
      ),
      looked_at as (
        select start as first, coalesce(stop, first_version, ${endOfVersions}) - 1 as last from walk
        union all
        select first_version, last_version from walk, moment
        where is_whole and earliest <= moment.at and latest > moment.at
      )
      select e.posted,
        case when e.pending_out > 0 then e.pending_out - ${lapsed('source')} - (${ended('out')})
          else e.pending_out end as pending_out,
        case when e.pending_in > 0 then e.pending_in - ${lapsed('destination')} - (${ended('in')})
          else e.pending_in end as pending_in
      from ledger.entries e
      cross join moment
      cross join lateral (
        select case when exists (select from ledger.entries later where later.account = $1 and later.version > $2)
          then '-infinity' else ${summedUntil({ account: '$1', at: 'moment.at' })} end as until
        offset 0
      ) summed
      where e.account = $1 and e.version = $2`,
    values: [account, version, at, book],
  })
  return toBalances(rows[0], version)
}

const endOfVersions = '9223372036854775807'
const walked = [
  'start',
  'stop',
  'first_version',
  'last_version',
  'earliest',
  'latest',
  'held_out',
  'held_in',
  'is_whole',
]
  .map((column) => `step.${column}`)
  .join(', ')

/**
 * From a version on: the next run of ends, and the first entry before it that is no end of a lapsed hold. `is_whole`:
 * there is a run and no such entry, so all of the run directly follows.
 */
function stepFrom(start: string): string {
  return `select ${start} as start, stopped.version as stop, run.first_version, run.last_version,
            run.earliest, run.latest, run.held_out, run.held_in,
            run.first_version is not null and stopped.version is null as is_whole
          from (values (1)) one
          left join lateral (
            select first_version, last_version, earliest, latest, held_out, held_in from ledger.expiry_runs
            where account = $1 and first_version >= ${start} order by first_version limit 1
          ) run on true
          left join lateral (
            select other.version from ledger.entries other
            where other.account = $1 and other.version >= ${start} and other.kind <> ${entryKind.expired}
              and other.version < coalesce(run.first_version, ${endOfVersions})
            order by other.version limit 1
          ) stopped on true`
}

type HeldAt = {
  readonly book: BookNumber
  readonly account: number
  readonly version: number
  readonly at: Timestamp
}

type BalancesRow = { posted: bigint; pending_out: bigint; pending_in: bigint }

function toBalances(row: BalancesRow | undefined, version: number): Balances {
  return { posted: row?.posted ?? 0n, pendingOut: row?.pending_out ?? 0n, pendingIn: row?.pending_in ?? 0n, version }
}

type Balances = Omit<Balance, keyof AccountName>

export async function balancesOfVersion(
  database: Queryable,
  { account, version }: { readonly account: number; readonly version: number },
): Promise<Balances> {
  const rows = await database.query<BalancesRow>({
    name: 'ledger-read-balances-of-version',
    text: `select e.posted, e.pending_out, e.pending_in from ledger.entries e where e.account = $1 and e.version = $2`,
    values: [account, version],
  })
  return toBalances(rows[0], version)
}

/** `after` is exclusive; `until` and `upTo` are inclusive. Reads only the index, about 0.1 µs per backdated entry. */
export async function sumBackdated(
  database: Queryable,
  range: { readonly account: number; readonly upTo: Timestamp; readonly after: number; readonly until: number },
): Promise<bigint> {
  const rows = await database.query<{ total: string | null }>({
    name: 'ledger-read-sum-of-backdated-entries',
    text: `select sum(b.posted_delta)::text as total from ledger.backdated_entries b
           where b.account = $1 and b.effective_at <= ${instant('$2')}
             and b.version > $3 and b.version <= $4`,
    values: [range.account, range.upTo, range.after, range.until],
  })
  return BigInt(rows[0]?.total ?? '0')
}

import type { Timestamp } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { findAccount } from './account-read-model.ts'
import type { AccountName, AccountReference, BookNumber } from './commands.ts'
import { instant } from './reading.ts'
import { latestVersion, versionsAtTime } from './version-read-model.ts'

/** By which time a question about the past is meant: when money was recorded, or when it counts from. */
export type TimeAxis = 'recorded' | 'effective'

/** An account's balances at a moment. Minor units; available = posted - pendingOut. */
export type Balance = AccountName & {
  readonly posted: bigint
  readonly pendingOut: bigint
  readonly pendingIn: bigint
  /** The version the account had at the moment, by time of recording; 0: nothing had happened yet. */
  readonly version: number
}

/**
 * The balances as they stood at `at`, inclusive; now when not given. `undefined`: no such account.
 *
 * By `recorded` it is what the books said at that moment. By `effective` the posted balance is what
 * the books now say of that moment: what had been recorded by then, and what was recorded later with
 * an effective time at or before it. (An entry never takes effect after its recording, so nothing
 * has to be left out.) Holds have no effective time: pending figures and the version are as recorded.
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
  // Everything is asked up to one version, so that what is written meanwhile counts nowhere.
  const latest = await latestVersion(database, number)
  if (query.at === undefined) return { id, code, asset, ...(await balancesOfVersion(database, number, latest)) }
  const [found = 0] = await versionsAtTime(database, [{ account: number, bound: query.at }])
  const version = Math.min(found, latest)
  const recorded = await balancesOfVersion(database, number, version)
  if (query.by !== 'effective') return { id, code, asset, ...recorded }
  const later = await sumBackdated(database, { account: number, upTo: query.at, after: version, until: latest })
  return { id, code, asset, ...recorded, posted: recorded.posted + later }
}

type Balances = Omit<Balance, keyof AccountName>

/** The balances that the account's entry of that version left; zero for version 0. */
export async function balancesOfVersion(database: Queryable, account: number, version: number): Promise<Balances> {
  const rows = await database.query<{ posted: bigint; pending_out: bigint; pending_in: bigint }>({
    name: 'ledger-read-balances-of-version',
    text: `select e.posted, e.pending_out, e.pending_in from ledger.entries e where e.account = $1 and e.version = $2`,
    values: [account, version],
  })
  const [row] = rows
  return {
    posted: row?.posted ?? 0n,
    pendingOut: row?.pending_out ?? 0n,
    pendingIn: row?.pending_in ?? 0n,
    version,
  }
}

/**
 * What backdated entries of versions after `after` up to `until` moved with an effective time
 * up to `upTo`, inclusive. Read from the index alone; the work grows with the number of backdated
 * entries of the account, about 0.1 µs each.
 */
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

import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { entryKind } from './journal.ts'
import { compactUuid } from './reading.ts'

/**
 * SQL about holds whose time is over but whose end is not written yet. What has lapsed holds nothing:
 * from that moment on it is in no balance, whoever reads it, and its transfer has expired. The next batch
 * that concerns one of its accounts, or the background expiry, writes that down.
 *
 * The time is that of the database, at the beginning of the statement, so that one statement has one time.
 */

/** Whether a row with an `expires_at`, of holds or of transfers, has lapsed. */
export function isLapsed(alias: string): string {
  return `(${alias}.expires_at <= statement_timestamp())`
}

/**
 * What is held of an account, out of it or into it, without what has lapsed. `entry` is the alias of its
 * latest entry, `account` an expression for its number. Nothing is searched where nothing is held.
 */
export function heldNow(side: 'out' | 'in', { entry, account }: { entry: string; account: string }): string {
  const column = side === 'out' ? 'source' : 'destination'
  return `(case when ${entry}.pending_${side} > 0 then ${entry}.pending_${side} - coalesce((
      select sum(h.amount) from ledger.holds h where h.${column} = ${account} and ${isLapsed('h')}
    ), 0)::bigint else ${entry}.pending_${side} end)`
}

/** So many lapsed holds of an account are ended with a change of it. */
const fewMax = 1_000

/**
 * A pending transfer on an account that has lapsed without its end being written, undefined when there is none; and
 * whether there are very many.
 */
export async function readLapsedHold(
  queryable: Queryable,
  account: number,
): Promise<{ readonly id: Uuid | undefined; readonly isMany: boolean }> {
  const lapsedOf = (side: 'source' | 'destination') => `(select book_id, transfer from ledger.holds h
          where h.${side} = $1 and ${isLapsed('h')} order by expires_at limit ${fewMax})`
  const [row] = await queryable.query<{ id: string; count: bigint }>({
    name: 'ledger-read-lapsed-hold',
    text: `with lapsed as materialized (${lapsedOf('source')} union all ${lapsedOf('destination')})
      select t.id, (select count(*) from lapsed) as count
      from (select book_id, transfer from lapsed limit 1) one
      cross join lateral (
        select id from ledger.transfers
        where book_id = one.book_id and position = one.transfer and flags < 4 limit 1
      ) t`,
    values: [account],
  })
  return { id: row && compactUuid(row.id), isMany: Number(row?.count ?? 0) >= fewMax }
}

/** How many of the entries of an account after a version end lapsed holds. */
export async function countLapsedSince(queryable: Queryable, account: number, version: number): Promise<number> {
  const [row] = await queryable.query<{ count: bigint }>({
    name: 'ledger-count-lapsed-since',
    text: 'select count(*) as count from ledger.entries where account = $1 and version > $2 and kind = $3',
    values: [account, version, entryKind.expired],
  })
  return Number(row?.count)
}

import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'
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

/** As many lapsed holds of one account as are ended before its settings change. */
const lapsedMax = 5_000

/** The pending transfers on an account that have lapsed without their end being written, the longest lapsed first. */
export async function readLapsedHolds(queryable: Queryable, account: number): Promise<Uuid[]> {
  const rows = await queryable.query<{ id: string }>({
    name: 'ledger-read-lapsed-holds',
    text: `select t.id
      from (
        (select book_id, transfer, expires_at from ledger.holds h where h.source = $1 and ${isLapsed('h')}
          order by expires_at limit ${lapsedMax})
        union all
        (select book_id, transfer, expires_at from ledger.holds h where h.destination = $1 and ${isLapsed('h')}
          order by expires_at limit ${lapsedMax})
        order by expires_at, transfer limit ${lapsedMax}
      ) lapsed
      cross join lateral (
        select id from ledger.transfers
        where book_id = lapsed.book_id and position = lapsed.transfer and flags < 4 limit 1
      ) t
      order by lapsed.expires_at, lapsed.transfer`,
    values: [account],
  })
  return rows.map(({ id }) => compactUuid(id))
}

import type { Uuid } from '#kernel'
import { type Queryable, toUuid } from '#platform/postgres'
import { entryKind } from '../sealing/journal.ts'

/**
 * SQL about lapsed holds whose end is not written yet. A lapsed hold holds nothing: from that moment on, no balance
 * that is read includes it, and its transfer has expired. The next batch on one of its accounts, or the background
 * expiry, writes its end.
 *
 * The time is the database's, at the start of the statement, so that one statement has one time.
 */

/** Whether a row with an `expires_at`, of holds or of transfers, has lapsed. */
export function isLapsed(alias: string): string {
  return `(${alias}.expires_at <= statement_timestamp())`
}

/**
 * The amount held out of an account or into it, without lapsed holds. `entry` is the alias of the account's latest
 * entry, `account` an expression for its number. Where nothing is held, it searches nothing.
 */
export function heldNow(side: 'out' | 'in', { entry, account }: { entry: string; account: string }): string {
  const column = side === 'out' ? 'source' : 'destination'
  return `(case when ${entry}.pending_${side} > 0 then ${entry}.pending_${side} - coalesce((
      select sum(h.amount) from ledger.holds h where h.${column} = ${account} and ${isLapsed('h')}
    ), 0)::bigint else ${entry}.pending_${side} end)`
}

/** A change of an account ends its lapsed holds itself when there are fewer than this. */
const fewMax = 1_000

/**
 * A lapsed pending transfer of an account whose end is not written yet, undefined when there is none; and whether there
 * are very many.
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
  return { id: row && toUuid(row.id), isMany: Number(row?.count ?? 0) >= fewMax }
}

/** Counts the entries of an account after a version that end lapsed holds. */
export async function countLapsedSince(queryable: Queryable, account: number, version: number): Promise<number> {
  const [row] = await queryable.query<{ count: bigint }>({
    name: 'ledger-count-lapsed-since',
    text: 'select count(*) as count from ledger.entries where account = $1 and version > $2 and kind = $3',
    values: [account, version, entryKind.expired],
  })
  return Number(row?.count)
}

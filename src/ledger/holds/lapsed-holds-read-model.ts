import type { Uuid } from '#kernel'
import { type Queryable, toUuid } from '#platform/postgres'
import { entryKind } from '../sealing/journal.ts'
import { summedHolds, summedUntil } from './hold-sum-store.ts'

/**
 * From `expires_at` on, a hold counts in no balance that is read, and its transfer has expired. A later batch or the
 * background expiry writes its end. The time is the statement's start, so that one statement has one time.
 */

export function isLapsed(alias: string): string {
  return `(${alias}.expires_at <= statement_timestamp())`
}

/**
 * Excludes lapsed holds. `entry` is the latest entry's alias, `account` an expression. Searches only if needed. Of an
 * account with very many, all but those of the last second are summed already.
 */
export function heldNow(side: 'out' | 'in', { entry, account }: { entry: string; account: string }): string {
  const column = side === 'out' ? 'source' : 'destination'
  return `(case when ${entry}.pending_${side} > 0 then ${entry}.pending_${side} - (
      select (${summedHolds(column, { account, until: 'summed.until' })} + coalesce((
          select sum(h.amount) from ledger.holds h
          where h.${column} = ${account} and h.expires_at > summed.until and ${isLapsed('h')}
        ), 0))::bigint
      from (select ${summedUntil({ account, at: 'statement_timestamp()' })} as until offset 0) summed
    ) else ${entry}.pending_${side} end)`
}

/** A change of an account ends fewer lapsed holds than this itself. */
const fewMax = 1_000

/** A lapsed hold whose end is not written yet, if any. `isMany`: the account has too many to end at once. */
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

export async function countLapsedSince(
  queryable: Queryable,
  { account, version }: { readonly account: number; readonly version: number },
): Promise<number> {
  const [row] = await queryable.query<{ count: bigint }>({
    name: 'ledger-count-lapsed-since',
    text: 'select count(*) as count from ledger.entries where account = $1 and version > $2 and kind = $3',
    values: [account, version, entryKind.expired],
  })
  return Number(row?.count)
}

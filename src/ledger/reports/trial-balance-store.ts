import type { Queryable } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'

/** Both columns without a sign, in minor units: balances below zero are debit, above it credit. */
export type Columns = { readonly debit: bigint; readonly credit: bigint }

/**
 * Totals of a book in one snapshot of the database. `snapshot` is PostgreSQL's own text for the transactions committed
 * then; `newest` is the last batch in it.
 */
export type Totals = {
  readonly snapshot: string
  readonly newest: bigint | null
  readonly assets: ReadonlyMap<string, Columns>
}

/** Identifies a server's history. Another server has another one, and so has this one after a restore. */
const server = `(select system_identifier from pg_control_system()) || ' ' || (select timeline_id from pg_control_checkpoint())`

/** The stored totals of a book; undefined when there are none of this server. */
export async function loadTotals(queryable: Queryable, book: BookNumber): Promise<Totals | undefined> {
  const [row] = await queryable.query<{ snapshot: string; newest: bigint | null; totals: [string, string, string][] }>({
    text: `select snapshot::text as snapshot, newest, totals from ledger.trial_balance_totals
      where book_id = $1 and server = ${server}`,
    values: [book],
  })
  if (row === undefined) return undefined
  const assets = row.totals.map(
    ([asset, debit, credit]) => [asset, { debit: BigInt(debit), credit: BigInt(credit) }] as const,
  )
  return { snapshot: row.snapshot, newest: row.newest, assets: new Map(assets) }
}

export async function saveTotals(queryable: Queryable, book: BookNumber, totals: Totals): Promise<void> {
  const rows = [...totals.assets].map(([asset, { debit, credit }]) => [asset, String(debit), String(credit)])
  await queryable.query({
    text: `insert into ledger.trial_balance_totals (book_id, server, snapshot, newest, totals)
      values ($1, ${server}, $2::pg_snapshot, $3, $4::json)
      on conflict (book_id) do update set server = excluded.server, snapshot = excluded.snapshot,
        newest = excluded.newest, totals = excluded.totals, summed_at = excluded.summed_at`,
    values: [book, totals.snapshot, totals.newest, JSON.stringify(rows)],
  })
}

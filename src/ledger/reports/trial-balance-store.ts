import type { Queryable } from '#platform/postgres'
import type { BookNumber } from '../commands.ts'

/** Minor units without a sign: balances below zero are debit, above it credit. */
export type Columns = { readonly debit: bigint; readonly credit: bigint }

/** Totals in one snapshot. `snapshot` is a pg_snapshot as text, `newest` the position of its last batch. */
export type Totals = {
  readonly snapshot: string
  readonly newest: bigint | null
  readonly assets: ReadonlyMap<string, Columns>
}

/** Identifies a server's history, which differs after a restore. */
const server = `(select system_identifier from pg_control_system()) || ' ' || (select timeline_id from pg_control_checkpoint())`

/** Undefined when none are stored by this server. */
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

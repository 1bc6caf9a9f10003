import type { Queryable } from '../postgres/index.ts'

/** A table whose rows draw their numbers from a sequence when they are inserted. */
export type NumberedTable = { readonly table: string; readonly sequence: string }

/** A row number, and the transactions that may still commit rows with that number or a lower one. */
export type Horizon = { readonly number: bigint; readonly writers: ReadonlySet<string> }

/** Writers lock the table before they draw a number, until their end. So the number is read first, then the holders. */
export async function readHorizon(session: Queryable, numbered: NumberedTable): Promise<Horizon> {
  const [drawn] = await session.query<{ number: bigint }>({
    text: `select last_value - (not is_called)::int as number from ${numbered.sequence}`,
  })
  return { number: drawn?.number ?? 0n, writers: await readWriters(session, numbered) }
}

export async function readWriters(
  session: Queryable,
  { table }: Pick<NumberedTable, 'table'>,
): Promise<ReadonlySet<string>> {
  const rows = await session.query<{ writer: string }>({
    text: `select l.virtualtransaction as writer from pg_locks l
      where l.locktype = 'relation' and l.relation = $1::regclass and l.mode = 'RowExclusiveLock'
        and l.database = (select d.oid from pg_database d where d.datname = current_database())`,
    values: [table],
  })
  return new Set(rows.map(({ writer }) => writer))
}

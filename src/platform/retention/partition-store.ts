import { assert } from '#kernel'
import type { Queryable } from '../postgres/index.ts'
import type { Period } from './aging-table.ts'

/** The database's clock, in milliseconds since 1970. Partitions follow its days. */
export async function readDatabaseTime(queryable: Queryable): Promise<number> {
  const [row] = await queryable.query<{ ms: bigint }>({
    text: 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms',
  })
  return Number(row?.ms ?? 0n)
}

export async function listPartitions(queryable: Queryable, table: string): Promise<readonly string[]> {
  const rows = await queryable.query<{ name: string }>({
    text: `select n.nspname || '.' || c.relname as name
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
      where i.inhparent = $1::regclass order by c.relname`,
    values: [table],
  })
  return rows.map(({ name }) => name)
}

/** Moves the period's rows from the default partition, which is locked first so that no row arrives meanwhile. */
export async function createPartition(
  tx: Queryable,
  table: { readonly name: string; readonly key: string },
  { partition, from, to }: Period,
): Promise<void> {
  const other = named(`${table.name}_other`)
  const key = named(table.key)
  const columns = await readColumns(tx, table.name)
  await tx.query({ text: `lock table ${other} in access exclusive mode` })
  await tx.query({ text: `create table ${named(partition)} (like ${named(table.name)} including all)` })
  await tx.query({
    text: `with moved as (
        delete from ${other} where ${key} >= ${literal(from)} and ${key} < ${literal(to)} returning ${columns}
      ) insert into ${partition} (${columns}) select ${columns} from moved`,
  })
  await tx.query({
    text: `alter table ${table.name} attach partition ${partition} for values from (${literal(from)}) to (${literal(to)})`,
  })
}

export async function dropPartition(
  tx: Queryable,
  { table, partition }: { readonly table: string; readonly partition: string },
): Promise<void> {
  await tx.query({ text: `lock table ${named(table)} in access exclusive mode` })
  await tx.query({ text: `drop table ${named(partition)}` })
}

/** Records that everything below a bound was dropped. An older partition may be dropped after a later one. */
export async function noteDropped(
  tx: Queryable,
  { table, bound }: { readonly table: string; readonly bound: string },
): Promise<void> {
  await tx.query({
    text: `insert into platform.dropped (table_name, bound) values ($1, $2)
      on conflict (table_name) do update set bound = excluded.bound, dropped_at = now()
      where (length(dropped.bound), dropped.bound) < (length(excluded.bound), excluded.bound)`,
    values: [table, bound],
  })
}

async function readColumns(queryable: Queryable, table: string): Promise<string> {
  const rows = await queryable.query<{ name: string }>({
    text: `select quote_ident(attname) as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    values: [table],
  })
  return rows.map(({ name }) => name).join(', ')
}

/** Names come from the program and the catalog, and need no quoting. */
function named(name: string): string {
  assert(/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name), `"${name}" is no name for a table`)
  return name
}

function literal(bound: string): string {
  assert(/^[0-9a-z :+-]+$/i.test(bound), `"${bound}" is no bound of a partition`)
  return `'${bound}'`
}

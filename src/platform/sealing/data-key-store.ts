import { micros, type Queryable } from '#platform/postgres'
import type { WrappedKey } from './key-encryption.ts'

export type DataKeyPurpose = 'fields' | 'index'

export type StoredDataKey = {
  readonly number: number
  readonly purpose: DataKeyPurpose
  readonly wrapped: WrappedKey
  readonly createdAt: number
  /** Processes seal with it. */
  readonly isUsed: boolean
}

type Row = {
  number: number
  purpose: DataKeyPurpose
  wrapped: string
  wrapped_by: string
  created_at: bigint
  is_used: boolean
}

/** In the order of their numbers. */
export async function readDataKeys(database: Queryable): Promise<StoredDataKey[]> {
  const rows = await database.query<Row>({
    text: `select number, purpose, wrapped, wrapped_by, ${micros('created_at')} as created_at, used_from <= clock_timestamp() as is_used
      from platform.data_keys order by number`,
  })
  return rows.map((row) => ({
    ...{ number: row.number, purpose: row.purpose, createdAt: Number(row.created_at), isUsed: row.is_used },
    wrapped: { by: row.wrapped_by, text: row.wrapped },
  }))
}

export type NewDataKey = Pick<StoredDataKey, 'number' | 'purpose' | 'wrapped'> & { readonly usedInMs: number }

export async function insertDataKey(tx: Queryable, { number, purpose, wrapped, usedInMs }: NewDataKey): Promise<void> {
  await tx.query({
    text: `insert into platform.data_keys (number, purpose, wrapped, wrapped_by, used_from)
      values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')`,
    values: [number, purpose, wrapped.text, wrapped.by, usedInMs],
  })
}

export async function rewrapDataKey(
  tx: Queryable,
  { number, before, after }: { readonly number: number; readonly before: WrappedKey; readonly after: WrappedKey },
): Promise<void> {
  await tx.query({
    text: 'update platform.data_keys set wrapped = $3, wrapped_by = $4 where number = $1 and wrapped = $2',
    values: [number, before.text, after.text, after.by],
  })
}

/** How far a table is sealed. */
export type SealedTable = {
  readonly name: string
  readonly dataKey: number
  readonly after: string | undefined
  readonly lookedAt: number
  readonly sealed: number
  readonly sealedInPass: number
  readonly passes: number
  /** In milliseconds since the last pass. */
  readonly restedMs: number | undefined
}

export async function readSealedTables(database: Queryable): Promise<SealedTable[]> {
  const rows = await database.query<{
    name: string
    data_key: number
    after: string | null
    looked_at: bigint
    sealed: bigint
    sealed_in_pass: bigint
    passes: number
    rested_ms: number | null
  }>({
    text: `select name, data_key, after, looked_at, sealed, sealed_in_pass, passes,
        (extract(epoch from clock_timestamp() - passed_at) * 1000)::float8 as rested_ms
      from platform.sealed_tables order by name`,
  })
  return rows.map((row) => ({
    ...{ name: row.name, dataKey: row.data_key, after: row.after ?? undefined, passes: row.passes },
    ...{ lookedAt: Number(row.looked_at), sealed: Number(row.sealed), sealedInPass: Number(row.sealed_in_pass) },
    restedMs: row.rested_ms ?? undefined,
  }))
}

export async function writeSealedTable(tx: Queryable, table: Omit<SealedTable, 'restedMs'>): Promise<void> {
  const isPassed = table.after === undefined && table.passes > 0
  await tx.query({
    text: `insert into platform.sealed_tables
        (name, data_key, after, looked_at, sealed, sealed_in_pass, passes, passed_at)
      values ($1, $2, $3, $4, $5, $6, $7, case when $8 then clock_timestamp() end)
      on conflict (name) do update set data_key = excluded.data_key, after = excluded.after,
        looked_at = excluded.looked_at, sealed = excluded.sealed, sealed_in_pass = excluded.sealed_in_pass,
        passes = excluded.passes, passed_at = excluded.passed_at`,
    values: [
      ...[table.name, table.dataKey, table.after ?? null, table.lookedAt, table.sealed, table.sealedInPass],
      ...[table.passes, isPassed],
    ],
  })
}

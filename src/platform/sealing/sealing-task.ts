import type { Transaction } from '#platform/postgres'
import { isStale, openField, openJsonField, type Place, sealField, sealJsonField } from './keyring.ts'

/**
 * What a task looked at. `sealed`: rows that were to be sealed; another pass follows if there were any. `next`: where the
 * next page begins; undefined: behind the last row.
 */
export type SealedPage = { readonly looked: number; readonly sealed: number; readonly next: string | undefined }

/** A table whose rows the job seals, page by page, in an order in which each row has its place. */
export type SealingTask = {
  readonly name: string
  readonly page: (tx: Transaction, after: string | undefined, rows: number) => Promise<SealedPage>
}

export type SealedColumns = {
  readonly table: `${string}.${string}`
  /** The primary key, in its order. */
  readonly key: readonly { readonly column: string; readonly type: 'integer' | 'uuid' }[]
  readonly columns: readonly { readonly column: string; readonly isJson?: true }[]
}

type Row = { readonly key: string[]; readonly texts: (string | null)[] }

/** Rows that others have locked are left to the next pass, so the job never waits for the engine. */
export function columnsTask({ table, key, columns }: SealedColumns): SealingTask {
  const keyList = key.map(({ column }) => column).join(', ')
  const cells = `array[${key.map(({ column }) => `${column}::text`).join(', ')}] as key,
    array[${columns.map(({ column }) => `${column}::text`).join(', ')}] as texts`
  const placeOf = (row: Row, column: string): Place => ({ column: `${table}.${column}`, key: row.key })
  const isStaleAt = (row: Row, at: number) => {
    const text = row.texts[at]
    if (text == null) return false
    return isStale(columns[at]?.isJson === true && text.startsWith('"') ? (JSON.parse(text) as string) : text)
  }
  const sealedAgain = (row: Row, at: number): string | null => {
    const text = row.texts[at]
    const named = columns[at]
    if (text == null || named === undefined || !isStaleAt(row, at)) return text ?? null
    const place = placeOf(row, named.column)
    return named.isJson === true
      ? sealJsonField(place, openJsonField(place, text))
      : sealField(place, openField(place, text))
  }
  const bound = (from: number) => key.map(({ type }, at) => `$${from + at}::${type}`).join(', ')
  const reseal = async (tx: Transaction, wanted: readonly Row[]): Promise<void> => {
    const arrays = key.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ')
    const locked = await tx.query<Row>({
      text: `select ${cells} from ${table} where (${keyList}) in (select ${keyList} from unnest(${arrays}) as wanted (${keyList}))
        order by ${keyList} for no key update skip locked`,
      values: key.map((_, at) => wanted.map((row) => row.key[at])),
    })
    for (const row of locked) {
      const sets = columns.map(
        ({ column, isJson }, at) => `${column} = $${key.length + at + 1}${isJson ? '::json' : ''}`,
      )
      await tx.query({
        text: `update ${table} set ${sets.join(', ')} where (${keyList}) = (${bound(1)})`,
        values: [...row.key, ...columns.map((_, at) => sealedAgain(row, at))],
      })
    }
  }
  return {
    name: table,
    page: async (tx, after, limit) => {
      const from = after === undefined ? undefined : (JSON.parse(after) as string[])
      const rows = await tx.query<Row>({
        text: `select ${cells} from ${table} ${from === undefined ? '' : `where (${keyList}) > (${bound(1)})`}
          order by ${keyList} limit ${limit}`,
        values: from ?? [],
      })
      const stale = rows.filter((row) => columns.some((_, at) => isStaleAt(row, at)))
      if (stale.length > 0) await reseal(tx, stale)
      const last = rows.length < limit ? undefined : rows.at(-1)
      return { looked: rows.length, sealed: stale.length, next: last && JSON.stringify(last.key) }
    },
  }
}

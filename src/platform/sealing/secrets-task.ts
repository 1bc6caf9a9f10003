import { isStale } from './keyring.ts'
import type { SealingTask } from './sealing-task.ts'
import type { Sealing } from './secret-sealing.ts'

export type SealedSecrets = {
  readonly table: `${string}.${string}`
  /** The primary key, and the column of the secrets, of type bytea. */
  readonly key: string
  readonly column: string
  readonly placeOf: (key: string) => string
}

type SealedRow = { key: string; sealed: Buffer }

/**
 * Seals the secrets of a small table again after a rotation. What this process cannot open stays as it is: it was sealed
 * with the file of another.
 */
export function secretsTask({ table, key, column, placeOf }: SealedSecrets, sealing: Sealing): SealingTask {
  return {
    name: table,
    page: async (tx) => {
      const rows = await tx.query<SealedRow>({
        text: `select ${key}::text as key, ${column} as sealed from ${table} where ${column} is not null
          order by ${key}`,
      })
      const staleSecret = (row: SealedRow) =>
        isStale(row.sealed.toString()) ? sealing.open(row.sealed, placeOf(row.key)) : undefined
      const stale = rows.filter((row) => staleSecret(row) !== undefined).map((row) => row.key)
      // Rows that others have locked are left to the next pass, which follows because they count.
      const locked = await tx.query<SealedRow>({
        text: `select ${key}::text as key, ${column} as sealed from ${table} where ${key}::text = any ($1::text[])
          and ${column} is not null order by ${key} for no key update skip locked`,
        values: [stale],
      })
      for (const row of locked) {
        const secret = staleSecret(row)
        if (secret === undefined) continue
        await tx.query({
          text: `update ${table} set ${column} = $2 where ${key}::text = $1`,
          values: [row.key, sealing.seal(secret, placeOf(row.key))],
        })
      }
      return { looked: rows.length, sealed: stale.length, next: undefined }
    },
  }
}

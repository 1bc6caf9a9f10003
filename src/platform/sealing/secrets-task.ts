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

/**
 * Seals the secrets of a small table again after a rotation. What this process cannot open stays as it is: it was sealed
 * with the file of another.
 */
export function secretsTask({ table, key, column, placeOf }: SealedSecrets, sealing: Sealing): SealingTask {
  return {
    name: table,
    page: async (tx) => {
      const rows = await tx.query<{ key: string; sealed: Buffer }>({
        text: `select ${key}::text as key, ${column} as sealed from ${table} where ${column} is not null
          order by ${key} for no key update skip locked`,
      })
      let sealed = 0
      for (const row of rows) {
        const secret = isStale(row.sealed.toString()) ? sealing.open(row.sealed, placeOf(row.key)) : undefined
        if (secret === undefined) continue
        sealed += 1
        await tx.query({
          text: `update ${table} set ${column} = $2 where ${key}::text = $1`,
          values: [row.key, sealing.seal(secret, placeOf(row.key))],
        })
      }
      return { looked: rows.length, sealed, next: undefined }
    },
  }
}

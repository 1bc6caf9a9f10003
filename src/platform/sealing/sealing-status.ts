import type { Queryable } from '#platform/postgres'
import { readDataKeys, readSealedTables } from './data-key-store.ts'
import type { SealingTask } from './sealing-task.ts'

export type DataKeyStatus = {
  readonly number: number
  readonly purpose: string
  readonly wrappedBy: string
  readonly createdAt: number
  readonly state: 'coming' | 'active' | 'earlier'
}

export type SealingStatus = {
  readonly dataKeys: readonly DataKeyStatus[]
  /** `isSealed`: a pass with the newest data key ended. */
  readonly tables: readonly {
    readonly name: string
    readonly isSealed: boolean
    readonly lookedAt: number
    readonly sealed: number
  }[]
}

export async function readSealingStatus(database: Queryable, tasks: readonly SealingTask[]): Promise<SealingStatus> {
  const keys = await readDataKeys(database)
  const fields = keys.filter(({ purpose }) => purpose === 'fields')
  const active = fields.findLast(({ isUsed }) => isUsed)?.number
  const newest = fields.at(-1)?.number
  const states = await readSealedTables(database)
  return {
    dataKeys: keys.map(({ number, purpose, wrapped, createdAt, isUsed }) => ({
      ...{ number, purpose, wrappedBy: wrapped.by, createdAt },
      state: !isUsed ? 'coming' : purpose === 'index' || number === active ? 'active' : 'earlier',
    })),
    tables: tasks.map(({ name }) => {
      const state = states.find((one) => one.name === name && one.dataKey === newest)
      const { passes = 0, lookedAt = 0, sealed = 0 } = state ?? {}
      return { name, isSealed: passes > 0, lookedAt, sealed }
    }),
  }
}

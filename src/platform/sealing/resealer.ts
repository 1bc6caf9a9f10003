import { setTimeout as sleep } from 'node:timers/promises'
import { createPeriodic, type Periodic } from '#platform/background'
import type { Database } from '#platform/postgres'
import { readSealedTables, type SealedTable, writeSealedTable } from './data-key-store.ts'
import { activeDataKey } from './keyring.ts'
import type { SealingTask } from './sealing-task.ts'

type Deps = {
  readonly database: Database
  readonly tasks: readonly SealingTask[]
  readonly onFault: (error: unknown) => void
}

const lookEveryMs = 5_000
const lockName = 'platform.sealed_tables'
const pageRows = 200
/** The job is never urgent. */
const pausePerPageMs = 20
/** A process without the key, or with an earlier one, may have written rows meanwhile. Then all are looked at again. */
const nextPassMs = 3_600_000

/** Seals the rows that are plain or sealed with an earlier data key. Processes take turns, a page at a time. */
export function createResealer({ database, tasks, onFault }: Deps): Periodic {
  return createPeriodic({
    name: 'sealing rows',
    restMs: lookEveryMs,
    work: async (isStopping) => {
      for (const task of tasks) {
        while (!isStopping() && (await sealPage(database, task))) {
          await sleep(pausePerPageMs, undefined, { ref: false })
        }
      }
      return undefined
    },
    onFault,
  })
}

/** False when nothing of the task is due, or another process is at it. */
async function sealPage(database: Database, task: SealingTask): Promise<boolean> {
  const dataKey = activeDataKey()
  if (dataKey === undefined || dueState(await readSealedTables(database), task, dataKey) === undefined) return false
  return database.transaction(async (tx) => {
    const [lock] = await tx.query<{ taken: boolean }>({
      text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken',
      values: [lockName],
    })
    // Another server may have taken over since.
    if (lock?.taken !== true || activeDataKey() !== dataKey) return false
    const state = dueState(await readSealedTables(tx), task, dataKey)
    if (state === undefined) return false
    const { looked, sealed, next } = await task.page(tx, state.after, pageRows)
    await writeSealedTable(tx, {
      ...state,
      after: next,
      lookedAt: state.lookedAt + looked,
      sealed: state.sealed + sealed,
      sealedInPass: state.sealedInPass + sealed,
      passes: state.passes + (next === undefined ? 1 : 0),
    })
    return next !== undefined
  })
}

/** Where the next page begins. undefined: the table is sealed, or rests between two passes. */
function dueState(states: readonly SealedTable[], { name }: SealingTask, dataKey: number): SealedTable | undefined {
  const state = states.find((one) => one.name === name && one.dataKey === dataKey)
  const none = { lookedAt: 0, sealedInPass: 0 }
  if (state === undefined)
    return { name, dataKey, after: undefined, ...none, sealed: 0, passes: 0, restedMs: undefined }
  if (state.restedMs === undefined) return state
  return state.sealedInPass > 0 && state.restedMs > nextPassMs ? { ...state, ...none } : undefined
}

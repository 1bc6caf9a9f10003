import { type Database, DatabaseFault, type Session } from '../postgres/index.ts'
import { type AgingTable, endOfPartition, isOver, missingPeriods } from './aging-table.ts'
import {
  createPartition,
  dropPartition,
  listPartitions,
  noteDropped,
  readDatabaseTime,
  takeRetentionTurn,
} from './partition-store.ts'

/** What a round has done, by the names of partitions. */
export type RetentionRound = {
  readonly created: readonly string[]
  readonly dropped: readonly string[]
  /** Those whose table was in use, and that are for the next round. */
  readonly deferred: readonly string[]
}

/** Makes partitions ahead of time and drops old ones, in the background. */
export type Retention = {
  /** Begins with a round, so that what is written from now on finds its partition. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
  readonly round: () => Promise<RetentionRound>
}

const intervalMs = 10 * 60_000
/** A table is in use all the time, and everything behind a statement that waits for its lock waits as well. */
const lockTimeoutMs = 250
const attemptsMax = 5
const lockNotAvailable = '55P03'

/**
 * Keeps the partitions of the tables that only age. One process at a time does so; what finds a table locked for
 * longer than {@link lockTimeoutMs} lets everybody else pass and is tried again. A round that failed is told to `onFault`.
 */
export function createRetention(deps: {
  readonly database: Database
  readonly tables: readonly AgingTable[]
  readonly onFault: (fault: unknown) => void
}): Retention {
  const { database, tables, onFault } = deps
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  const round = async (): Promise<RetentionRound> => {
    const done = { created: [] as string[], dropped: [] as string[], deferred: [] as string[] }
    const session = await database.session('retention', { deadlineMs: null })
    try {
      await session.query({ text: `set lock_timeout = ${lockTimeoutMs}; set statement_timeout = 0` })
      if (!(await takeRetentionTurn(session))) return done
      const now = await readDatabaseTime(session)
      for (const table of tables) await keep(session, table, now, done)
      return done
    } finally {
      await session.close()
    }
  }
  const tick = () => {
    running = running.then(round).catch(onFault)
    return running
  }
  return {
    start: async () => {
      await tick()
      timer = setInterval(tick, intervalMs)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      await running
    },
    round,
  }
}

async function keep(
  session: Session,
  table: AgingTable,
  now: number,
  done: { created: string[]; dropped: string[]; deferred: string[] },
): Promise<void> {
  const partitions = await listPartitions(session, table.name)
  for (const period of missingPeriods(table, partitions, now)) {
    const { partition } = period
    const made = await withPatience(session, () => createPartition(session, table, period))
    done[made ? 'created' : 'deferred'].push(partition)
  }
  for (const partition of partitions) {
    const end = endOfPartition(table, partition)
    if (end === undefined || !isOver(table, end, now)) continue
    const ready = await withPatience(session, async () => {
      if ((await table.beforeDrop?.(session, partition)) === false) return false
      await noteDropped(session, table.name, table.bound(end))
      return true
    })
    const gone = ready && (await withPatience(session, () => dropPartition(session, table.name, partition)))
    done[gone ? 'dropped' : 'deferred'].push(partition)
  }
}

/** Does something in a transaction of its own; false when it found a lock taken each time, or said so itself. */
async function withPatience(session: Session, work: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query({ text: 'begin' })
      const is = await work()
      await session.query({ text: 'commit' })
      return is !== false
    } catch (error) {
      await session.query({ text: 'rollback' })
      if (!(error instanceof DatabaseFault && error.state === lockNotAvailable)) throw error
      if (attempt === attemptsMax) return false
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt))
    }
  }
}

import { createPeriodic } from '../background/index.ts'
import {
  type Database,
  DatabaseFault,
  openLockSession,
  type Queryable,
  type Session,
  takeLock,
} from '../postgres/index.ts'
import { type AgingTable, endOfPartition, isOver, isSettled, missingPeriods } from './aging-table.ts'
import { createPartition, dropPartition, listPartitions, noteDropped, readDatabaseTime } from './partition-store.ts'

export type RetentionRound = {
  readonly created: readonly string[]
  readonly dropped: readonly string[]
  /** Left for the next round, for example because their table was in use. */
  readonly deferred: readonly string[]
}

/** Creates partitions ahead of time and drops old ones, in the background. */
export type Retention = {
  /** Begins with a round, so that the next writes find their partition. */
  readonly start: () => Promise<void>
  /** A round that is under way ends after the partition it is at. */
  readonly stop: () => Promise<void>
  readonly round: () => Promise<RetentionRound>
  /** Whether the database's clock can be trusted for the age of rows. */
  readonly isClockSettled: () => Promise<boolean>
}

/** "munim age" as a number: the lock of the process that creates and drops partitions. */
const retentionLock = 7_236_837_703n
const intervalMs = 10 * 60_000
/** The tables are in constant use, and every statement behind a waiting lock request waits too. */
const lockTimeoutMs = 250
const attemptsMax = 5
const lockNotAvailable = '55P03'

/** Maintains the aging tables, in one process at a time. A failed table or round is reported to `onFault`. */
export function createRetention(deps: {
  readonly database: Database
  readonly tables: readonly AgingTable[]
  readonly onFault: (fault: unknown) => void
}): Retention {
  const { database, tables, onFault } = deps
  let isStopped = false
  const isStopping = () => isStopped
  const round = async (): Promise<RetentionRound> => {
    const done: Done = { created: [], dropped: [], deferred: [] }
    const session = await openLockSession(database, 'retention', { deadlineMs: null })
    try {
      await session.query({ text: `set lock_timeout = ${lockTimeoutMs}; set statement_timeout = 0` })
      if (!(await takeLock(session, retentionLock))) return done
      const now = await readDatabaseTime(session)
      const each = async (work: (table: AgingTable) => Promise<void>) => {
        for (const table of tables) {
          if (isStopped) return
          // A failed table must not stop the work on the others.
          await work(table).catch((error: unknown) => {
            if (session.closed()) throw error
            onFault(error)
          })
        }
      }
      const before = new Map<AgingTable, readonly string[]>()
      await each(async (table) => {
        const partitions = await listPartitions(session, table.name)
        before.set(table, partitions)
        await makeAhead(session, { table, partitions, now, isStopping }, done)
      })
      const isClockSettled = await readSettled(session, tables, now)
      await each(async (table) => {
        const old = oldOf(table, before.get(table) ?? [], now)
        if (isClockSettled) {
          for (const one of old) if (!isStopped) await drop(session, table, { ...one, isStopping }, done)
        } else if (old.length > 0) {
          done.deferred.push(...old.map(({ partition }) => partition))
          onFault(new Error(unsettledText(table)))
        }
      })
      return done
    } finally {
      await session.close()
    }
  }
  const work = async () => {
    await round()
    return undefined
  }
  const periodic = createPeriodic({ name: 'keeping partitions', restMs: intervalMs, work, onFault })
  let unregister = () => {}
  return {
    start: async () => {
      await periodic.round()
      periodic.start()
      // Another server may be a copy from before the last partitions.
      unregister = database.onNewEpoch(() => void periodic.round())
    },
    stop: async () => {
      isStopped = true
      unregister()
      await periodic.stop()
    },
    round,
    isClockSettled: async () => readSettled(database, tables, await readDatabaseTime(database)),
  }
}

async function readSettled(on: Queryable, tables: readonly AgingTable[], now: number): Promise<boolean> {
  const byDay = tables.filter(({ period }) => period === 'day')
  for (const table of byDay) if (isSettled(table, await listPartitions(on, table.name), now)) return true
  return byDay.length === 0
}

const unsettledText = ({ name }: AgingTable) =>
  `old rows of ${name} are kept for another day or two: before that day, by the database's clock, the program has hardly run, or the clock was set far ahead`

type Done = { created: string[]; dropped: string[]; deferred: string[] }
type Stopping = { readonly isStopping: () => boolean }
type Old = { readonly partition: string; readonly end: number }

type Found = { readonly table: AgingTable; readonly partitions: readonly string[]; readonly now: number } & Stopping

async function makeAhead(session: Session, { table, partitions, now, isStopping }: Found, done: Done): Promise<void> {
  for (const period of missingPeriods(table, partitions, now)) {
    if (isStopping()) return
    const { partition } = period
    const made = await withPatience(session, isStopping, () => createPartition(session, table, period))
    done[made ? 'created' : 'deferred'].push(partition)
  }
}

function oldOf(table: AgingTable, partitions: readonly string[], now: number): readonly Old[] {
  return partitions.flatMap((partition) => {
    const end = endOfPartition(table, partition)
    return end === undefined || !isOver(table, { endMs: end, nowMs: now }) ? [] : [{ partition, end }]
  })
}

async function drop(
  session: Session,
  table: AgingTable,
  { partition, end, isStopping }: Old & Stopping,
  done: Done,
): Promise<void> {
  const ready = await withPatience(session, isStopping, async () => {
    if ((await table.beforeDrop?.(session, partition)) === false) return false
    await noteDropped(session, { table: table.name, bound: table.bound(end) })
    return true
  })
  const remove = () => dropPartition(session, { table: table.name, partition })
  const gone = ready && (await withPatience(session, isStopping, remove))
  done[gone ? 'dropped' : 'deferred'].push(partition)
}

/** Does the work in its own transaction. False when every try found a lock taken, or when the work returned false. */
async function withPatience(
  session: Session,
  isStopping: () => boolean,
  work: () => Promise<unknown>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await session.query({ text: 'begin' })
      const is = await work()
      await session.query({ text: 'commit' })
      return is !== false
    } catch (error) {
      await session.query({ text: 'rollback' })
      if (!(error instanceof DatabaseFault && error.state === lockNotAvailable)) throw error
      if (attempt === attemptsMax || isStopping()) return false
      await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt))
    }
  }
}

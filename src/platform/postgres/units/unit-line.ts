import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../faults/index.ts'
import type { Connection, Settings } from '../connections/connection.ts'
import type { Database } from '../database.ts'
import type { Transaction } from '../transaction.ts'
import { beginUnit, type Unit, type UnitOptions } from './commit-unit.ts'

/** A dedicated connection that runs one unit after the other. Opened when needed, and reopened when it was lost. */
export type UnitLine = {
  /** The unit before it must have ended. Nothing is opened or sent before its first burst. */
  readonly begin: (options?: UnitOptions) => Unit
  readonly reader: () => Promise<Transaction & { readonly epoch: number }>
  readonly close: () => Promise<void>
}

export type UnitLineOptions = {
  readonly purpose: string
  readonly settings?: Settings
  /** How long to wait for an unreachable database: a restart with crash recovery takes seconds. */
  readonly reopenMs?: number
  readonly exchangeMs?: number
}

/** Units take milliseconds. A unit that takes longer than this is stuck, and blocks all units behind it. */
const settingsOfUnits: Settings = {
  statement_timeout: '7s',
  lock_timeout: '2s',
  idle_in_transaction_session_timeout: '10s',
}
/** Of workers: what a process that is frozen in a unit has locked is free again within three seconds. */
export const briefLocks: Settings = { idle_in_transaction_session_timeout: '2500ms' }
const exchangeMsDefault = 8_000
const firstPauseMs = 20
const pauseMsMax = 500

export function createUnitLine(
  database: Database,
  { purpose, settings = {}, reopenMs = 20_000, exchangeMs = exchangeMsDefault }: UnitLineOptions,
): UnitLine {
  let opening: Promise<Connection> | undefined
  let connection: Connection | undefined
  let isEnded = false

  const reopen = async (): Promise<Connection> => {
    connection?.destroy('the connection is replaced')
    connection = undefined
    const opened = await openWithin(reopenMs, () => {
      if (isEnded) throw closed()
      return database.connect(purpose, { settings: { ...settingsOfUnits, ...settings }, deadlineMs: exchangeMs })
    })
    if (isEnded) {
      opened.destroy('the line is closed')
      throw closed()
    }
    connection = opened
    return opened
  }
  const open = async (): Promise<Connection> => {
    if (isEnded) throw closed()
    if (connection !== undefined && (await database.isCurrent(connection))) return connection
    opening ??= reopen().finally(() => {
      opening = undefined
    })
    return opening
  }
  const source = {
    open,
    ask: async <Value>(inquiry: (at: Connection) => Promise<Value>) => inquiry(await open()),
    currentEpoch: database.epoch,
    admit: database.admit,
    onCommitted: database.noteCommitted,
  }

  return {
    begin: (options) => beginUnit(source, options),
    reader: async () => {
      const at = await open()
      return {
        epoch: at.epoch,
        query: (statement) => at.query(statement),
        burst: (steps) => at.burst(steps),
      }
    },
    close: async () => {
      isEnded = true
      await connection?.end()
    },
  }
}

async function openWithin(timeoutMs: number, open: () => Promise<Connection>): Promise<Connection> {
  const until = performance.now() + timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
    try {
      return await open()
    } catch (error) {
      if (!(error instanceof Fault && error.retryable) || performance.now() > until) throw error
      await sleep(pauseMs)
    }
  }
}

function closed(): Fault {
  return new Fault({ code: 'database_closed', message: 'The connection was closed for good.', retryable: false })
}

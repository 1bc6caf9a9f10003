import pg from 'pg'
import type { Uuid } from '#kernel'
import { databaseFault } from '../faults/index.ts'
import { currentConnectOptions, type Tls } from '../tls/index.ts'
import type { Backend } from './connections/backend.ts'
import { Connection, type ConnectionOptions, type Settings } from './connections/connection.ts'
import { keepaliveSettings } from './connections/keepalive.ts'
import { createPool } from './connections/pool.ts'
import { createReplicaFence } from './connections/replica-fence.ts'
import { createRoom, type Room } from './connections/room.ts'
import { createSchemaGuard } from './connections/schema-guard.ts'
import { createSilenceWatch } from './connections/silence-watch.ts'
import { type Admitting, createStranded, type Stranded } from './connections/stranded.ts'
import { plainSettings } from './plain-settings.ts'
import type { Queryable, Transaction } from './transaction.ts'
import {
  beginUnit,
  commitStep,
  type Proof,
  rolledBack,
  type Unit,
  type UnitLimits,
  type UnitSource,
} from './units/commit-unit.ts'
import { createEpochs } from './units/epochs.ts'

/** A dedicated connection, outside the pool. Bursts carry their own BEGIN and COMMIT. */
export type Session = Transaction & { readonly close: () => Promise<void>; readonly closed: () => boolean }

export type SessionOptions = {
  readonly settings?: Settings
  /** How long an exchange may take before the connection is destroyed; null: as long as the server works on it. */
  readonly deadlineMs?: number | null
  readonly lookMs?: number
}

export type Database = Queryable & {
  /** Runs `work` in one transaction (READ COMMITTED) and commits; rolls back when it throws. */
  readonly transaction: <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>
  /** Like {@link transaction}, in a unit: a commit that was cut off is looked up. `work` may end the unit itself. */
  readonly unit: <Value>(work: (unit: Unit) => Promise<Value>, limits?: UnitLimits) => Promise<Value>
  readonly snapshot: <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>
  readonly session: (purpose: string, options?: SessionOptions) => Promise<Session>
  readonly epoch: () => number
  /** Registers `forget`, which drops cached data when an epoch ends. Returns a function that unregisters it. */
  readonly onNewEpoch: (forget: () => void) => () => void
  /** Passes a committed unit's id in platform.units and its epoch. Returns a function that unregisters the listener. */
  readonly onCommitted: (listener: CommitListener) => () => void
  readonly noteCommitted: (proof: Proof, epoch: number) => void
  /** For unit lines: throws while writes are not admitted, see {@link createStranded}. */
  readonly admit: (at: Admitting) => Promise<void>
  readonly connect: (purpose: string, options?: SessionOptions) => Promise<Connection>
  /** For unit lines: whether a connection may still be used. One that may have gone silent is pinged first. */
  readonly isCurrent: (connection: Connection) => Promise<boolean>
  /** For tools that need a client of their own, such as a COPY stream. */
  readonly connection: pg.ClientConfig
  readonly tls: Tls | undefined
  /** From now on, refuses servers that lack a unique index or migration of this one, as while a restore runs. */
  readonly requireSchema: (schemas: readonly string[]) => Promise<void>
  readonly room: Room
  readonly poolState: () => { readonly total: number; readonly idle: number; readonly waiting: number }
  readonly close: () => Promise<void>
}

export type CommitListener = (unit: Uuid, epoch: number) => void

export type DatabaseOptions = {
  /** A postgres:// URL, or the parts (host may be a socket directory). */
  readonly url?: string
  readonly tls?: Tls
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly database?: string
  readonly connectionsMax?: number
  readonly statementTimeoutMs?: number
  readonly lockTimeoutMs?: number
  /** How long the server keeps a transaction whose client sends nothing. */
  readonly idleTransactionMs?: number
  readonly applicationName?: string
  readonly onIdleError?: (error: Error) => void
}

const int8 = 20
const int8Array = 1016
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8 && format !== 'binary') return BigInt
    if (oid === int8Array && format !== 'binary') return parseBigints
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

function parseBigints(text: string): (bigint | null)[] {
  if (text === '{}') return []
  return text
    .slice(1, -1)
    .split(',')
    .map((element) => (element === 'NULL' ? null : BigInt(element)))
}

/** Beyond the statement timeout, at which the server ends the statement by itself. */
const beyondStatementMs = 5_000

type Begin = 'BEGIN' | 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** Opens a pool, which connects at the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const connection = clientConfig(options)
  const epochs = createEpochs()
  const commits = createCommitNews()
  const { stranded, watch, onSilent, suspectedMs } = createSuspicion(connection)
  const ofUnits = { currentEpoch: epochs.current, onCommitted: commits.noteCommitted, admit: stranded.admit }
  const room = createRoom()
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000
  const schema = createSchemaGuard()
  const defaults = {
    epochs,
    config: connection,
    fence: createReplicaFence(connection),
    schema,
    settings: defaultSettings({ ...options, statementTimeoutMs }),
    deadlineMs: statementTimeoutMs + beyondStatementMs,
    ...{ watch, onSilent, room },
  } satisfies ConnectionOptions
  const isCurrent = async (one: Connection) => !one.isOver && (await one.answersSince(suspectedMs())) && isOfNow(one)
  const isOfNow = (one: Connection) => one.epoch === epochs.current()
  const pool = createPool(connection, options, { defaults, isCurrent })

  const inTransaction = async <Value>(begin: Begin, work: (tx: Transaction) => Promise<Value>): Promise<Value> =>
    (begin === 'BEGIN' ? pool.lendToWrite : pool.lend)(async (at) => {
      if (begin === 'BEGIN') await stranded.admit(at)
      try {
        await at.query({ text: begin })
        const value = await work(transactionOn(at))
        const [end] = await at.burst([commitStep])
        if (end?.tag !== 'COMMIT') throw rolledBack()
        return value
      } catch (error) {
        if (!at.isClosed) await at.query({ text: 'ROLLBACK' }).catch(() => at.destroy('a rollback failed'))
        throw error
      }
    })

  const connect = async (purpose: string, asked: SessionOptions = {}) => {
    const { settings, deadlineMs = defaults.deadlineMs, lookMs } = asked
    const client = new pg.Client({ ...connection, application_name: `${connection.application_name} ${purpose}` })
    let made: Connection | undefined
    client.on('error', (error) => {
      made?.noteClosed()
      options.onIdleError?.(error)
    })
    client.on('end', () => made?.noteClosed())
    await client.connect().catch(databaseFault)
    const also = { settings: { ...defaults.settings, ...settings }, deadlineMs: deadlineMs ?? undefined, lookMs }
    try {
      made = await Connection.greet(client, { ...defaults, ...also })
      return made
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
  }

  /** Not from the pool: units that are about to inquire may hold all its connections. */
  const ask = async <Value>(inquiry: (at: Connection) => Promise<Value>): Promise<Value> => {
    const at = await connect('inquiry')
    try {
      return await inquiry(at)
    } finally {
      await at.end()
    }
  }

  return {
    connection,
    tls: options.tls,
    query: (statement) => pool.lend((at) => at.query(statement)),
    transaction: (work) => inTransaction('BEGIN', work),
    unit: (work, limits) => pool.lendToWrite((at) => runUnit(work, { open: async () => at, ask, ...ofUnits }, limits)),
    snapshot: (work) => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work),
    session: async (purpose, sessionOptions) => admitted(await connect(purpose, sessionOptions), stranded),
    epoch: epochs.current,
    onNewEpoch: epochs.onNew,
    ...commits,
    admit: stranded.admit,
    connect,
    isCurrent,
    requireSchema: (schemas) => schema.require((statement) => pool.lend((at) => at.query(statement)), schemas),
    room,
    poolState: pool.state,
    close: () => {
      watch.stop()
      return pool.close()
    },
  }
}

function defaultSettings({
  statementTimeoutMs,
  lockTimeoutMs = 10_000,
  idleTransactionMs = 30_000,
}: Pick<DatabaseOptions, 'lockTimeoutMs' | 'idleTransactionMs'> & { readonly statementTimeoutMs: number }): Settings {
  return {
    statement_timeout: String(statementTimeoutMs),
    lock_timeout: String(lockTimeoutMs),
    idle_in_transaction_session_timeout: String(idleTransactionMs),
    ...plainSettings,
    ...keepaliveSettings,
  }
}

function createSuspicion(connection: pg.ClientConfig) {
  const stranded = createStranded()
  const watch = createSilenceWatch(connection)
  let suspectedMs = 0
  return {
    ...{ stranded, watch },
    onSilent: (backend: Backend) => {
      suspectedMs = performance.now()
      stranded.add(backend)
      watch.askAll()
    },
    /** Connections that have received nothing since then may have gone silent too. */
    suspectedMs: () => suspectedMs,
  }
}

function clientConfig(options: DatabaseOptions): pg.ClientConfig {
  const { url, tls, host, port, user, database, applicationName = 'munim' } = options
  return {
    ...(url === undefined ? { host, port, user, database } : { connectionString: url }),
    ...(tls !== undefined && { ssl: currentConnectOptions(tls) }),
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types,
  }
}

function createCommitNews(): Pick<Database, 'onCommitted' | 'noteCommitted'> {
  const listeners = new Set<CommitListener>()
  return {
    onCommitted: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    noteCommitted: ({ unit }, epoch) => {
      if (unit !== undefined) for (const listener of listeners) listener(unit, epoch)
    },
  }
}

async function runUnit<Value>(
  work: (unit: Unit) => Promise<Value>,
  source: UnitSource,
  limits?: UnitLimits,
): Promise<Value> {
  const unit = beginUnit(source, limits)
  try {
    const value = await work(unit)
    if (unit.state() === 'open') await unit.commit()
    return value
  } finally {
    await unit.abandon()
  }
}

/** A separate object for each transaction: callers use it as a key for work done in it. */
function transactionOn(connection: Connection): Transaction {
  return { query: (statement) => connection.query(statement), burst: (steps) => connection.burst(steps) }
}

async function admitted(connection: Connection, { admit }: Stranded): Promise<Session> {
  try {
    await admit(connection)
  } catch (error) {
    await connection.end()
    throw error
  }
  return sessionOn(connection)
}

function sessionOn(connection: Connection): Session {
  return {
    ...transactionOn(connection),
    closed: () => connection.isOver,
    close: () => connection.end(),
  }
}

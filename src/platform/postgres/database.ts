import pg from 'pg'
import { Burst, type BurstAnswer, type BurstStep } from './burst.ts'
import { DatabaseFault, databaseFault } from './database-fault.ts'

/** One statement with its parameters. `name` prepares it on the connection. */
export type Statement = { readonly text: string; readonly values?: readonly unknown[]; readonly name?: string }

/** Something statements can be sent to: the pool, or one transaction. Rows come as objects; int8 as bigint. */
export type Queryable = {
  readonly query: <Row extends object>(statement: Statement) => Promise<Row[]>
}

/** An open database transaction, passed explicitly to the doors that take part in it. */
export type Transaction = Queryable & {
  /** Several statements in one round trip; the first error skips the rest and fails the transaction. */
  readonly burst: (steps: readonly BurstStep[]) => Promise<readonly BurstAnswer[]>
}

/** A connection of one's own, outside the pool's turn: bursts carry their own BEGIN and COMMIT. */
export type Session = Transaction & { readonly close: () => Promise<void>; readonly closed: () => boolean }

export type Database = Queryable & {
  /** Runs `work` in one transaction (READ COMMITTED) and commits; rolls back when it throws. */
  readonly transaction: <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>
  /** As {@link transaction}, in one snapshot and unable to write. */
  readonly snapshot: <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>
  /** Opens a dedicated connection. */
  readonly session: (purpose: string) => Promise<Session>
  /** How connections are made; for tools that need a client of their own, such as a COPY stream. */
  readonly connection: pg.ClientConfig
  readonly poolState: () => { readonly total: number; readonly idle: number; readonly waiting: number }
  readonly close: () => Promise<void>
}

export type DatabaseOptions = {
  /** A postgres:// URL, or the parts (host may be a socket directory). */
  readonly url?: string
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly database?: string
  readonly connectionsMax?: number
  readonly statementTimeoutMs?: number
  readonly lockTimeoutMs?: number
  readonly applicationName?: string
  /** Told of errors on idle connections, which concern no caller. */
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

/** Opens a pool. Nothing connects before the first statement. */
export function openDatabase(options: DatabaseOptions): Database {
  const connection: pg.ClientConfig = {
    ...(options.url === undefined
      ? { host: options.host, port: options.port, user: options.user, database: options.database }
      : { connectionString: options.url }),
    application_name: options.applicationName ?? 'munim',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    lock_timeout: options.lockTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 30_000,
    types,
  }
  const pool = new pg.Pool({ ...connection, max: options.connectionsMax ?? 10, idleTimeoutMillis: 60_000 })
  pool.on('error', (error) => options.onIdleError?.(error))

  const inTransaction = async <Value>(begin: string, work: (tx: Transaction) => Promise<Value>): Promise<Value> => {
    const client = await pool.connect().catch(databaseFault)
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken = error
    }
    client.on('error', onError)
    try {
      await client.query(begin).catch(databaseFault)
      const value = await work(transactionOn(client))
      const end = await client.query('COMMIT').catch(databaseFault)
      if (end.command !== 'COMMIT') throw new DatabaseFault(rolledBack())
      return value
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError
      })
      throw error
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  return {
    connection,
    query: async <Row extends object>(statement: Statement) =>
      (await pool.query<Row>(toPg(statement)).catch(databaseFault)).rows,
    transaction: (work) => inTransaction('BEGIN', work),
    snapshot: (work) => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work),
    session: (purpose) => openSession(connection, purpose, options.onIdleError),
    poolState: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  }
}

async function openSession(
  connection: pg.ClientConfig,
  purpose: string,
  onError: ((error: Error) => void) | undefined,
): Promise<Session> {
  const client = new pg.Client({ ...connection, application_name: `${connection.application_name} ${purpose}` })
  let closed = false
  client.on('error', (error) => {
    closed = true
    onError?.(error)
  })
  client.on('end', () => {
    closed = true
  })
  await client.connect().catch(databaseFault)
  return {
    ...transactionOn(client),
    closed: () => closed,
    close: async () => {
      closed = true
      await client.end()
    },
  }
}

function transactionOn(client: pg.ClientBase): Transaction {
  // pg has a queue of its own, but warns that it will go.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  return {
    query: <Row extends object>(statement: Statement) =>
      inTurn(async () => (await client.query<Row>(toPg(statement)).catch(databaseFault)).rows),
    burst: (steps) =>
      inTurn(() => {
        const burst = new Burst(steps)
        client.query(burst)
        return burst.done.catch(databaseFault)
      }),
  }
}

/** The server answers COMMIT with a rollback when a statement failed, also if `work` passed over the error. */
function rolledBack(): Error {
  return Object.assign(new Error('a statement of the transaction had failed, so it was rolled back'), { code: '25P02' })
}

function toPg(statement: Statement): pg.QueryConfig {
  const values = statement.values === undefined ? [] : [...statement.values]
  return statement.name === undefined
    ? { text: statement.text, values }
    : { text: statement.text, values, name: statement.name }
}

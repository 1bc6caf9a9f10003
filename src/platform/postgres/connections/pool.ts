import pg from 'pg'
import { databaseFault } from '../../faults/index.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { createWriters } from './writers.ts'

export type Pool = {
  readonly lend: <Value>(work: (at: Connection) => Promise<Value>) => Promise<Value>
  /** For work that may write. It never gets all connections. */
  readonly lendToWrite: Pool['lend']
  readonly state: () => { readonly total: number; readonly idle: number; readonly waiting: number }
  readonly close: () => Promise<void>
}

export type PoolOptions = {
  readonly connectionsMax?: number
  readonly onIdleError?: (error: Error) => void
}

export type PoolRules = {
  readonly defaults: ConnectionOptions
  readonly isCurrent: (connection: Connection) => Promise<boolean>
}

/** Requests use at most 11 connections for reads and 7 for writes. The rest is for the program's own work. */
const connectionsDefault = 20

/** Connections that belong to an ended epoch, or went silent, are replaced before they are lent. */
export function createPool(config: pg.ClientConfig, options: PoolOptions, { defaults, isCurrent }: PoolRules): Pool {
  const connections = new WeakMap<pg.ClientBase, Connection>()
  const connectionsMax = options.connectionsMax ?? connectionsDefault
  const writers = createWriters(connectionsMax)
  const pool = new pg.Pool({
    ...config,
    max: connectionsMax,
    idleTimeoutMillis: 60_000,
    onConnect: async (client) => {
      connections.set(client, await Connection.greet(client, defaults))
    },
  })
  pool.on('error', (error) => options.onIdleError?.(error))

  const take = async () => {
    for (;;) {
      const client = await pool.connect().catch(databaseFault)
      const connection = connections.get(client)
      const noteClosed = () => connection?.noteClosed()
      client.on('error', noteClosed)
      const giveBack = () => {
        client.off('error', noteClosed)
        client.release(connection === undefined || connection.isOver)
      }
      if (connection !== undefined && (await isCurrent(connection))) return { connection, giveBack }
      connection?.destroy('the connection is replaced')
      giveBack()
    }
  }

  const lend: Pool['lend'] = async (work) => {
    const { connection, giveBack } = await take()
    try {
      return await work(connection)
    } finally {
      giveBack()
    }
  }

  return {
    lend,
    lendToWrite: (work) => writers.lend(() => lend(work)),
    state: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount + writers.waiting() }),
    close: () => pool.end(),
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import { type Database, type DatabaseOptions, openDatabase } from '#platform/postgres'
import { poll } from '../../scripts/poll.ts'
import { openTestDatabases } from './open-test-databases.ts'
import { patience } from './patience.ts'

/** A database of a test's own, with every migration, on the run's server. */
export type TestDatabase = {
  readonly database: Database
  readonly connection: Required<Pick<DatabaseOptions, 'host' | 'port' | 'user' | 'database'>>
  readonly url: string
  /**
   * Closes `database` and drops it. Throws when a connection or a transaction of the test is still open, and names it.
   * Databases left over are dropped in the same way when the file ends.
   */
  readonly drop: () => Promise<void>
}

export type TestDatabaseOptions = {
  readonly migrated?: boolean
  /** The name of another test's database to copy with its rows; it must have no connections. */
  readonly copyOf?: string
  /** How long `drop` waits for connections to end. */
  readonly goodbyeMs?: number
  readonly pool?: Omit<DatabaseOptions, 'url' | 'host' | 'port' | 'user' | 'database'>
}

const goodbye = (ms = 2_000) => patience(ms)
let made = 0

/** Clones the run's template, in a few milliseconds. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { host, port, user, template } = inject('testServer')
  made += 1
  const name = `munim_test_${process.pid}_${made}`
  const maintain = async (text: string) => {
    const maintenance = openDatabase({ host, port, user, database: 'postgres', connectionsMax: 1 })
    try {
      return await maintenance.query<{ what: string }>({ text })
    } finally {
      await maintenance.close()
    }
  }
  const from = options.copyOf ?? (options.migrated === false ? 'template0' : template)
  await maintain(`create database ${name} template ${from} strategy file_copy`)
  const connection = { host, port, user, database: name }
  // Tests hold transactions open until something else has happened.
  const database = openDatabase({ ...connection, idleTransactionMs: patience(60_000), ...options.pool })

  const drop = async () => {
    openTestDatabases.delete(name)
    const { total, idle } = database.poolState()
    const taken = total - idle
    await Promise.race([database.close(), sleep(goodbye(options.goodbyeMs), undefined, { ref: false })])
    const left = await leftClients(maintain, name, goodbye(options.goodbyeMs))
    await maintain(`drop database ${name} with (force)`)
    if (left.length > 0 || taken > 0) {
      throw new Error(`${name} was left in use: ${left.join('; ') || `${taken} connections not returned`}`)
    }
  }
  openTestDatabases.set(name, drop)
  return { database, connection, url: urlOf(connection), drop }
}

async function leftClients(
  maintain: (text: string) => Promise<{ what: string }[]>,
  name: string,
  withinMs: number,
): Promise<string[]> {
  const find = () =>
    maintain(
      `select format('%s (%s): %s', application_name, state, query) as what
         from pg_stat_activity where datname = '${name}' and backend_type = 'client backend'`,
    )
  const left = await poll(find, ({ length }) => length === 0, { withinMs, everyMs: 10 })
  return left.map((client) => client.what)
}

function urlOf(connection: TestDatabase['connection']): string {
  const query = new URLSearchParams({ host: connection.host, port: String(connection.port) })
  return `postgres://${connection.user}@/${connection.database}?${query}`
}

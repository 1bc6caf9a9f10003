import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as plain } from 'vitest'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  isAlive,
  type Postmaster,
  readPostmaster,
  startEmbeddedPostgres,
} from '#platform/embedded-postgres'
import { type Database, openDatabase } from '#platform/postgres'
import { type Program, runProgram } from './run-program.ts'

/** Fast, without durability. A test that needs durability overrides this. */
export const quick = { fsync: 'off', shared_buffers: '16MB' }

/** A directory for one test, and its actions there. All of it is ended with the test. */
type Place = {
  readonly directory: string
  readonly start: (options?: Partial<EmbeddedPostgresOptions>) => Promise<EmbeddedPostgres>
  readonly open: (server: EmbeddedPostgres) => Database
  /** Starts the server in a process of its own and returns its output. */
  readonly startElsewhere: (options?: {
    directory?: string
    cwd?: string
  }) => Promise<{ running: Program; said: EmbeddedPostgres & { code?: string; message?: string } }>
  /** The server recorded in the directory. */
  readonly postmaster: () => Promise<Postmaster>
  readonly later: (end: () => unknown) => void
}

export const test = plain.extend<{ place: Place }>({
  // biome-ignore lint/correctness/noEmptyPattern: the fixture's first parameter must be a pattern.
  place: async ({}, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'munim-launcher-'))
    const ends: (() => unknown)[] = []
    const later = (end: () => unknown) => void ends.push(end)
    await use(placeAt(directory, later))
    for (const end of ends.reverse()) await end()
    const left = await readPostmaster(join(directory, 'postgres'))
    const alive = left !== undefined && (await isAlive(left))
    if (alive) process.kill(left.pid, 'SIGKILL')
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    expect(alive, 'a server was left behind').toBe(false)
  },
})

function placeAt(directory: string, later: Place['later']): Place {
  return {
    directory,
    later,
    start: async (options = {}) => {
      const server = await startEmbeddedPostgres({ directory, settings: quick, ...options })
      later(() => server.stop())
      return server
    },
    open: (server) => {
      const database = openDatabase(server.connection)
      later(() => database.close())
      return database
    },
    startElsewhere: async (options = {}) => {
      const { directory: at = directory, ...spawnOptions } = options
      const running = runProgram('hold-embedded-postgres', [at, JSON.stringify(quick)], spawnOptions)
      later(() => running.kill())
      const line = await running.line()
      if (line === undefined) throw new Error(`the program printed nothing: ${running.complaints()}`)
      return { running, said: JSON.parse(line) }
    },
    postmaster: async () => {
      const found = await readPostmaster(join(directory, 'postgres'))
      if (found === undefined) throw new Error('there is no postmaster.pid')
      return found
    },
  }
}

/** How many programs own the server. */
export async function ownersOf(server: EmbeddedPostgres): Promise<number> {
  const database = openDatabase({ ...server.connection, connectionsMax: 1 })
  try {
    const rows = await database.query({
      text: `select pid from pg_locks join pg_stat_activity using (pid)
              where locktype = 'advisory' and application_name like 'munim owner%'`,
    })
    return rows.length
  } catch {
    return 0
  } finally {
    await database.close()
  }
}

import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres'
import { migrate, openDatabase } from '#platform/postgres'
import { migratedModules } from './migrated-modules.ts'

export type TestServer = {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly template: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer
    /** How many times slower than an idle machine this one was at the start of the run. */
    slowness: number
  }
}

const template = 'munim_template'
const runsMax = 8
const settings = {
  // A test's data is discarded, so it need not survive a crash of the machine.
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '300',
  max_wal_size: '1GB',
  // Clones are short-lived; vacuuming them gains nothing.
  autovacuum: 'off',
}

let stopServer = async () => {}

export async function setup(project: TestProject): Promise<void> {
  const { server, directory } = await startServer()
  stopServer = async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const { host, port, user } = server.connection
  const maintenance = openDatabase({ ...server.connection, database: 'postgres' })
  // A run that was killed may have left its server.
  await maintenance.query({ text: `drop database if exists ${template} with (force)` })
  await maintenance.query({ text: `create database ${template}` })
  await maintenance.close()
  const database = openDatabase({ ...server.connection, database: template })
  try {
    await migrate(database, await migratedModules())
  } finally {
    await database.close()
  }
  project.provide('testServer', { host, port, user, template })
}

export function teardown(): Promise<void> {
  return stopServer()
}

/** The directory is the same in every run, so that the next run finds and clears the remains of a killed one. */
async function startServer(): Promise<{ server: EmbeddedPostgres; directory: string }> {
  const checkout = createHash('sha256')
    .update(fileURLToPath(new URL('../..', import.meta.url)))
    .digest('hex')
    .slice(0, 8)
  for (let run = 1; ; run += 1) {
    const directory = join(tmpdir(), `munim-tests-${userInfo().uid}-${checkout}-${run}`)
    try {
      const found = await startEmbeddedPostgres({ directory, settings })
      if (!found.adopted) return { server: found, directory }
      await found.stop()
      await rm(directory, { recursive: true, force: true })
      return { server: await startEmbeddedPostgres({ directory, settings }), directory }
    } catch (error) {
      if ((error as { code?: string }).code !== 'data_directory_in_use' || run === runsMax) throw error
    }
  }
}

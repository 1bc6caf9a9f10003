import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres'
import { migrate, openDatabase } from '#platform/postgres'
import { claimRun } from './claimed-run.ts'
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

let end = async () => {}

export async function setup(project: TestProject): Promise<void> {
  const { server, directory, release } = await startServer()
  const forgetCompiled = keepCompiled(`${directory}-compiled`)
  end = async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
    await forgetCompiled()
    await release()
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
  return end()
}

/** Processes that tests start read what earlier ones have compiled: this halves the work of a start. */
function keepCompiled(directory: string): () => Promise<void> {
  process.env.NODE_COMPILE_CACHE = directory
  return async () => {
    delete process.env.NODE_COMPILE_CACHE
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Started = { readonly server: EmbeddedPostgres; readonly directory: string; readonly release: () => Promise<void> }

/**
 * The directories are the same in every run, so that the next run finds and clears the remains of a killed one. Only
 * the run that has a directory's number touches it.
 */
async function startServer(): Promise<Started> {
  const checkout = createHash('sha256')
    .update(fileURLToPath(new URL('../..', import.meta.url)))
    .digest('hex')
    .slice(0, 8)
  const name = `munim-tests-${userInfo().uid}-${checkout}`
  for (let first = 1; ; ) {
    const claimed = await claimRun(name, { first, last: runsMax })
    if (claimed === undefined) throw new Error(`${runsMax} runs of this checkout are under way`)
    const directory = join(tmpdir(), `${name}-${claimed.run}`)
    try {
      return { server: await startCleared(directory), directory, release: claimed.release }
    } catch (error) {
      await claimed.release()
      // A run that does not share our ports, such as one in a container.
      if ((error as { code?: string }).code !== 'data_directory_in_use') throw error
      first = claimed.run + 1
    }
  }
}

async function startCleared(directory: string): Promise<EmbeddedPostgres> {
  await rm(`${directory}-compiled`, { recursive: true, force: true })
  const found = await startEmbeddedPostgres({ directory, settings })
  if (!found.adopted) return found
  await found.stop()
  await rm(directory, { recursive: true, force: true })
  return startEmbeddedPostgres({ directory, settings })
}

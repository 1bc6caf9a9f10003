import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres'
import { type Database, migrate, openDatabase } from '#platform/postgres'
import { type BenchOptions, showProgress } from './bench.ts'

export type BenchDatabase = {
  readonly server: EmbeddedPostgres
  readonly database: Database
  readonly directory: string
}

/** The server's directory is temporary, unless `--keep DIR` names one to use and keep. */
export async function withBenchDatabase(
  options: BenchOptions,
  modules: readonly ('platform' | 'access' | 'ledger' | 'lanes' | 'rails' | 'payments')[],
  work: (bench: BenchDatabase) => Promise<void>,
): Promise<void> {
  const kept = options.values.get('keep')
  const directory = kept ?? (await mkdtemp(join(tmpdir(), 'munim-bench-')))
  const server = await startEmbeddedPostgres({ directory, onLog: (sentence) => showProgress(sentence) })
  const database = openDatabase({ ...server.connection, connectionsMax: 40 })
  const stop = async () => {
    await database.close()
    await server.stop()
    if (kept === undefined) await rm(directory, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void stop().finally(() => process.exit(130)))
  try {
    const source = join(import.meta.dirname, '../src')
    await migrate(
      database,
      modules.map((name) => ({ name, directory: join(source, name, 'migrations') })),
    )
    await work({ server, database, directory })
  } finally {
    await stop()
  }
}

export function connectionOf(database: Database) {
  const { host, port, user, database: name } = database.connection
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { user }),
    ...(name !== undefined && { database: name }),
  }
}

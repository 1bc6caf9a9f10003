import { Fault } from '../faults/index.ts'
import { bringUp, type Plan, type Running } from './bring-up.ts'
import { databaseRole, openDataDirectory } from './data-directory.ts'
import { ownerName } from './ownership.ts'
import { stopPostmaster } from './postmaster.ts'
import { locateServerBinaries } from './server-binaries.ts'
import { defaultSettings, type ServerSettings } from './server-settings.ts'
import { removeSocketDirectory } from './socket-directory.ts'

export type EmbeddedPostgresOptions = {
  /** Munim's data directory; the database lies in `postgres` within it, beside its log and our other files. */
  readonly directory: string
  /** Settings that differ from {@link defaultSettings}, such as `{ fsync: 'off' }` in tests. */
  readonly settings?: ServerSettings
  readonly startTimeoutMs?: number
  /** How long the server may take to write everything out when stopped; after that the next start recovers. */
  readonly stopTimeoutMs?: number
  /** Told in one sentence of what is out of the ordinary. */
  readonly onLog?: (sentence: string) => void
  /** Told when the server died and could not be started again; clients' statements fail from then on. */
  readonly onFailure?: (fault: Fault) => void
}

export type EmbeddedPostgres = {
  /** `host` is the directory of the server's Unix socket. */
  readonly connection: {
    readonly host: string
    readonly port: number
    readonly user: string
    readonly database: string
  }
  /** Whether the server was found running, left by a program that was killed. */
  readonly adopted: boolean
  /** Stops the server, adopted or not. */
  readonly stop: () => Promise<void>
}

const databaseName = 'munim'
const startTimeoutMs = 180_000
const stopTimeoutMs = 8_000
/** A server that dies this often within the window is not started again. */
const restartsMax = 5
const restartWindowMs = 60_000

/**
 * Starts the embedded PostgreSQL on a data directory, making the database when there is none, and keeps
 * it: a server that dies is started again at the same address.
 *
 * Faults, each with one sentence for whoever runs the program: `embedded_postgres_missing`,
 * `server_account_missing`, `data_directory_unwritable`, `data_directory_version`,
 * `data_directory_foreign`, `data_directory_in_use`, `disk_full`, `socket_directory_missing`,
 * `embedded_postgres_failed`, `embedded_postgres_timeout`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const where = await openDataDirectory(options.directory)
  const binaries = await locateServerBinaries(where.account, where.directory)
  const plan: Plan = {
    where,
    binaries,
    settings: { ...defaultSettings(), ...options.settings },
    startTimeoutMs: options.startTimeoutMs ?? startTimeoutMs,
    stopTimeoutMs: options.stopTimeoutMs ?? stopTimeoutMs,
    say: options.onLog ?? (() => undefined),
  }
  const running = await bringUp(plan)
  if (running.adopted) {
    plan.say('A PostgreSQL left running by an earlier run was taken over.')
    await endRemainingClients(running)
  }
  await makeDatabase(running)
  const { port, socketDirectory } = running.postmaster
  return {
    connection: { host: socketDirectory, port, user: databaseRole, database: databaseName },
    adopted: running.adopted,
    stop: keep(plan, running, options.onFailure ?? (() => undefined)),
  }
}

/** Watches over the server until the returned function stops it. */
function keep(plan: Plan, first: Running, onFailure: (fault: Fault) => void): () => Promise<void> {
  const { socketDirectory } = first.postmaster
  let running = first
  let stopping: Promise<void> | undefined
  const restarts: number[] = []

  const watch = async (): Promise<void> => {
    for (;;) {
      await running.ownership.ended
      if (stopping !== undefined) return
      const now = performance.now()
      restarts.push(now)
      if (restarts.filter((at) => now - at < restartWindowMs).length > restartsMax) {
        throw new Fault({
          code: 'embedded_postgres_failed',
          message: `PostgreSQL died ${restartsMax + 1} times within a minute and is not started again (its log is ${plan.where.log}).`,
          retryable: false,
        })
      }
      plan.say('The connection to PostgreSQL was lost; it is started again if it died.')
      running = await bringUp(plan, socketDirectory)
      if (stopping !== undefined) return
      plan.say('PostgreSQL is back.')
    }
  }
  const watching = watch().catch((error: unknown) => {
    if (stopping === undefined) onFailure(error instanceof Fault ? error : failed(plan, error))
  })

  const stop = async () => {
    await stopPostmaster(running.postmaster, plan.stopTimeoutMs)
    await watching
    // A restart that was under way has brought up another one meanwhile.
    await stopPostmaster(running.postmaster, plan.stopTimeoutMs)
    await removeSocketDirectory(socketDirectory)
  }
  return () => {
    stopping ??= stop()
    return stopping
  }
}

async function makeDatabase({ ownership }: Running): Promise<void> {
  const found = await ownership.query('select from pg_database where datname = $1', [databaseName])
  if (found.length === 0) await ownership.query(`create database ${databaseName}`)
}

/** What the killed program had begun is ended before the next one looks at the data. */
async function endRemainingClients({ ownership }: Running): Promise<void> {
  await ownership.query(
    `select pg_terminate_backend(pid, 2000) from pg_stat_activity
      where backend_type = 'client backend' and application_name like 'munim%' and application_name not like $1`,
    [`${ownerName}%`],
  )
}

function failed(plan: Plan, cause: unknown): Fault {
  return new Fault({
    code: 'embedded_postgres_failed',
    message: `PostgreSQL in ${plan.where.directory} was lost.`,
    retryable: false,
    cause,
  })
}

import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../faults/index.ts'
import { bringUp, type Plan, type Running } from './bring-up.ts'
import { databaseRole, openDataDirectory } from './data-directory.ts'
import { ownerName } from './ownership.ts'
import { stopPostmaster } from './postmaster.ts'
import { locateServerBinaries } from './server-binaries.ts'
import { defaultSettings, type ServerSettings } from './server-settings.ts'
import { removeSocketDirectory } from './socket-directory.ts'
import { type FilesSinceStop, noteStop, takeStopNote } from './stop-note.ts'

export type EmbeddedPostgresOptions = {
  readonly directory: string
  /** Settings that differ from {@link defaultSettings}, such as `{ fsync: 'off' }` in tests. */
  readonly settings?: ServerSettings
  readonly startTimeoutMs?: number
  /** How long the server may take to write everything out when stopped. After that the next start recovers. */
  readonly stopTimeoutMs?: number
  readonly onLog?: (sentence: string) => void
  /** Called when the server died and is not restarted. */
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
  readonly files: FilesSinceStop
  readonly stop: () => Promise<void>
}

const databaseName = 'munim'
const startTimeoutMs = 180_000
const stopTimeoutMs = 8_000
/** After this many deaths within the window, restarts wait, each twice as long as the one before. */
const quickRestartsMax = 3
const restartWindowMs = 60_000
const restartPauseMs = 1_000
const restartPauseMsMax = 20_000
/** A full disk may be cleared meanwhile. */
const giveUpAfterMs = 600_000
const lastingFaults: ReadonlySet<string> = new Set([
  'data_directory_in_use',
  'data_directory_foreign',
  'data_directory_version',
  'server_account_missing',
  'embedded_postgres_missing',
])

/**
 * Starts the embedded PostgreSQL, and creates the database if necessary. A server that dies is restarted at the same
 * address. Failing restarts are retried for ten minutes.
 * Faults, each with one sentence for the operator: `embedded_postgres_missing`, `server_account_missing`,
 * `data_directory_unwritable`, `data_directory_version`, `data_directory_foreign`, `data_directory_in_use`,
 * `data_directory_lost`, `disk_full`, `socket_directory_missing`, `embedded_postgres_failed`,
 * `embedded_postgres_timeout`.
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
  const files = await takeStopNote(where)
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
    files,
    stop: keep(plan, running, options.onFailure ?? (() => undefined)),
  }
}

function keep(plan: Plan, first: Running, onFailure: (fault: Fault) => void): () => Promise<void> {
  const { socketDirectory } = first.postmaster
  let running = first
  let stopping: Promise<void> | undefined
  const { promise: stopAsked, resolve: askToStop } = Promise.withResolvers<void>()
  const restarts: number[] = []

  const pause = (times: number) =>
    Promise.race([sleep(Math.min(restartPauseMs * 2 ** (times - 1), restartPauseMsMax)), stopAsked])
  /** Undefined when the server is being stopped. */
  const bringBack = async (): Promise<Running | undefined> => {
    const until = performance.now() + giveUpAfterMs
    for (let failures = 1; ; failures += 1) {
      if (stopping !== undefined) return undefined
      try {
        return await bringUp(plan, socketDirectory)
      } catch (error) {
        const isLasting = error instanceof Fault && lastingFaults.has(error.code)
        if (isLasting || performance.now() > until) throw error
        plan.say(`PostgreSQL could not be started and is tried again: ${(error as Error).message}`)
        await pause(failures)
      }
    }
  }
  const watch = async (): Promise<void> => {
    for (;;) {
      await running.ownership.ended
      if (stopping !== undefined) return
      const now = performance.now()
      restarts.push(now)
      const often = restarts.filter((at) => now - at < restartWindowMs).length - quickRestartsMax
      plan.say('The connection to PostgreSQL was lost; it is started again if it died.')
      if (often > 0) await pause(often)
      const back = await bringBack()
      if (back === undefined) return
      running = back
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
    // A restart in progress may have brought up another server meanwhile.
    await stopPostmaster(running.postmaster, plan.stopTimeoutMs)
    await removeSocketDirectory(socketDirectory)
    await noteStop(plan.where)
  }
  return () => {
    stopping ??= stop()
    askToStop()
    return stopping
  }
}

async function makeDatabase({ ownership }: Running): Promise<void> {
  const found = await ownership.query('select from pg_database where datname = $1', [databaseName])
  if (found.length === 0) await ownership.query(`create database ${databaseName}`)
}

/** Ends the connections of the killed program before this one reads the data. */
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

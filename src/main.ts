// Starts the database and the chosen roles, and stops them in order. Runs when it is loaded.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFirstKey, firstKeyPath, hasFirstKey, writeFirstKey } from '#access'
import { type Configuration, type GatewaySettings, readConfiguration } from '#platform/config'
import { Fault } from '#platform/faults'
import {
  type ConfiguredDatabase,
  type Database,
  DatabaseFault,
  migrate,
  openConfiguredDatabase,
  openDatabase,
  watchMigrations,
} from '#platform/postgres'
import { openKeyFile } from '#platform/sealing'
import type { Secret } from '#platform/secrets'
import { createLogger, type Logger } from '#platform/telemetry'
import type { Tls } from '#platform/tls'
import { startTracing, type Tracing } from '#platform/tracing'
import { type RailSettings, readRails } from '#rails'
import { type Application, composeApplication } from './compose.ts'
import { composeGateway } from './compose-gateway.ts'
import { openProcessTls, withKafkaTls } from './process-tls.ts'
import { migratedModules } from './roles.ts'

/** SIGTERM ends the process within ten seconds: first requests and books, then the database. */
const drainTimeoutMs = 6000
const databaseStopTimeoutMs = 3000
const stopTimeoutMs = 9500

/** Whether an operator watches the output. A supervisor's log gets only the ready line. */
const isTerminal = process.stderr.isTTY === true

type Running = {
  /** Settles once it is known whether there is a PostgreSQL to stop. */
  opening?: Promise<ConfiguredDatabase>
  postgres?: ConfiguredDatabase
  database?: Database
  /** Or a gateway, which has none of the others. */
  application?: Pick<Application, 'stop'>
  tracing?: Tracing
  stopping?: true
}

/** The configuration, with the rails that its flags name. */
type Program = Omit<Configuration, 'rails'> & { readonly rails: readonly RailSettings[] }
type Secured = Omit<Program, 'tls'> & { readonly tls: Tls | undefined }

const program = readProgram()
if ('errors' in program) {
  for (const error of program.errors) say(error)
  process.exitCode = 1
} else {
  await run(program)
}

function readProgram(): Program | { readonly errors: readonly string[] } {
  const read = readConfiguration(process.argv.slice(2), process.env)
  if (!read.ok) return read
  if (read.configuration.gateway !== undefined) return { ...read.configuration, rails: [] }
  const rails = readRails(read.configuration.rails)
  return rails.ok ? { ...read.configuration, rails: rails.rails } : rails
}

async function run(program: Program): Promise<void> {
  const logger = createLogger({ level: program.logLevel })
  const opened = openProcessTls(program.tls, logger)
  if (!opened.ok) {
    say(opened.error)
    process.exitCode = 1
    return
  }
  const { tls } = opened
  const topics = { lanes: withKafkaTls(program.lanes, tls), events: withKafkaTls(program.events, tls) }
  const configuration: Secured = { ...program, ...topics, tls }
  const running: Running = {}
  endOnDefects(running, logger)
  const stopAsked = endOnSignals()
  const { promise: lostFor, resolve: onLost } = Promise.withResolvers<unknown>()
  try {
    // A start may take minutes, while a database recovers or another process migrates.
    const starting = configuration.gateway
      ? startGateway({ ...configuration, gateway: configuration.gateway }, running, logger)
      : start(configuration, running, logger, onLost)
    const url = await Promise.race([starting, stopAsked])
    if (url !== undefined) {
      process.stdout.write(`ready ${url}\n`)
      if (isTerminal) guide(url, configuration)
    }
  } catch (error) {
    explain(error, logger)
    await stop(running, logger)
    process.exit(1)
  }
  const lost = await Promise.race([stopAsked, lostFor])
  if (lost !== undefined) explain(lost, logger)
  // Ends the process when a part hangs, such as the database. Everything acknowledged is committed.
  setTimeout(() => process.exit(1), stopTimeoutMs).unref()
  const clean = await stop(running, logger)
  process.exit(clean && lost === undefined ? 0 : 1)
}

async function start(
  configuration: Secured,
  running: Running,
  logger: Logger,
  onLost: (reason: unknown) => void,
): Promise<string> {
  const { dataDirectory, databaseUrl } = configuration
  if (isTerminal) say(openingText(configuration))
  running.opening = openConfiguredDatabase({
    databaseUrl,
    dataDirectory,
    tls: configuration.tls,
    stopTimeoutMs: databaseStopTimeoutMs,
    onLog: (sentence) => logger.warn(sentence),
    onFailure: (fault) => {
      logger.fatal({ err: fault }, 'the embedded PostgreSQL is gone, and the process ends with it')
      onLost(fault)
    },
  })
  const postgres = await running.opening
  running.postgres = postgres
  if (running.stopping) throw stopped()
  const onIdleError = (error: Error) => {
    if (!running.stopping) logger.warn({ err: error }, 'an idle database connection was lost')
  }
  const database = openDatabase({ ...postgres.connection, onIdleError })
  running.database = database
  await migrate(database, migratedModules)
  await database.requireSchema(migratedModules.map(({ name }) => name))
  await watchMigrations(database, migratedModules, {
    onBreaking: (fault) => {
      logger.fatal({ err: fault }, 'the database was migrated by a newer program, and the process ends')
      onLost(fault)
    },
  })
  const made = await ensureFirstKey(database, (keyText) => writeFirstKey({ dataDirectory, keyText }))
  if (!made && !(await hasFirstKey(dataDirectory))) {
    say(`There is no ${firstKeyPath(dataDirectory)}, but the database has keys: use one of those.`)
  }
  if (running.stopping) throw stopped()
  if (configuration.otlpEndpoint !== undefined)
    running.tracing = startTracing(configuration.otlpEndpoint, { tls: configuration.tls })
  const ownKey = await openOwnKey(configuration, logger)
  const application = composeApplication({
    ...{ database, logger, configuration, files: postgres.files, ownKey },
    onRefused: onLost,
  })
  running.application = application
  return application.start({ host: configuration.host, port: configuration.port })
}

async function startGateway(
  configuration: Secured & { readonly gateway: GatewaySettings },
  running: Running,
  logger: Logger,
): Promise<string> {
  const composed = composeGateway({ logger, configuration })
  if (!composed.ok) throw new Fault({ code: 'gateway_unusable', message: composed.why, retryable: false })
  const { gateway } = composed
  running.application = gateway
  const url = await gateway.start({ host: configuration.host, port: configuration.port })
  const service = gateway.serviceUrl()
  if (service !== undefined) logger.info({ url: service }, 'metrics are for operators at this address')
  return url
}

/** Processes with databases of their own have one in a file. Those that share one need the same `--secrets-key`. */
async function openOwnKey({ roles, secrets, dataDirectory }: Secured, logger: Logger): Promise<Secret | undefined> {
  if (!roles.has('api')) return undefined
  const opened = await openKeyFile({ dataDirectory, isNeeded: secrets === undefined })
  if (opened.ok) return opened.secret
  if (secrets === undefined) logger.warn(`no access tokens are issued: ${opened.why}; set --secrets-key`)
  return undefined
}

async function stop(running: Running, logger: Logger): Promise<boolean> {
  let clean = true
  running.stopping = true
  const attempt = async (end: (() => Promise<void>) | undefined) => {
    await end?.().catch((error: unknown) => {
      clean = false
      logger.error({ err: error }, 'the server did not stop in order')
    })
  }
  const { application, database, tracing } = running
  await attempt(application && (() => application.stop(drainTimeoutMs)))
  await attempt(tracing && (() => tracing.stop()))
  await attempt(database && (() => database.close()))
  const postgres = running.postgres ?? (await running.opening?.catch(() => undefined))
  await attempt(postgres && (() => postgres.stop()))
  return clean
}

function stopped(): Fault {
  return new Fault({ code: 'stopped', message: 'The start was ended by a signal.', retryable: true })
}

/** Resolves at the first signal to stop; the second ends the process at once. */
function endOnSignals(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1)
      asked = true
      resolve()
    })
  }
  return promise
}

/** A defect leaves the process in an unknown state: it ends after an attempt to stop the embedded database. */
function endOnDefects(running: Running, logger: Logger): void {
  const end = (error: unknown) => {
    logger.fatal({ err: error }, 'a defect ends the process')
    const exit = () => process.exit(1)
    setTimeout(exit, databaseStopTimeoutMs).unref()
    Promise.resolve(running.postgres?.stop()).then(exit, exit)
  }
  process.once('uncaughtException', end)
  process.once('unhandledRejection', end)
}

function explain(error: unknown, logger: Logger): void {
  if (error instanceof DatabaseFault) say(`The database cannot be used: ${error.message}.`)
  else if (error instanceof Fault) say(error.message)
  else logger.fatal({ err: error }, 'the server could not start')
}

function openingText({ dataDirectory, databaseUrl }: Secured): string {
  if (databaseUrl !== undefined) return 'Connecting to the database.'
  if (existsSync(join(dataDirectory, 'postgres'))) return `Starting PostgreSQL in ${dataDirectory}.`
  return `Creating the database in ${dataDirectory}. The first start takes some seconds.`
}

function guide(url: string, { dataDirectory, gateway }: Secured): void {
  if (gateway !== undefined) return
  say(
    `The API reference is at ${url}/docs, the first API key in ${firstKeyPath(dataDirectory)}. Ctrl-C stops the server.`,
  )
}

function say(sentence: string): void {
  try {
    process.stderr.write(`munim: ${sentence}\n`)
  } catch {
    // A full disk under the log must not prevent a start.
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '#platform/postgres'
import { findFreePort } from '../support/launched-server.ts'
import { type RailSimulatorProcess, startRailSimulatorProcess } from '../support/rail-simulator-process.ts'

export type Served = {
  readonly name: string
  readonly url: string
  /** Killed or frozen at present. */
  readonly isDisturbed: () => boolean
  readonly kill: (restMs: number) => Promise<void>
  readonly freeze: (until: Promise<unknown>) => Promise<void>
}

/** Some processes of the program on a database and rails of their own. */
export type Place = {
  readonly processes: readonly Served[]
  readonly apis: readonly Served[]
  readonly key: string
  readonly database: Database
  readonly rails: RailSimulatorProcess
  /** What processes did that nobody made them do, such as to end. */
  readonly complaints: () => readonly string[]
  /** Starts that failed, as while no broker was there; a supervisor tries again. */
  readonly failedStarts: () => number
  readonly stop: () => Promise<void>
}

export type PlaceOptions = {
  readonly directory: string
  readonly name: string
  /** A new database of this server is used. */
  readonly server: { readonly host: string; readonly port: number; readonly user: string }
  /** By name: the roles of each process, or all. */
  readonly processes: ReadonlyMap<string, string | undefined>
  readonly flags: readonly string[]
  readonly retain: number
}

const root = join(import.meta.dirname, '../..')
const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
const simulatorTimings = ['--latency-ms', '10', '--callback-delay-ms', '20', '--hang-ms', '1500', '--day-ms', '0']
const restartMs = 500
const startsMax = 120

export async function openPlace(options: PlaceOptions): Promise<Place> {
  const { server, name, processes: wanted } = options
  const directory = join(options.directory, name)
  await mkdir(directory, { recursive: true })
  await createDatabase(server, name)
  const databaseUrl = `postgres://${server.user}@/${name}?${new URLSearchParams({ host: server.host, port: String(server.port) })}`
  const ports: number[] = []
  while (ports.length < wanted.size) ports.push(await findFreePort())
  const callbacks = ['--callback-url', `http://127.0.0.1:${ports[0]}/v1/rails/{rail}/callbacks`]
  const rails = await startRailSimulatorProcess(...simulatorTimings, '--retain', String(options.retain), ...callbacks)
  const railsConfig = join(directory, 'rails.json')
  await writeFile(railsConfig, JSON.stringify({ card: railAt(rails.url, 'card'), upi: railAt(rails.url, 'upi') }))
  const shared = ['--data', directory, '--database-url', databaseUrl, '--rails-config', railsConfig, ...options.flags]
  const log = { complaints: [] as string[], failedStarts: 0 }
  const begin = (port: number, roles: string | undefined) => [
    ...['src/main.ts', ...shared, '--port', String(port), '--log-level', 'fatal'],
    ...(roles === undefined ? [] : ['--roles', roles]),
  ]
  const supervised = [...wanted].map(([processName, roles], index) =>
    superviseOne({
      name: processName,
      url: `http://127.0.0.1:${ports[index]}`,
      args: begin(ports[index] ?? 0, roles),
      log,
    }),
  )
  const database = openDatabase({ ...server, database: name, connectionsMax: 4 })
  const stop = async () => {
    await Promise.all(supervised.map((one) => one.end()))
    await rails.kill()
    await database.close()
  }
  try {
    for (const one of supervised) await one.start()
    const key = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    const processes = supervised.map(({ served }) => served)
    return {
      ...{ processes, apis: processes.filter(({ name: each }) => each.startsWith('api')), key, database, rails, stop },
      complaints: () => log.complaints,
      failedStarts: () => log.failedStarts,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function railAt(url: string, name: string) {
  // A call that cannot even connect in time fails its payment, and then the two runs have different ends.
  const timings = { timeout_ms: 8_000, inquire_after_ms: 300 }
  return { adapter: `simulator-${name}`, url, callback_secrets: [secret], ...timings }
}

async function createDatabase(server: PlaceOptions['server'], name: string): Promise<void> {
  const maintenance = openDatabase({ ...server, database: 'postgres', connectionsMax: 1 })
  try {
    await maintenance.query({ text: `create database ${name} template template0` })
  } finally {
    await maintenance.close()
  }
}

type Supervised = {
  readonly served: Served
  readonly start: () => Promise<void>
  readonly end: () => Promise<void>
}

type SupervisedOptions = {
  readonly name: string
  readonly url: string
  readonly args: readonly string[]
  readonly log: { readonly complaints: string[]; failedStarts: number }
}

/** Starts a process again when it ends, as an installation's supervisor does. */
function superviseOne({ name, url, args, log }: SupervisedOptions): Supervised {
  let child: ChildProcess | undefined
  let isDisturbed = false
  let isOver = false

  const startOnce = async (): Promise<boolean> => {
    const begun = run(args)
    child = begun.child
    if (await begun.isReady) {
      begun.child.once('exit', (code, signal) => {
        if (isOver || isDisturbed) return
        log.complaints.push(`${name} ended by itself (${code ?? signal}): ${begun.said()}`)
        void start().catch((error: Error) => log.complaints.push(error.message))
      })
      return true
    }
    log.failedStarts += 1
    return false
  }
  const start = async (): Promise<void> => {
    for (let attempt = 0; attempt < startsMax && !isOver; attempt += 1) {
      if (await startOnce()) return
      await sleep(restartMs)
    }
    if (!isOver) throw new Error(`${name} could not be started`)
  }
  const disturbed = async (work: () => Promise<void>) => {
    isDisturbed = true
    try {
      await work()
    } finally {
      isDisturbed = false
    }
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    start,
    served: {
      ...{ name, url, isDisturbed: () => isDisturbed },
      kill: (restMs) =>
        disturbed(async () => {
          await end('SIGKILL')
          await sleep(restMs)
          await start()
        }),
      freeze: (until) =>
        disturbed(async () => {
          child?.kill('SIGSTOP')
          await until
          child?.kill('SIGCONT')
        }),
    },
    end: async () => {
      isOver = true
      child?.kill('SIGCONT')
      await end('SIGTERM')
    },
  }
}

const keptCharacters = 2_000

function run(args: readonly string[]) {
  const { DATABASE_URL: _url, ...environment } = process.env
  const child = spawn(process.execPath, ['--conditions=munim-source', ...args], {
    ...{ cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-keptCharacters)
  })
  const { promise: isReady, resolve } = Promise.withResolvers<boolean>()
  child.once('exit', () => resolve(false))
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready ') && resolve(true))
  }
  return { child, isReady, said: () => said }
}

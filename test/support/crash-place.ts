import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findFreePort } from './launched-server.ts'
import { patience, slowed } from './patience.ts'
import { createTestDatabase } from './test-database.ts'

/** One process with all roles, or one for the API and one worker. */
export type PlaceKind = 'together' | 'apart'

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape.
export type PlaceAnswer = { readonly status: number; readonly body: any }

/** The program, its database and its rail simulator. Its processes are restarted at the same address when they die. */
export type CrashPlace = {
  readonly kind: PlaceKind
  /** Repeats the request with the same idempotency key until it is answered. */
  readonly ask: (method: 'GET' | 'POST', path: string, body?: object) => Promise<PlaceAnswer>
  readonly askRails: (method: 'GET' | 'POST', path: string, body?: object) => Promise<PlaceAnswer>
  readonly arm: (point: string) => void
  readonly isArmed: () => boolean
  /** Whether a process has died at the point armed last; disarms it when none has. */
  readonly disarm: () => boolean
  readonly passed: () => Set<string>
  readonly complaints: () => readonly string[]
  readonly stop: () => Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const askForMs = 20_000

/**
 * Fills the run's cache of compiled sources, in which killed processes leave nothing. Later starts are short. The
 * program ends at once, because the flag is unknown.
 */
export async function compileOnce(): Promise<void> {
  const child = run(['src/main.ts', '--nothing'], {}, 'ignore')
  await once(child, 'exit')
}

const simulatorTimings = ['--latency-ms', '2', '--day-ms', '300', '--callback-delay-ms', '20']
const simulatorPatience = ['--slow-ms', '300', '--hang-ms', '400']

export type PlaceOptions = {
  /** Of each server. */
  readonly flags?: readonly string[]
  /** How many processes of each role there are, if they are apart. Requests take turns among those of the API. */
  readonly each?: number
}

export async function startCrashPlace(
  kind: PlaceKind,
  { flags = [], each = 1 }: PlaceOptions = {},
): Promise<CrashPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'munim-place-'))
  const test = await createTestDatabase()
  const [ports, workerPorts] = [await findFreePorts(each), await findFreePorts(each)]
  const urls = ports.map((port) => `http://127.0.0.1:${port}`)
  let turn = 0
  const nextUrl = () => {
    turn += 1
    return urls[turn % urls.length]
  }
  const callbacks = ['--callback-url', `${urls[0]}/v1/rails/{rail}/callbacks`]
  const simulator = run([
    'rail-simulator/src/main.ts',
    '--port',
    '0',
    ...simulatorTimings,
    ...simulatorPatience,
    ...callbacks,
  ])
  const railsUrl = await readyUrl(simulator)
  const faultFile = join(folder, 'fault')
  const railsConfig = join(folder, 'rails.json')
  writeFileSync(railsConfig, JSON.stringify(railsAt(railsUrl)))

  const supervised = supervise((port, roles) => {
    const settings = ['--data', folder, '--port', String(port), '--log-level', 'fatal', '--database-url', test.url]
    return run(['src/main.ts', ...settings, '--rails-config', railsConfig, ...flags, ...roles], {
      MUNIM_FAULT_FILE: faultFile,
    })
  })
  const stop = async () => {
    await supervised.stop()
    simulator.kill('SIGTERM')
    if (simulator.exitCode === null) await once(simulator, 'exit')
    await test.drop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const port of ports) await supervised.start(port, kind === 'together' ? [] : ['--roles', 'api'])
    if (kind === 'apart') for (const port of workerPorts) await supervised.start(port, ['--roles', 'worker'])
  } catch (error) {
    await stop()
    throw error
  }
  const isArmed = () => existsSync(faultFile)
  const key = readFileSync(join(folder, 'admin.key'), 'utf8').trim()

  return {
    kind,
    ask: (method, path, body) =>
      askUntilAnswered(`${nextUrl()}${path}`, method, body, { authorization: `Bearer ${key}` }),
    askRails: (method, path, body) => askUntilAnswered(`${railsUrl}${path}`, method, body, {}),
    arm: (point) => writeFileSync(faultFile, point),
    isArmed,
    disarm: () => {
      const wasArmed = isArmed()
      rmSync(faultFile, { force: true })
      return !wasArmed
    },
    passed: () => {
      const path = `${faultFile}.passed`
      const names = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
      rmSync(path, { force: true })
      return new Set(names)
    },
    complaints: supervised.complaints,
    stop,
  }
}

async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await findFreePort())
  return ports
}

function railsAt(url: string) {
  const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
  const rail = (name: string) => ({
    ...{ adapter: `simulator-${name}`, url, callback_secrets: [secret] },
    ...{ timeout_ms: slowed(500), inquire_after_ms: 200 },
  })
  const netbank = { ...rail('card'), adapter: 'netbank', payout_file_ms: 20 }
  return { card: rail('card'), upi: rail('upi'), bank: rail('bank'), netbank }
}

function run(
  args: readonly string[],
  also: Readonly<Record<string, string>> = {},
  complaints: 'inherit' | 'ignore' = 'inherit',
): ChildProcess {
  const { DATABASE_URL: _url, ...environment } = process.env
  return spawn(process.execPath, ['--max-semi-space-size=32', '--conditions=munim-source', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', complaints],
    env: { ...environment, ...also },
  })
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the output of the process is not read')
  for await (const line of createInterface(child.stdout)) {
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
    if (url !== undefined) {
      child.stdout.resume()
      return url
    }
  }
  throw new Error(`the process ended before it was ready (${child.exitCode ?? child.signalCode})`)
}

function supervise(begin: (port: number, roles: readonly string[]) => ChildProcess) {
  const running = new Set<ChildProcess>()
  const complaints: string[] = []
  let isOver = false
  const start = async (port: number, roles: readonly string[]): Promise<void> => {
    const child = begin(port, roles)
    running.add(child)
    child.once('exit', (code, signal) => {
      running.delete(child)
      if (isOver) return
      if (signal !== 'SIGKILL') complaints.push(`a process ended by itself (${code ?? signal})`)
      else start(port, roles).catch((error: Error) => isOver || complaints.push(error.message))
    })
    await readyUrl(child)
  }
  return {
    start,
    complaints: () => complaints,
    stop: async () => {
      isOver = true
      const ends = [...running].map((child) => once(child, 'exit'))
      for (const child of running) child.kill('SIGTERM')
      await Promise.all(ends)
    },
  }
}

async function askUntilAnswered(
  url: string,
  method: 'GET' | 'POST',
  body: object | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<PlaceAnswer> {
  const deadline = performance.now() + patience(askForMs)
  const init = {
    method,
    headers: {
      ...headers,
      ...(method === 'POST' && { 'idempotency-key': crypto.randomUUID() }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }
  for (;;) {
    const answer = await fetch(url, init).then(read, () => undefined)
    const isFinal = answer !== undefined && answer.status < 500 && answer.body?.code !== 'idempotency_key_in_use'
    if (answer !== undefined && isFinal) return answer
    if (performance.now() > deadline) throw new Error(`${method} ${url} was not answered: ${JSON.stringify(answer)}`)
    await sleep(25)
  }
}

async function read(response: Response): Promise<PlaceAnswer> {
  const text = await response.text()
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startEmbeddedPostgres } from '#platform/embedded-postgres'
import { openDatabase } from '#platform/postgres'
import { findFreePort } from '../support/launched-server.ts'
import { startRailSimulatorProcess } from '../support/rail-simulator-process.ts'
import type { FuzzTarget } from './callers.ts'
import { signerOf } from './sign-token.ts'

export type FuzzPlace = {
  readonly target: FuzzTarget
  /** Of the server's process; undefined where there is no /proc. */
  readonly memoryMb: () => Promise<number | undefined>
  /** The code with which `munim verify` ends. */
  readonly verify: () => Promise<number | null>
  readonly hasEnded: () => boolean
  readonly stop: () => Promise<void>
}

const root = join(import.meta.dirname, '../..')
const timings = [
  '--latency-ms',
  '5',
  '--callback-delay-ms',
  '20',
  '--hang-ms',
  '1500',
  '--day-ms',
  '5000',
  '--retain',
  '2000',
]
const rails = ['--rail-timeout-ms', '3000']

/** The program with its workers as a process, its database and the simulator of rails. */
export async function openFuzzPlace(): Promise<FuzzPlace> {
  const directory = await mkdtemp(join(tmpdir(), 'munim-fuzz-'))
  const postgres = await startEmbeddedPostgres({ directory, onLog: () => undefined })
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const simulator = await startRailSimulatorProcess(...timings, '--callback-url', `${url}/v1/rails/{rail}/callbacks`)
  const { host, port: databasePort, user, database: name } = postgres.connection
  const databaseUrl = `postgres:///${name}?${new URLSearchParams({ host, port: String(databasePort), user })}`
  const flags = ['--data', directory, '--database-url', databaseUrl, '--port', String(port), ...rails]
  const secrets = ['--secrets-key', 'env:MUNIM_FUZZ_SECRETS_KEY']
  const given = [...flags, ...secrets, '--rail-simulator', simulator.url, '--log-level', 'error']
  const { DATABASE_URL: _elsewhere, ...environment } = process.env
  const server = spawn(process.execPath, ['--conditions=munim-source', join(root, 'src/main.ts'), ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, MUNIM_FUZZ_SECRETS_KEY: randomBytes(32).toString('base64') },
  })
  const database = openDatabase({ ...postgres.connection, connectionsMax: 1 })
  const stop = async () => {
    await end(server)
    await simulator.kill()
    await database.close()
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  process.once('SIGINT', () => void stop().finally(() => process.exit(130)))
  try {
    await ready(server)
    const operatorKey = (await readFile(join(directory, 'admin.key'), 'utf8')).trim()
    const signToken = signerOf(database)
    return {
      target: { url, operatorKey, signToken },
      memoryMb: () => memoryOf(server),
      verify: () => verify(url, operatorKey),
      hasEnded: () => server.exitCode !== null || server.signalCode !== null,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function ready(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface(server.stdout)) {
    if (!line.startsWith('ready ')) continue
    server.stdout.resume()
    return
  }
  throw new Error('the server ended before it was ready')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  await exit
}

async function memoryOf({ pid }: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024)
}

async function verify(url: string, key: string): Promise<number | null> {
  const child = spawn(process.execPath, [join(root, 'bin/munim.js'), 'verify', '--url', url], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, MUNIM_API_KEY: key },
  })
  const [code] = await once(child, 'exit')
  return code
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { startEmbeddedPostgres } from '#platform/embedded-postgres'
import { type Database, openDatabase } from '#platform/postgres'
import type { RedlineOptions } from './options.ts'
import { type CpuProfile, type StageShare, shareByStage } from './profile.ts'

/** The whole system on this machine: PostgreSQL, the rails, one process for the API, and workers. */
export type System = {
  readonly url: string
  readonly workerUrls: readonly string[]
  readonly key: string
  readonly database: Database
  /** Of Munim's processes and the rails, by name. */
  readonly pids: ReadonlyMap<string, number>
  /** Ends the processes; then their CPU profiles are there, by name of the process. */
  readonly end: () => Promise<ReadonlyMap<string, readonly StageShare[]>>
  readonly remove: () => Promise<void>
}

type Running = { readonly name: string; readonly child: ChildProcess; readonly url: string }

const root = join(import.meta.dirname, '../..')

export async function startSystem(options: RedlineOptions, onLog: (sentence: string) => void): Promise<System> {
  const directory = await mkdtemp(join(tmpdir(), 'munim-redline-'))
  const postgres = await startEmbeddedPostgres({ directory, settings: { max_connections: '300' }, onLog })
  const { host, port, user, database: name } = postgres.connection
  const databaseUrl = `postgres://${user}@/${name}?${new URLSearchParams({ host, port: String(port) })}`
  const running: Running[] = []
  const run = async (named: string, args: readonly string[]) => {
    const profiled = ['--cpu-prof', `--cpu-prof-dir=${join(directory, 'profiles')}`, `--cpu-prof-name=${named}`]
    const child = spawn(process.execPath, [...profiled, '--conditions=munim-source', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DATABASE_URL: databaseUrl },
    })
    const one = { name: named, child, url: await readyUrl(child) }
    running.push(one)
    return one
  }
  const remove = async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const latency = ['--latency-ms', String(options.railLatencyMs)]
    const rails = await run('rails', ['rail-simulator/src/main.ts', '--port', '0', ...latency])
    const shared = ['--data', directory, '--port', '0', '--rail-simulator', rails.url, ...options.settings]
    const api = await run('api', ['src/main.ts', ...shared, '--roles', 'api,relay,scheduler'])
    const workers: Running[] = []
    for (let at = 1; at <= options.workers; at += 1) {
      workers.push(await run(`worker-${at}`, ['src/main.ts', ...shared, '--roles', 'worker']))
    }
    const database = openDatabase({ ...postgres.connection, connectionsMax: 4 })
    return {
      url: api.url,
      workerUrls: workers.map(({ url }) => url),
      key: (await readFile(join(directory, 'admin.key'), 'utf8')).trim(),
      database,
      pids: new Map(running.map((one) => [one.name, one.child.pid ?? 0])),
      end: async () => {
        await database.close()
        for (const { child } of [...running].reverse()) await endOne(child)
        return readProfiles(join(directory, 'profiles'))
      },
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function endOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function readProfiles(directory: string): Promise<Map<string, readonly StageShare[]>> {
  const shares = new Map<string, readonly StageShare[]>()
  for (const name of (await readdir(directory).catch(() => [])).sort()) {
    shares.set(name, shareByStage(JSON.parse(await readFile(join(directory, name), 'utf8')) as CpuProfile))
  }
  return shares
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the process has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^ready (\S+)/.exec(line)?.[1]
    if (url === undefined) continue
    child.stdout.resume()
    return url
  }
  throw new Error('a process ended before it was ready')
}

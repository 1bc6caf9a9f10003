import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestDatabase } from './test-database.ts'

export const launcher = join(dirname(dirname(import.meta.dirname)), 'bin', 'munim.js')

export type LaunchedServer = {
  readonly url: string
  readonly adminKey: string
  readonly child: ChildProcess
  readonly end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>
}

export type LaunchedServerOptions = {
  readonly data: string
  readonly port: number
  readonly database?: TestDatabase
  readonly node?: string
  /** Starts it with npx in the checkout; `child` is then npx. */
  readonly npx?: boolean
}

export async function startLaunchedServer(options: LaunchedServerOptions): Promise<LaunchedServer> {
  const database = options.database === undefined ? [] : ['--database-url', urlOf(options.database)]
  const [program, first] = options.npx ? ['npx', 'munim'] : [options.node ?? process.execPath, launcher]
  const settings = ['--data', options.data, '--port', String(options.port), '--log-level', 'fatal', ...database]
  const args = [first, 'start', ...settings]
  const child = spawn(program, args, { cwd: dirname(dirname(launcher)), stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await readyUrl(child)
  return {
    url,
    adminKey: readFileSync(join(options.data, 'admin.key'), 'utf8').trim(),
    child,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode
      const exit = once(child, 'exit')
      child.kill(signal)
      const [code, killedBy] = await exit
      return code ?? killedBy
    },
  }
}

/** With every part as a parameter, so that the host may be the directory of a socket. */
function urlOf({ connection }: TestDatabase): string {
  const { database, host, port, user } = connection
  return `postgres:///${database}?${new URLSearchParams({ host, port: String(port), user })}`
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the output of the server is not read')
  for await (const line of createInterface(child.stdout)) {
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
    if (url !== undefined) {
      child.stdout.resume()
      return url
    }
  }
  throw new Error('the server ended before it was ready')
}

/** Below the ports that systems give out by themselves: none of those takes it while its server is started again. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type ServerProcess = {
  readonly child: ChildProcess
  /** The URL of the `ready` line; rejects with the text of stderr when the process ends before. */
  readonly ready: Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  readonly stdout: () => string
  readonly stderr: () => string
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const simulator = fileURLToPath(new URL('../../rail-simulator/src/main.ts', import.meta.url))

export function startServerProcess(...args: readonly string[]): ServerProcess {
  return start(main, args)
}

/** Like `startRailSimulatorProcess`, for a simulator that speaks TLS. */
export function startTlsSimulatorProcess(...args: readonly string[]): ServerProcess {
  return start(simulator, args)
}

/** Without settings from the environment. */
function start(entry: string, args: readonly string[]): ServerProcess {
  const { DATABASE_URL: _url, ...environment } = process.env
  const child = spawn(process.execPath, ['--conditions=munim-source', entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  })
  let stdout = ''
  let stderr = ''
  const ready = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<{ code: number | null; signal: string | null }>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const url = /^ready (\S+)\n/.exec(stdout)?.[1]
    if (url !== undefined) ready.resolve(url)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.on('close', (code, signal) => {
    ready.reject(new Error(`the server ended before it was ready: ${stderr}`))
    ended.resolve({ code, signal })
  })
  // A test that awaits only the end must not get an unhandled rejection.
  ready.promise.catch(() => undefined)
  return { child, ready: ready.promise, ended: ended.promise, stdout: () => stdout, stderr: () => stderr }
}

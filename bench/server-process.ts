import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type ReadyProcess = { readonly url: string; readonly process: ChildProcess; readonly stop: () => Promise<void> }

/** Waits for the line `ready URL` of `bin/munim.js`. */
export async function startReady(given: readonly string[], also: NodeJS.ProcessEnv = {}): Promise<ReadyProcess> {
  const { DATABASE_URL: _elsewhere, ...environment } = process.env
  const child = spawn(process.execPath, [join(import.meta.dirname, '../bin/munim.js'), ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...environment, ...also },
  })
  const stop = async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^ready (\S+)/.exec(line)?.[1]
    if (url !== undefined) {
      child.stdout.resume()
      return { url, process: child, stop }
    }
  }
  throw new Error(`munim ${given.join(' ')} ended before it was ready`)
}

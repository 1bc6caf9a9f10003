import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** A server of the demo's own, on a database that goes with it. */
export type DemoServer = {
  readonly url: string
  readonly adminKey: string
  /** Stops the server and removes everything it wrote. */
  readonly stop: () => Promise<void>
}

const root = dirname(dirname(import.meta.dirname))
const startTimeoutMs = 60_000

/** Starts `munim start` on a free port and a temporary data directory, as a user would. */
export async function startDemoServer(): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'munim-demo-'))
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const child = spawn(
    process.execPath,
    ['--conditions=munim-source', join(root, 'bin/munim.js'), 'start', '--data', data, '--port', '0'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const log: string[] = []
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString('utf8')))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }

  const url = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), startTimeoutMs)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /^ready (http:\S+)$/.exec(line)
      if (ready?.[1] !== undefined) resolve(ready[1])
      else log.push(`${line}\n`)
    })
    void ended.then(() => resolve(undefined)).finally(() => clearTimeout(timer))
  })
  if (url === undefined) {
    await stop()
    throw new Error(`the server did not start:\n${log.join('').slice(-4000)}`)
  }
  return { url, adminKey: readFileSync(join(data, 'admin.key'), 'utf8').trim(), stop }
}

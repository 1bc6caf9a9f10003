import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type RailSimulatorProcess = {
  readonly url: string
  readonly control: (what: string, body: object) => Promise<Record<string, unknown>>
  /** By operation and status: `charge succeeded`. */
  readonly counts: (rail: string) => Promise<Record<string, number>>
  readonly waiting: () => Promise<number>
  readonly records: () => Promise<RailRecords>
  readonly kill: () => Promise<void>
}

export type RailRecords = {
  readonly totals: readonly Readonly<{
    rail: string
    operation: string
    status: string
    count: number
    amount: string
  }>[]
  readonly net: readonly Readonly<{ rail: string; asset: string; net: string }>[]
}

const main = fileURLToPath(new URL('../../rail-simulator/src/main.ts', import.meta.url))

export async function startRailSimulatorProcess(...args: readonly string[]): Promise<RailSimulatorProcess> {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const child = spawn(process.execPath, ['--conditions=munim-source', main, ...port, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readyUrl(child)
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init)
    const body = await response.json()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`)
    return body as Record<string, unknown>
  }
  return {
    url,
    control: (what, body) => ask(`/control/${what}`, { method: 'POST', body: JSON.stringify(body) }),
    counts: async (rail) => {
      const { totals } = await ask(`/records?rail=${rail}`)
      const counts: Record<string, number> = {}
      for (const { operation, status, count } of totals as { operation: string; status: string; count: number }[]) {
        counts[`${operation} ${status}`] = (counts[`${operation} ${status}`] ?? 0) + count
      }
      return counts
    },
    waiting: async () => ((await ask('/records')).callbacks as { waiting: number }).waiting,
    records: async () => (await ask('/records')) as RailRecords,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
    },
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the simulator has no output')
  for await (const line of createInterface(child.stdout)) {
    const url = /^ready (http:\S+)$/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the simulator ended before it was ready')
}

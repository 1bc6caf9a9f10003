import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { launcher } from './support/launched-server.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'munim-simulator-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Launched = { readonly url: string; readonly end: (signal: NodeJS.Signals) => Promise<number | string | null> }

/** `munim rail-simulator` in a process of its own. */
async function launch(...args: string[]): Promise<Launched> {
  const child = spawn(process.execPath, [launcher, 'rail-simulator', '--port', '0', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  for await (const line of createInterface(child.stdout)) {
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1]
    if (url !== undefined) return { url, end: (signal) => end(child, signal) }
  }
  throw new Error('the simulator ended before it was ready')
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | string | null> {
  const exit = once(child, 'exit')
  child.kill(signal)
  const [code, killedBy] = await exit
  return code ?? killedBy
}

async function charge(url: string, key: string, instrument = 'card_ok'): Promise<number> {
  const response = await fetch(`${url}/card/charges`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify({ amount: '100', asset: 'INR', instrument }),
  })
  await response.text()
  return response.status
}

describe('munim rail-simulator', () => {
  it('ends at SIGTERM, despite hanging requests and pending events', async () => {
    const { url, end: stop } = await launch('--latency-ms', '0')
    const hanging = charge(url, 'a', 'card_timeout_happened').catch(() => 'broken')
    expect(await charge(url, 'b', 'card_dispute')).toBe(201)
    const upi = { amount: '1', asset: 'INR', instrument: 'asha@upi' }
    await fetch(`${url}/upi/collects`, {
      method: 'POST',
      headers: { 'idempotency-key': 'c' },
      body: JSON.stringify(upi),
    })
    expect(await stop('SIGTERM')).toBe(0)
    expect(await hanging).toBe('broken')
  })

  it('with --data keeps every operation that it has answered, even if it is killed', async () => {
    const data = join(folder, 'rails.jsonl')
    const first = await launch('--data', data, '--latency-ms', '0')
    const keys = Array.from({ length: 200 }, (_, number) => `k${number}`)
    const answered: string[] = []
    const charging = keys.map(async (key) => {
      if ((await charge(first.url, key)) === 201) answered.push(key)
      if (answered.length === 100) await first.end('SIGKILL')
    })
    await Promise.allSettled(charging)
    expect(answered.length).toBeGreaterThanOrEqual(100)
    const second = await launch('--data', data, '--latency-ms', '0')
    for (const key of answered) {
      const inquiry = await fetch(`${second.url}/card/operations?idempotency_key=${key}`)
      expect([key, inquiry.status]).toEqual([key, 200])
      await inquiry.text()
    }
    expect(await second.end('SIGINT')).toBe(0)
  })

  it.each([
    [['--port', 'x'], 'munim: --port must be a number from 0 to 65535, not "x".\n'],
    [['--callback-url', 'nowhere'], 'munim: --callback-url must be a URL that begins with http:// or https://.\n'],
  ])('%j is refused with one sentence', (args, sentence) => {
    const { status, stderr } = spawnSync(process.execPath, [launcher, 'rail-simulator', ...args], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, sentence])
  })

  it('says with one sentence that its port is taken', async () => {
    const { url } = await launch()
    const args = [launcher, 'rail-simulator', '--port', new URL(url).port]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^munim: the rail simulator cannot run: .*EADDRINUSE.*\n$/)
  })
})

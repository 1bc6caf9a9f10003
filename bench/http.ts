import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'

export type Measured = {
  readonly per_s: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  readonly errors: number
}

export type Place = { readonly url: string; readonly key: string; readonly server: ChildProcess }

/**
 * The server over HTTP, as users start it, with the load generator on the same machine. POST /v1/transfers uses a key,
 * an Idempotency-Key and a full-size body. POST /v1/transfers/batch has 1,000 transfers per request. A POST that is
 * refused at once shows the cost of the server and the load generator. `--seconds` (8) is per case.
 */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = wholeNumber(options, 'seconds', 8)
  const accounts = wholeNumber(options, 'accounts', 10_000)
  const directory = await mkdtemp(join(tmpdir(), 'munim-bench-http-'))
  const place = await startServer(directory)
  try {
    showProgress(`opening ${accounts} accounts`)
    await openAccounts(place, accounts)
    const measured = new Map<string, Measured>()
    const measure = async (name: string, how: () => Promise<Measured>) => {
      showProgress(`measuring: ${name}`)
      measured.set(name, await how())
    }
    await measure('warm_up', () => measureSingle(place, { accounts, connections: 64, seconds: 2 }))
    measured.clear()
    await measure('single_64', () => measureSingle(place, { accounts, connections: 64, seconds }))
    await measure('single_256', () => measureSingle(place, { accounts, connections: 256, seconds }))
    await measure('batch', () => measureBatch(place, { accounts, connections: 4, seconds }))
    await measure('no_op', () => measureNoOp(place, seconds))
    report(options, measured, memoryOf(place.server))
  } finally {
    place.server.kill('SIGTERM')
    if (place.server.exitCode === null) await once(place.server, 'exit')
    await rm(directory, { recursive: true, force: true })
  }
}

export async function startServer(directory: string): Promise<Place> {
  const root = join(import.meta.dirname, '..')
  const { DATABASE_URL: _elsewhere, ...environment } = process.env
  const server = spawn(process.execPath, [join(root, 'bin/munim.js'), 'start', '--data', directory, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment,
  })
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /^ready (\S+)$/.exec(line)?.[1]
    if (url !== undefined) {
      server.stdout.resume()
      return { url, key: readFileSync(join(directory, 'admin.key'), 'utf8').trim(), server }
    }
  }
  throw new Error('the server ended before it was ready')
}

async function post(place: Place, path: string, body: unknown): Promise<void> {
  const response = await fetch(place.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${place.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`)
  await response.arrayBuffer()
}

export async function openAccounts(place: Place, accounts: number): Promise<void> {
  for (let from = 0; from < accounts; from += 5_000) {
    await post(place, '/v1/accounts/batch', {
      accounts: Array.from({ length: Math.min(5_000, accounts - from) }, (_, index) => ({
        ...{ code: codeOf(from + index), asset: 'USD', min_available: null },
      })),
    })
  }
}

function codeOf(account: number): string {
  return `customers:${account}:wallet`
}

function pair(accounts: number): { source: string; destination: string } {
  const source = Math.floor(Math.random() * accounts)
  const other = Math.floor(Math.random() * accounts)
  return { source: codeOf(source), destination: codeOf(other === source ? (source + 1) % accounts : other) }
}

type Load = { readonly accounts: number; readonly connections: number; readonly seconds: number }

/** More than a connection can send in the time, so that no key is used twice. */
const requestsPerSecondMax = 14_000

export async function measureSingle(place: Place, { accounts, connections, seconds }: Load): Promise<Measured> {
  const run = randomBytes(6).toString('hex')
  let client = 0
  return measureLoad(place, {
    connections,
    seconds,
    setupClient: (connection) => {
      const name = `${run}-${client++}`
      const count = Math.ceil((requestsPerSecondMax * (seconds + 1)) / connections)
      connection.setRequests(
        Array.from({ length: count }, (_, index) => singleRequest(place, accounts, `${name}-${index}`)),
      )
    },
  })
}

function singleRequest(place: Place, accounts: number, unique: string): autocannon.Request {
  return {
    method: 'POST',
    path: '/v1/transfers',
    headers: { ...headersOf(place), 'idempotency-key': unique },
    body: JSON.stringify({
      ...pair(accounts),
      ...{ amount: '1250', asset: 'USD', pending: false, reference: `order-${unique}` },
      metadata: { order: unique, channel: 'web', shop: 'bazaar-12' },
    }),
  }
}

function headersOf(place: Place): Record<string, string> {
  return { authorization: `Bearer ${place.key}`, 'content-type': 'application/json' }
}

const batchTransfers = 1_000

async function measureBatch(place: Place, { accounts, connections, seconds }: Load): Promise<Measured> {
  const bodies = Array.from({ length: 20 }, () =>
    JSON.stringify({
      transfers: Array.from({ length: batchTransfers }, () => ({
        ...pair(accounts),
        ...{ amount: '1250', asset: 'USD' },
      })),
    }),
  )
  const requests = bodies.map((body) => ({
    method: 'POST' as const,
    path: '/v1/transfers/batch',
    headers: headersOf(place),
    body,
  }))
  const measured = await measureLoad(place, { connections, seconds, requests })
  return { ...measured, per_s: measured.per_s * batchTransfers }
}

/** Validation refuses an empty object after authentication, before the books. */
async function measureNoOp(place: Place, seconds: number): Promise<Measured> {
  const request = { method: 'POST' as const, path: '/v1/transfers', headers: headersOf(place), body: '{}' }
  const measured = await measureLoad(place, { connections: 64, seconds, requests: [request] })
  return { ...measured, errors: 0 }
}

/** Measures from half a second after the first answer. Before, the generator still builds its requests. */
export async function measureLoad(
  place: Place,
  load: Omit<autocannon.Options, 'url' | 'duration'> & { seconds: number },
) {
  const { seconds, ...options } = load
  const latencies: number[] = []
  let begin = Number.POSITIVE_INFINITY
  let end = Number.POSITIVE_INFINITY
  let errors = 0
  const { promise: ended, resolve, reject } = Promise.withResolvers<autocannon.Result>()
  const run = autocannon({ url: place.url, timeout: 30, duration: 3600, ...options }, (error, result) =>
    error ? reject(error) : resolve(result),
  )
  run.on('response', (_client, status, _bytes, latencyMs) => {
    const now = performance.now()
    if (end === Number.POSITIVE_INFINITY) {
      begin = now + 500
      end = begin + seconds * 1000
    }
    if (now > end) run.stop()
    else if (now > begin) {
      latencies.push(latencyMs)
      if (status < 200 || status > 299) errors += 1
    }
  })
  const result = await ended
  const { p50_ms, p95_ms, p99_ms, max_ms } = summarize(latencies)
  return {
    per_s: Math.round(latencies.length / seconds),
    ...{ p50_ms, p95_ms, p99_ms, max_ms, errors: errors + result.errors + result.timeouts },
  }
}

function memoryOf(server: ChildProcess): { readonly now: number; readonly highest: number } | undefined {
  const path = `/proc/${server.pid}/status`
  if (!existsSync(path)) return undefined
  const status = readFileSync(path, 'utf8')
  const megabytes = (field: string) =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
  return { now: megabytes('VmRSS'), highest: megabytes('VmHWM') }
}

function report(
  options: BenchOptions,
  measured: ReadonlyMap<string, Measured>,
  memory: { readonly now: number; readonly highest: number } | undefined,
): void {
  const columns = ['per_s', 'p50_ms', 'p99_ms', 'max_ms', 'errors'] as const
  const rows = [...measured].map(([name, at]) => [name, ...columns.map((column) => at[column])])
  process.stdout.write(`${table([['case', ...columns], ...rows])}\n\n`)
  process.stdout.write(
    memory === undefined
      ? 'the memory of the server is read from /proc, which this system does not have\n'
      : `the server's memory: ${memory.now} MB now, ${memory.highest} MB at its highest\n`,
  )
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ bench: 'http', ...Object.fromEntries(measured), memory_mb: memory ?? null })}\n`,
    )
  }
}

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { summarize } from './bench.ts'
import { cpuSeconds } from './server-cpu.ts'
import { startReady } from './server-process.ts'

export type ApiMeasured = {
  readonly per_s: number
  readonly p50_ms: number
  readonly p99_ms: number
  readonly max_ms: number
  readonly errors: number
  /** Processor time per payment: of the server, and of its database. */
  readonly code_us: number
  readonly sql_us: number
}

type Load = { readonly accounts: number; readonly connections: number; readonly seconds: number }

/** An answer is a booked payment (`Prefer: wait`). Measured from half a second after the first answer. */
export async function measureApi(load: Load): Promise<ApiMeasured> {
  const directory = await mkdtemp(join(tmpdir(), 'munim-bench-payments-'))
  const server = await startReady(['start', '--data', directory, '--port', '0'])
  const headers = {
    authorization: `Bearer ${readFileSync(join(directory, 'admin.key'), 'utf8').trim()}`,
    'content-type': 'application/json',
  }
  try {
    await openAccounts(server.url, headers, load.accounts)
    await run(server.url, headers, { ...load, seconds: 2 })
    const before = cpuSeconds()
    const { count, ...measured } = await run(server.url, headers, load)
    const after = cpuSeconds()
    const usOf = (whose: 'munim' | 'postgres') => Math.round(((after[whose] - before[whose]) * 1e6) / count)
    return { ...measured, code_us: usOf('munim'), sql_us: usOf('postgres') }
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

type Headers = Readonly<Record<string, string>>

async function openAccounts(url: string, headers: Headers, accounts: number): Promise<void> {
  for (let from = 0; from < accounts; from += 5_000) {
    const response = await fetch(`${url}/v1/accounts/batch`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        accounts: Array.from({ length: Math.min(5_000, accounts - from) }, (_, index) => ({
          ...{ code: codeOf(from + index), asset: 'USD', min_available: null },
        })),
      }),
      signal: AbortSignal.timeout(60_000),
    })
    if (!response.ok) throw new Error(`opening accounts answered ${response.status}: ${await response.text()}`)
    await response.arrayBuffer()
  }
}

function codeOf(account: number): string {
  return `customers:${account}:wallet`
}

const requestsPerSecondMax = 9_000

type Answered = Omit<ApiMeasured, 'code_us' | 'sql_us'> & { readonly count: number }

async function run(url: string, headers: Headers, { accounts, connections, seconds }: Load): Promise<Answered> {
  const name = randomBytes(6).toString('hex')
  const latencies: number[] = []
  let begin = Number.POSITIVE_INFINITY
  let end = Number.POSITIVE_INFINITY
  let errors = 0
  let client = 0
  const { promise: ended, resolve, reject } = Promise.withResolvers<autocannon.Result>()
  const requestOf = (unique: string): autocannon.Request => ({
    method: 'POST',
    path: '/v1/payments',
    headers: { ...headers, prefer: 'wait=10', 'idempotency-key': unique },
    body: bodyOf(accounts, unique),
    onResponse: (status, body) => {
      if (status !== 201 || !body.includes('"state":"succeeded"')) errors += 1
    },
  })
  const load = autocannon(
    {
      ...{ url, connections, timeout: 30, duration: 3600 },
      setupClient: (connection) => {
        const own = `${name}-${client++}`
        const count = Math.ceil((requestsPerSecondMax * (seconds + 1)) / connections)
        connection.setRequests(Array.from({ length: count }, (_, index) => requestOf(`${own}-${index}`)))
      },
    },
    (error, result) => (error ? reject(error) : resolve(result)),
  )
  load.on('response', (_client, _status, _bytes, latencyMs) => {
    const now = performance.now()
    if (end === Number.POSITIVE_INFINITY) {
      begin = now + 500
      end = begin + seconds * 1000
    }
    if (now > end) load.stop()
    else if (now > begin) latencies.push(latencyMs)
  })
  const result = await ended
  const { p50_ms, p99_ms, max_ms } = summarize(latencies)
  return {
    // All answers of the run, as processor time is measured from its begin to its end.
    count: result['2xx'],
    per_s: Math.round(latencies.length / seconds),
    ...{ p50_ms, p99_ms, max_ms, errors: errors + result.errors + result.timeouts },
  }
}

function bodyOf(accounts: number, unique: string): string {
  const source = Math.floor(Math.random() * accounts)
  const other = Math.floor(Math.random() * accounts)
  return JSON.stringify({
    ...{ amount: '1250', asset: 'USD', source: { wallet: codeOf(source) }, reference: `order-${unique}` },
    destination: codeOf(other === source ? (source + 1) % accounts : other),
    metadata: { order: unique, channel: 'web' },
  })
}

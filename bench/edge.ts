import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type BenchOptions, showProgress, table, wholeNumber } from './bench.ts'
import { type Measured, measureLoad, measureSingle, openAccounts, type Place } from './http.ts'

const accounts = 10_000
const connections = 64

/** A way to the endpoint. A gateway is one more: its address, with the key of `api_key`. */
type Way = { readonly name: string; readonly place: Place }

type Edge = { readonly server: ChildProcess; readonly ways: readonly Way[]; readonly client: Client }
type Client = { readonly id: string; readonly client_secret: string }

/**
 * What the edge costs a transfer: POST /v1/transfers on one process and one ledger, in turns without the edge (`open`:
 * every request is that of one caller), with an API key, and with an access token. Limits and the log of acts are part of
 * all ways but `open`. Then access tokens a second. `--rounds` (3) of `--seconds` (5) each.
 */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = wholeNumber(options, 'seconds', 5)
  const rounds = wholeNumber(options, 'rounds', 3)
  const directory = await mkdtemp(join(tmpdir(), 'munim-bench-edge-'))
  const edge = await startEdge(directory)
  const measured = new Map<string, Measured[]>(edge.ways.map(({ name }) => [name, []]))
  try {
    for (const { place } of edge.ways) await measureSingle(place, { accounts, connections, seconds: 2 })
    for (let round = 1; round <= rounds; round += 1) {
      // Each round begins with another way, so that none has the younger database.
      for (let turn = 0; turn < edge.ways.length; turn += 1) {
        const { name, place } = edge.ways[(round + turn) % edge.ways.length] as Way
        showProgress(`round ${round} of ${rounds}: ${name}`)
        measured.get(name)?.push(await measureSingle(place, { accounts, connections, seconds }))
      }
    }
    showProgress('access tokens')
    measured.set('token_issue', [await measureIssue(edge, seconds)])
    report(options, measured)
  } finally {
    edge.server.kill('SIGTERM')
    if (edge.server.exitCode === null) await once(edge.server, 'exit')
    await rm(directory, { recursive: true, force: true })
  }
}

async function startEdge(directory: string): Promise<Edge> {
  const program = join(import.meta.dirname, 'edge-server.ts')
  const server = spawn(process.execPath, ['--conditions=munim-source', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: server.stdout })) {
    const [, url = '', open = '', key = ''] = /^ready (\S+) (\S+) (\S+)$/.exec(line) ?? []
    if (url === '') continue
    server.stdout.resume()
    const place = { url, key, server }
    showProgress(`opening ${accounts} accounts`)
    await openAccounts(place, accounts)
    const client = await makeClient(place)
    const ways = [
      { name: 'open', place: { ...place, url: open } },
      { name: 'api_key', place },
      { name: 'token', place: { ...place, key: await askToken(url, client) } },
    ]
    return { server, ways, client }
  }
  throw new Error('the server ended before it was ready')
}

async function makeClient({ url, key }: Place): Promise<Client> {
  const response = await fetch(`${url}/v1/oauth-clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', permissions: ['ledger:write'] }),
  })
  if (!response.ok) throw new Error(`no client: ${response.status}`)
  return (await response.json()) as Client
}

function formOf({ id, client_secret }: Client): string {
  return String(new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret }))
}

async function askToken(url: string, client: Client): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: formOf(client) })
  if (!response.ok) throw new Error(`no token: ${response.status}`)
  return ((await response.json()) as { readonly access_token: string }).access_token
}

function measureIssue({ ways, client }: Edge, seconds: number): Promise<Measured> {
  const [, { place }] = ways as readonly [Way, Way]
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const request = { method: 'POST' as const, path: '/oauth/token', headers, body: formOf(client) }
  return measureLoad(place, { connections: 16, seconds, requests: [request] })
}

function report(options: BenchOptions, measured: ReadonlyMap<string, readonly Measured[]>): void {
  const columns = ['per_s', 'p50_ms', 'p95_ms', 'p99_ms'] as const
  const medians = new Map([...measured].map(([name, runs]) => [name, medianOf(runs)]))
  const open = medians.get('open')?.per_s ?? Number.NaN
  const key = medians.get('api_key')?.p95_ms ?? Number.NaN
  const rows = [...medians].map(([name, of]) => {
    const isWay = name !== 'token_issue'
    const compared = isWay ? [(of.per_s / open).toFixed(3), (of.p95_ms - key).toFixed(2)] : ['', '']
    return [name, ...columns.map((column) => of[column]), of.errors, ...compared]
  })
  const titles = ['case', ...columns, 'errors', 'of open', 'p95 beyond api_key']
  process.stdout.write(`${table([titles, ...rows])}\n\n`)
  const ratios = Object.fromEntries([...medians].map(([name, of]) => [name, of.per_s / open]))
  for (const name of ['api_key', 'token']) {
    process.stdout.write(`${name}: ${((ratios[name] ?? 0) * 100).toFixed(1)}% of the throughput without the edge\n`)
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ bench: 'edge', ...Object.fromEntries(medians), ratios })}\n`)
  }
}

function medianOf(runs: readonly Measured[]): Measured {
  const median = (of: keyof Measured) => {
    const values = runs.map((one) => one[of]).sort((one, other) => one - other)
    return values[values.length >> 1] ?? Number.NaN
  }
  const errors = runs.reduce((sum, one) => sum + one.errors, 0)
  const latencies = { p50_ms: median('p50_ms'), p95_ms: median('p95_ms'), p99_ms: median('p99_ms') }
  return { per_s: median('per_s'), ...latencies, max_ms: median('max_ms'), errors }
}

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchOptions, showProgress, table, wholeNumber } from './bench.ts'
import { type Measured, measureSingle, openAccounts, type Place, startServer } from './http.ts'

const accounts = 10_000
const connections = 64

/**
 * What limits cost a request that they let pass: POST /v1/transfers on one server, in turns without limits, and with a
 * rate and requests at once of the client, of its book, and of the route, which are never reached. `--rounds` (3) of
 * `--seconds` (5) each.
 */
export async function run(options: BenchOptions): Promise<void> {
  const seconds = wholeNumber(options, 'seconds', 5)
  const rounds = wholeNumber(options, 'rounds', 3)
  const directory = await mkdtemp(join(tmpdir(), 'munim-bench-limits-'))
  const place = await startServer(directory)
  try {
    showProgress(`opening ${accounts} accounts`)
    await openAccounts(place, accounts)
    await measureSingle(place, { accounts, connections, seconds: 2 })
    const measured: Record<'without' | 'with', Measured[]> = { without: [], with: [] }
    for (let round = 1; round <= rounds; round += 1) {
      showProgress(`round ${round} of ${rounds}`)
      measured.without.push(await measureSingle(place, { accounts, connections, seconds }))
      const limits = await setLimits(place)
      measured.with.push(await measureSingle(place, { accounts, connections, seconds }))
      for (const id of limits) await call(place, { method: 'DELETE', path: `/v1/limits/${id}` })
    }
    report(options, measured, await exchangesOf(place))
  } finally {
    place.server.kill('SIGTERM')
    if (place.server.exitCode === null) await once(place.server, 'exit')
    await rm(directory, { recursive: true, force: true })
  }
}

type Json = { readonly id: string; readonly data: readonly { readonly id: string }[] }

type Asked = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly body?: object }

async function call(place: Place, { method, path, body }: Asked): Promise<Json> {
  const response = await fetch(place.url + path, {
    method,
    headers: { authorization: `Bearer ${place.key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}`)
  return (await response.json()) as Json
}

async function setLimits(place: Place): Promise<string[]> {
  const [key] = (await call(place, { method: 'GET', path: '/v1/api-keys' })).data
  const [book] = (await call(place, { method: 'GET', path: '/v1/books' })).data
  const high = { rate: { requests: 1_000_000, window_seconds: 1 }, concurrency: 10_000 }
  const limits = [
    { client: key?.id, ...high },
    { book: book?.id, ...high },
    { client: key?.id, operation: 'create_transfer', ...high },
  ]
  const set: string[] = []
  for (const limit of limits) set.push((await call(place, { method: 'POST', path: '/v1/limits', body: limit })).id)
  return set
}

async function exchangesOf(place: Place): Promise<number> {
  const text = await (await fetch(`${place.url}/metrics`)).text()
  return Number(/^munim_limit_exchanges_total (\d+)/m.exec(text)?.[1] ?? Number.NaN)
}

function report(
  options: BenchOptions,
  measured: Readonly<Record<'without' | 'with', readonly Measured[]>>,
  exchanges: number,
): void {
  const median = (values: readonly number[]) => [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0
  const of = (some: readonly Measured[]) => ({
    per_s: median(some.map(({ per_s }) => per_s)),
    p50_ms: median(some.map(({ p50_ms }) => p50_ms)),
    p99_ms: median(some.map(({ p99_ms }) => p99_ms)),
    errors: some.reduce((sum, { errors }) => sum + errors, 0),
  })
  const [without, limited] = [of(measured.without), of(measured.with)]
  const ratio = limited.per_s / without.per_s
  const columns = ['per_s', 'p50_ms', 'p99_ms', 'errors'] as const
  const row = (name: string, at: typeof without) => [name, ...columns.map((column) => at[column])]
  process.stdout.write(
    `${table([['case', ...columns], row('without limits', without), row('with six limits', limited)])}\n\n`,
  )
  process.stdout.write(
    `throughput with limits: ${ratio.toFixed(3)} of that without; ${exchanges} round trips for leases\n`,
  )
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ bench: 'limits', without, with: limited, ratio, exchanges })}\n`)
  }
}

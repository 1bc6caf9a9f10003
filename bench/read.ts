import { createFeedSequencer, feedStart, readFeed } from '#platform/outbox'
import type { Database } from '#platform/postgres'
import { type BenchOptions, type Latencies, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { type ReadCase, readCases } from './read-cases.ts'
import type { HistoryShape } from './read-history.ts'
import { type LoadTimes, loadHistory } from './read-load.ts'

type Measured = Latencies & {
  /** The slowest of the unmeasured queries, which include planning, empty caches and missing sums. */
  readonly cold_ms: number
  readonly items: number
}

/**
 * Measures every list, filter and balance query of the ledger over `--transfers` (10 million) among `--accounts`
 * (100,000; Zipf 1.0). Each runs `--rounds` (300) times, after 30 unmeasured runs. `--keep DIR` keeps the loaded
 * database for the next run.
 */
export async function run(options: BenchOptions): Promise<void> {
  const shape: HistoryShape = {
    transfers: wholeNumber(options, 'transfers', 10_000_000),
    accounts: wholeNumber(options, 'accounts', 100_000),
    book: 1,
    seed: wholeNumber(options, 'seed', 20_260_131),
  }
  const rounds = wholeNumber(options, 'rounds', 300)
  await withBenchDatabase(options, ['platform', 'ledger'], async ({ database }) => {
    const load = await prepare(database, shape)
    const sizes = await readSizes(database)
    report(options, shape, await measure(database, shape, rounds, options.values.get('only')), { load, sizes })
  })
}

async function prepare(database: Database, shape: HistoryShape): Promise<LoadTimes | undefined> {
  const [loaded] = await database.query<{ yes: boolean }>({ text: 'select exists (select from ledger.batches) as yes' })
  if (loaded?.yes === true) return undefined
  const times = await loadHistory(database, shape)
  showProgress(`loaded in ${times.rowsSeconds + times.indexesSeconds + times.vacuumSeconds} s\n`)
  return times
}

type Size = { readonly name: string; readonly bytes: number }

async function readSizes(database: Database): Promise<readonly Size[]> {
  const rows = await database.query<{ name: string; bytes: bigint }>({
    text: `select case when r.relkind = 'i' then '  ' else '' end || n.nspname || '.' || r.relname as name,
        pg_table_size(r.oid) as bytes
      from pg_class r
      join pg_namespace n on n.oid = r.relnamespace
      left join pg_index i on i.indexrelid = r.oid
      where n.nspname in ('ledger', 'platform') and r.relkind in ('r', 'i') and pg_table_size(r.oid) > 1048576
      order by pg_table_size(coalesce(i.indrelid, r.oid)) desc, coalesce(i.indrelid, r.oid), r.relkind desc, bytes desc`,
  })
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }))
}

async function measure(
  database: Database,
  shape: HistoryShape,
  rounds: number,
  only: string | undefined,
): Promise<Map<string, Measured>> {
  const [last] = await database.query<{ number: bigint }>({
    text: 'select b.position / 16384 as number from ledger.batches b order by b.position desc limit 1',
  })
  const cases = readCases(database, shape, Number(last?.number ?? 1n), await readEventIds(database, shape.book))
  const results = new Map<string, Measured>()
  for (const one of cases.filter(({ name }) => only === undefined || name.includes(only))) {
    showProgress(`measuring: ${one.name}`)
    results.set(one.name, await measureCase(one, rounds))
  }
  showProgress('')
  return results
}

const eventStep = 128

/** Ids from the whole feed, as starting points; loaded events get their positions first. */
async function readEventIds(database: Database, book: number): Promise<readonly string[]> {
  const sequencer = createFeedSequencer({ database, onFault: (fault) => showProgress(`fault: ${fault.message}`) })
  await sequencer.sequence()
  await sequencer.stop()
  const ids: string[] = []
  let after: string | undefined = feedStart
  while (after !== undefined) {
    const page = await readFeed(database, { book, limit: eventStep, cursor: { after } })
    ids.push(page?.items.at(-1)?.id ?? after)
    after = page?.next && 'after' in page.next ? page.next.after : undefined
  }
  return ids
}

const coldRounds = 30

async function measureCase(one: ReadCase, rounds: number): Promise<Measured> {
  const cold = await ask(one, coldRounds)
  const measured = await ask(one, rounds)
  const items = Math.round((measured.items * 10) / rounds) / 10
  return { ...summarize(measured.latencies), cold_ms: summarize(cold.latencies).max_ms, items }
}

async function ask(one: ReadCase, times: number): Promise<{ latencies: number[]; items: number }> {
  const latencies: number[] = []
  let items = 0
  for (let time = 0; time < times; time += 1) {
    const begin = performance.now()
    items += await one.ask()
    latencies.push(performance.now() - begin)
  }
  return { latencies, items }
}

/** The limit for every query at ten million transfers. */
const barMs = 20

function report(
  options: BenchOptions,
  shape: HistoryShape,
  measured: ReadonlyMap<string, Measured>,
  { load, sizes }: { readonly load: LoadTimes | undefined; readonly sizes: readonly Size[] },
): void {
  const rows = [...measured].map(([name, at]) => [
    name,
    ...[at.per_s, at.p50_ms, at.p95_ms, at.p99_ms, at.max_ms, at.cold_ms, at.items],
  ])
  const above = [...measured].filter(([, { p99_ms }]) => p99_ms > barMs)
  const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0)
  const lines = [
    ...(load === undefined
      ? []
      : [`loaded: rows ${load.rowsSeconds} s, indexes ${load.indexesSeconds} s, vacuum ${load.vacuumSeconds} s`, '']),
    table([
      ['table, index', 'MB', 'bytes a transfer'],
      ...[...sizes, { name: 'all', bytes }].map((size) => [
        size.name,
        Math.round(size.bytes / 1e6),
        Math.round((size.bytes * 10) / shape.transfers) / 10,
      ]),
    ]),
    '',
    table([['query', 'per_s', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'cold ms', 'items'], ...rows]),
    '',
    `${shape.transfers.toLocaleString('en')} transfers among ${shape.accounts.toLocaleString('en')} accounts; ${measured.size} queries, ` +
      (above.length === 0
        ? `each with a p99 of at most ${barMs} ms`
        : `p99 above ${barMs} ms: ${above.map(([name]) => name).join('; ')}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (!options.json) return
  process.stdout.write(
    `${JSON.stringify({
      bench: 'read',
      transfers: shape.transfers,
      accounts: shape.accounts,
      ...(load && { load }),
      bytes: Object.fromEntries(sizes.map((size) => [size.name.trim(), size.bytes])),
      per_s: Object.fromEntries([...measured].map(([name, at]) => [name, at.per_s])),
      latencies: Object.fromEntries(measured),
    })}\n`,
  )
}

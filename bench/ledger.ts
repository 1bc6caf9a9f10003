import { createLedger, type Ledger } from '#ledger'
import { type BurstStep, CopyEncoder, type Database } from '#platform/postgres'
import { type BenchOptions, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { measureBaseline, prepareBaseline } from './ledger-baseline.ts'
import { groupTransfers, hot, makeGroups, openAccounts, type Pick, uniform, zipf } from './ledger-workload.ts'
import { serverCpuSeconds } from './server-cpu.ts'
import { markWal } from './wal-volume.ts'
import { prepareYardsticks, type Yardsticks } from './yardsticks.ts'

type Measured = {
  readonly per_s: number
  readonly p50_ms?: number
  readonly p99_ms?: number
  /** Microseconds per transfer: wall clock, processor time of this process, processor time of the database server. */
  readonly wall_us?: number
  readonly code_us?: number
  readonly sql_us?: number
  /** Per transfer: bytes of the write-ahead log, the bytes of page images among them, and index entries. */
  readonly wal_bytes?: number
  readonly image_bytes?: number
  readonly index_entries?: number
  /** Fractions of the writer's wall clock. It reads and decides ahead while it writes. */
  readonly reading?: number
  readonly deciding?: number
  readonly writing?: number
}

/**
 * The ledger from the library call to the durable commit: `--accounts` (100,000), `--transfers` (400,000) per case, in
 * `--rounds` (3), of which the median is reported. Compared with a SQL function call per transfer, at its best of 8, 16
 * and 32 connections, and with a bare COPY. The sealer runs at the same time.
 */
export async function run(options: BenchOptions): Promise<void> {
  const accounts = wholeNumber(options, 'accounts', 100_000)
  const transfers = wholeNumber(options, 'transfers', 400_000)
  const rounds = wholeNumber(options, 'rounds', 3)
  await withBenchDatabase(options, ['platform', 'ledger'], async ({ database, directory }) => {
    const ledger = createLedger({ database, onFault: (fault) => showProgress(`fault: ${fault.message}`) })
    await ledger.start()
    try {
      showProgress(`opening ${accounts} accounts`)
      await openAccounts(ledger, database, accounts)
      await prepareBaseline(database, accounts)
      const yardsticks = await prepareYardsticks(database, directory)
      const machine: Yardsticks[] = []
      const baseline = await bestBaseline(database, { accounts, seconds: wholeNumber(options, 'seconds', 4) })
      const copying = await prepareCopy(database, accounts)
      const cases: [string, Pick, number][] = [
        ['uniform', uniform(accounts), 64],
        ['zipf', zipf(accounts), 64],
        ['hot', hot(accounts), 64],
        ['groups_of_64', uniform(accounts), 2],
      ]
      const found = new Map<string, Measured[]>([...cases.map(([name]) => name), 'copy'].map((name) => [name, []]))
      const measure = async (name: string, work: () => Promise<Measured>) => {
        machine.push(await yardsticks.measure())
        await database.query({ text: 'checkpoint' })
        found.get(name)?.push(await work())
      }
      // Round by round, so that other load on the machine affects all cases alike.
      for (let round = 1; round <= rounds; round += 1) {
        showProgress(`measuring: round ${round} of ${rounds}`)
        const share = Math.ceil(transfers / rounds)
        for (const [name, pick, inFlight] of cases) {
          await measure(name, () => measureCase({ ledger, database, transfers: share, pick, inFlight }))
        }
        await measure('copy', () => copying(share))
      }
      const measured = new Map([...found].map(([name, each]) => [name, medianOf(each)]))
      measured.set('baseline', { per_s: baseline.per_s })
      report(options, measured, { baseline: baseline.each, machine })
    } finally {
      await ledger.stop(5_000)
    }
  })
}

function medianOf(rounds: readonly Measured[]): Measured {
  const sorted = [...rounds].sort((one, other) => one.per_s - other.per_s)
  return sorted[sorted.length >> 1] ?? { per_s: 0 }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0
}

async function bestBaseline(
  database: Database,
  { accounts, seconds }: { readonly accounts: number; readonly seconds: number },
) {
  const each: Record<string, number> = {}
  for (const connections of [8, 16, 32]) {
    showProgress(`measuring: baseline at ${connections} connections`)
    await database.query({ text: 'checkpoint' })
    each[connections] = await measureBaseline(database, { accounts, connections, seconds })
  }
  return { per_s: Math.max(...Object.values(each)), each }
}

type Case = {
  readonly ledger: Ledger
  readonly database: Database
  readonly transfers: number
  readonly pick: Pick
  readonly inFlight: number
}

async function measureCase({ ledger, database, transfers, pick, inFlight }: Case): Promise<Measured> {
  // A first part is not measured, so that heads and plans are those of a running process.
  await submitAll(ledger, makeGroups(transfers / 10, pick), inFlight)
  const groups = makeGroups(transfers, pick)
  const written = await markWal(database)
  const before = { statistics: ledger.statistics(), code: process.cpuUsage(), sql: await serverCpuSeconds(database) }
  const begin = performance.now()
  const latencies = await submitAll(ledger, groups, inFlight)
  const wallMs = performance.now() - begin
  const code = process.cpuUsage(before.code)
  const sql = (await serverCpuSeconds(database)) - before.sql
  const after = ledger.statistics()
  const wal = await written()
  const count = groups.length * groupTransfers
  const share = (name: 'readMs' | 'decideMs' | 'writeMs') =>
    Math.round(((after[name] - before.statistics[name]) / wallMs) * 100) / 100
  const { p50_ms, p99_ms } = summarize(latencies)
  return {
    per_s: Math.round((count * 1000) / wallMs),
    p50_ms,
    p99_ms,
    wall_us: rounded((wallMs * 1000) / count),
    code_us: rounded((code.user + code.system) / count),
    sql_us: rounded((sql * 1e6) / count),
    wal_bytes: Math.round(wal.bytes / count),
    image_bytes: Math.round(wal.imageBytes / count),
    index_entries: rounded(wal.indexEntries / count),
    reading: share('readMs'),
    deciding: share('decideMs'),
    writing: share('writeMs'),
  }
}

async function submitAll(ledger: Ledger, groups: ReturnType<typeof makeGroups>, inFlight: number): Promise<number[]> {
  const latencies: number[] = []
  let next = 0
  const submitter = async () => {
    for (let group = groups[next++]; group !== undefined; group = groups[next++]) {
      const begin = performance.now()
      const outcomes = await ledger.submit(group)
      latencies.push(performance.now() - begin)
      const refused = outcomes.find((outcome) => !outcome.ok)
      if (refused !== undefined && !refused.ok) throw new Error(`refused: ${refused.refusal.code}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, submitter))
  return latencies
}

/** Copies the same rows as the ledger, without decisions: the upper limit. */
async function prepareCopy(database: Database, accounts: number): Promise<(transfers: number) => Promise<Measured>> {
  await database.query({
    text: `create schema copied;
      create table copied.transfers (like ledger.transfers including all);
      create table copied.entries (like ledger.entries including all)`,
  })
  const versions = new Int32Array(accounts)
  let copied = 0
  return async (transfers) => {
    const batches: BurstStep[][] = []
    for (let from = 0; from < transfers; from += 2_048) {
      batches.push(copySteps({ from: copied + from, count: Math.min(2_048, transfers - from) }, versions))
    }
    copied += transfers
    const session = await database.session('copy')
    const written = await markWal(database)
    const begin = performance.now()
    for (const steps of batches) await session.burst(steps)
    const seconds = (performance.now() - begin) / 1000
    await session.close()
    const wal = await written()
    return {
      per_s: Math.round(transfers / seconds),
      wal_bytes: Math.round(wal.bytes / transfers),
      image_bytes: Math.round(wal.imageBytes / transfers),
      index_entries: rounded(wal.indexEntries / transfers),
    }
  }
}

function copySteps(
  { from, count }: { readonly from: number; readonly count: number },
  versions: Int32Array,
): BurstStep[] {
  const transfers = new CopyEncoder(count * 220)
  const entries = new CopyEncoder(count * 320)
  const now = 1_800_000_000_000_000
  for (let position = from + 1; position <= from + count; position += 1) {
    const pair = [position * 7919, position * 104_729 + 1].map((number) => number % versions.length)
    const [source = 0, destination = 1] = pair[0] === pair[1] ? [0, 1] : pair
    const id = position.toString(16).padStart(32, '0')
    transfers.tuple(13)
    for (const value of [position, source, destination, 100]) transfers.int8(value)
    transfers.timestamp(now)
    transfers.timestamp(now)
    transfers.null()
    transfers.uuid(id)
    transfers.int4(1)
    transfers.int2(0)
    if (position % 4 === 0) transfers.text(`ref-${id}`)
    else transfers.null()
    transfers.null()
    transfers.null()
    for (const [side, account] of [source, destination].entries()) {
      versions[account] = (versions[account] ?? 0) + 1
      entries.tuple(12)
      for (const value of [account, versions[account] ?? 0, position, position, 100, 0, 100, 0, 0]) entries.int8(value)
      entries.timestamp(now)
      entries.int2(1)
      entries.int2(side)
    }
  }
  const copy = ({ table, columns }: { table: string; columns: string }, rows: CopyEncoder): BurstStep => ({
    name: `copy-${table}`,
    text: `copy copied.${table} (${columns}) from stdin (format binary)`,
    copy: rows.stream(),
  })
  return [
    copy(
      {
        table: 'transfers',
        columns:
          'position, source, destination, amount, effective_at, recorded_at, expires_at, id, book_id, flags, reference, metadata, options',
      },
      transfers,
    ),
    copy(
      {
        table: 'entries',
        columns:
          'account, version, position, transfer, posted_delta, pending_delta, posted, pending_out, pending_in, recorded_at, kind, side',
      },
      entries,
    ),
  ]
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

function report(
  options: BenchOptions,
  measured: ReadonlyMap<string, Measured>,
  beside: { readonly baseline: Readonly<Record<string, number>>; readonly machine: readonly Yardsticks[] },
): void {
  const yardsticks = {
    fsyncs: median(beside.machine.map(({ fsyncs }) => fsyncs)),
    commits: median(beside.machine.map(({ commits }) => commits)),
    copy: measured.get('copy')?.per_s ?? 0,
  }
  const of = (name: string) => measured.get(name)?.per_s ?? 0
  const ratio = ({ one, other }: { readonly one: string; readonly other: string }) =>
    Math.round((of(one) / of(other)) * 100) / 100
  const ratios = {
    uniform_to_baseline: ratio({ one: 'uniform', other: 'baseline' }),
    hot_to_uniform: ratio({ one: 'hot', other: 'uniform' }),
    uniform_to_copy: ratio({ one: 'uniform', other: 'copy' }),
  }
  const columns = [
    'per_s',
    'p50_ms',
    'p99_ms',
    'wall_us',
    'code_us',
    'sql_us',
    'wal_bytes',
    'image_bytes',
    'index_entries',
    'reading',
    'deciding',
    'writing',
  ] as const
  const rows = [...measured].map(([name, at]) => [name, ...columns.map((column) => at[column] ?? '')])
  process.stdout.write(
    `${[
      table([['case', ...columns], ...rows]),
      '',
      'wall_us, code_us, sql_us: microseconds a transfer of the clock, of our processor time, of the server’s;',
      'wal_bytes, image_bytes, index_entries: a transfer, from the write-ahead log; images are of pages after a checkpoint;',
      'the writer’s clock goes into reading, deciding (our code) and writing (waiting for SQL and the commit);',
      'it reads and decides the next batch while it writes one, so the shares may add up to more than 1.',
      `baseline by connections: ${Object.entries(beside.baseline)
        .map(([connections, per_s]) => `${connections}: ${per_s}/s`)
        .join(', ')}`,
      `uniform is ${ratios.uniform_to_baseline} times the baseline and ${ratios.uniform_to_copy} of bare COPY; hot is ${ratios.hot_to_uniform} times uniform`,
      `the machine in the same run, medians: ${yardsticks.fsyncs} fdatasync/s of 8 kB, ${yardsticks.commits}/s transactions as of pgbench -N, ${yardsticks.copy}/s transfers by COPY`,
    ].join('\n')}\n`,
  )
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ bench: 'ledger', ...Object.fromEntries(measured), ratios, yardsticks, baseline_by_connections: beside.baseline })}\n`,
    )
  }
}

import { onKafka } from '#lanes'
import type { Database } from '#platform/postgres'
import { fetchKafka } from '../scripts/kafka.ts'
import { startKafkaBrokers } from '../scripts/kafka-brokers.ts'
import { type BenchOptions, showProgress, table, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { measureComing, measureWaiting } from './lanes-engine.ts'
import { measureStreams, openFifo, openLanes, type Stream, type StreamResult, workers, workMs } from './lanes-load.ts'
import { measurePaymentsOnBoth } from './lanes-payments.ts'
import { measureWorkers } from './lanes-workers.ts'

type Measured = {
  readonly per_s: number
  readonly share?: number
  readonly p50_ms?: number
  readonly p99_ms?: number
  readonly max_ms?: number
}

type Cases = Map<string, Measured>

const capacity = (workers * 1000) / workMs
/** Its guaranteed share: the weight of `bulk` among `instant`, `standard` and `bulk`. */
const bulkShare = 1 / 13

/**
 * The lanes under overload, compared with a FIFO queue of as many workers. `bulk` is offered ten times the capacity,
 * `standard` one time, `instant` a fifth, and another process adds rollbacks. Then one vendor floods a shared lane.
 * Last, `--messages` (200,000) cost nothing and show the engine itself. `--seconds` (10) is per load. `--lanes kafka`
 * shows the engine on Kafka beside it, with one and with four worker processes, and payments on both engines in turn, in
 * `--rounds` (5). `--only engines` leaves out the overload and the flood.
 */
export async function run(options: BenchOptions): Promise<void> {
  const measureMs = wholeNumber(options, 'seconds', 10) * 1000
  const messages = wholeNumber(options, 'messages', 200_000)
  await withBenchDatabase(options, ['platform', 'lanes'], async ({ database }) => {
    const cases: Cases = new Map()
    const load = async (queue: 'lanes' | 'fifo', streams: readonly Stream[], prefix: string) => {
      showProgress(`measuring: ${prefix} over ${queue}`)
      await database.query({ text: 'truncate lanes.messages' })
      await database.query({ text: 'checkpoint' })
      const open = queue === 'lanes' ? openLanes : openFifo
      const results = await measureStreams((onBegun) => open(database, onBegun), streams, { warmMs: 2_000, measureMs })
      for (const [name, measured] of summarized(results, measureMs)) cases.set(`${prefix}_${queue}_${name}`, measured)
    }
    const isOnlyEngines = options.values.get('only') === 'engines'
    if (!isOnlyEngines) {
      for (const queue of ['lanes', 'fifo'] as const) await load(queue, overload, 'overload')
      for (const queue of ['lanes', 'fifo'] as const) await load(queue, flood, 'flood')
    }
    await database.query({ text: 'truncate lanes.messages' })
    cases.set('engine_waiting', { per_s: await measureWaiting(database, messages) })
    cases.set('engine_coming', await measureComing(database))
    if (options.values.get('lanes') === 'kafka') await measureKafka(options, { database, cases })
    report(options, cases)
  })
}

/** The same on a broker of Apache Kafka that is started for it, and payments on both engines in turn. */
async function measureKafka(options: BenchOptions, place: { readonly database: Database; readonly cases: Cases }) {
  const { database, cases } = place
  const messages = wholeNumber(options, 'messages', 200_000)
  showProgress('starting a broker of Kafka')
  await fetchKafka()
  const brokers = await startKafkaBrokers()
  try {
    const kafka = { brokers: brokers.addresses }
    const on = (prefix: string) => onKafka({ kafka, prefix, partitions, replicas: 1 })
    cases.set('engine_waiting_kafka', { per_s: await measureWaiting(database, messages, on('waiting')) })
    cases.set('engine_coming_kafka', await measureComing(database, on('coming')))
    for (const workers of [1, 4]) {
      const task = { brokers: kafka.brokers, prefix: `workers${workers}`, partitions }
      const per_s = await measureWorkers({ database, openEngine: on(task.prefix), task, messages, workers })
      cases.set(`workers_${workers}_kafka`, { per_s })
    }
    const rounds = wholeNumber(options, 'rounds', 5)
    const both = await measurePaymentsOnBoth(options, { kafka: on('payments'), rounds, seconds: paymentsSeconds })
    cases.set('payments', both.postgres)
    cases.set('payments_kafka', both.kafka)
    process.stdout.write(`payments/s on Kafka, of those on PostgreSQL alone, by round: ${both.ratios.join(', ')}\n`)
  } finally {
    await brokers.stop()
  }
}

const partitions = 12
const paymentsSeconds = 5

const overload: readonly Stream[] = [
  { name: 'rollback', lane: 'rollback', vendor: 0, perSecond: 20 },
  { name: 'instant', lane: 'instant', vendor: 0, perSecond: capacity / 5 },
  { name: 'standard', lane: 'standard', vendor: 0, perSecond: capacity },
  { name: 'bulk', lane: 'bulk', vendor: 0, perSecond: capacity * 10 },
]

const flood: readonly Stream[] = [
  { name: 'flooding', lane: 'standard', vendor: 1, perSecond: capacity * 10 },
  { name: 'other', lane: 'standard', vendor: 2, perSecond: capacity / 10 },
]

function* summarized(results: ReadonlyMap<string, StreamResult>, measureMs: number): Iterable<[string, Measured]> {
  const all = [...results.values()].reduce((sum, { begun }) => sum + begun, 0)
  for (const [name, { begun, waitsMs }] of results) {
    const sorted = waitsMs.toSorted((one, other) => one - other)
    const at = (part: number) => Math.round((sorted[Math.ceil(sorted.length * part) - 1] ?? 0) * 10) / 10
    yield [
      name,
      {
        per_s: Math.round((begun * 1000) / measureMs),
        share: Math.round((begun / Math.max(1, all)) * 1000) / 1000,
        ...{ p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) },
      },
    ]
  }
}

function promises(cases: Cases): Record<string, boolean> {
  const of = (name: string) => cases.get(name) ?? { per_s: 0 }
  return {
    instant_p99_within_1_s: (of('overload_lanes_instant').p99_ms ?? Number.POSITIVE_INFINITY) <= 1_000,
    bulk_has_its_share: (of('overload_lanes_bulk').share ?? 0) >= bulkShare,
    rollbacks_begin_within_100_ms: (of('overload_lanes_rollback').p99_ms ?? Number.POSITIVE_INFINITY) <= 100,
    other_vendor_p99_within_1_s: (of('flood_lanes_other').p99_ms ?? Number.POSITIVE_INFINITY) <= 1_000,
  }
}

function report(options: BenchOptions, cases: Cases): void {
  const kept = cases.has('overload_lanes_bulk') ? promises(cases) : {}
  const rows = [...cases].map(([name, { per_s, share, p50_ms, p99_ms, max_ms }]) => [
    name,
    per_s,
    share === undefined ? '' : `${(share * 100).toFixed(1)}%`,
    ...[p50_ms, p99_ms, max_ms].map((ms) => ms ?? ''),
  ])
  const head = ['begun by lane or vendor', '/s', 'share', 'p50 ms', 'p99 ms', 'max ms']
  process.stdout.write(
    `\n${workers} workers can do ${capacity} messages/s of ${workMs} ms; fifo: one queue, the same load\n`,
  )
  process.stdout.write(`${table([head, ...rows])}\n\n`)
  process.stdout.write(
    `${table([['promise', 'kept'], ...Object.entries(kept).map(([name, is]) => [name, is ? 'yes' : 'NO'])])}\n`,
  )
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ bench: 'lanes', ...Object.fromEntries(cases), kept })}\n`)
  }
}

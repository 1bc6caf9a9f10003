import { setTimeout as sleep } from 'node:timers/promises'
import { createLanes, createRelay, laneNames, onKafka } from '#lanes'
import { newUuid } from '#platform/ids'
import { createRecordProducer, ensureTopics, type NewRecord } from '#platform/kafka'
import type { Database } from '#platform/postgres'
import { fetchKafka } from '../scripts/kafka.ts'
import { startKafkaBrokers } from '../scripts/kafka-brokers.ts'
import { type BenchOptions, type Latencies, showProgress, summarize, table, wholeNumber } from './bench.ts'
import { withBenchDatabase } from './bench-database.ts'
import { cpuSeconds } from './server-cpu.ts'

type Measured = {
  readonly per_s: number
  /** Processor time per row: of this process, of PostgreSQL and of the broker. */
  readonly cpu_us?: Readonly<Record<'relay' | 'postgres' | 'kafka', number>>
} & Partial<Pick<Latencies, 'p50_ms' | 'p99_ms' | 'max_ms'>>

type Place = {
  readonly database: Database
  readonly enqueue: (count: number) => Promise<readonly string[]>
  readonly relay: (onSent: (records: readonly NewRecord[]) => void) => ReturnType<typeof createRelay>
}

const [batch, tickMs, partitions] = [2_000, 10, 12]

/**
 * The relay of the lanes alone, from rows that are committed to records that a broker of Kafka has confirmed.
 * `backlog`: `--messages` (100,000) wait, the median of `--rounds` (5). `near` and `far`: `--per-second` (1,000) for
 * `--seconds` (10), enqueued by the relay's own process and by another one, with the time from commit to confirmation.
 */
export async function run(options: BenchOptions): Promise<void> {
  const messages = wholeNumber(options, 'messages', 100_000)
  const rounds = wholeNumber(options, 'rounds', 5)
  const load = {
    perSecond: wholeNumber(options, 'per-second', 1_000),
    seconds: wholeNumber(options, 'seconds', 10),
  }
  showProgress('starting a broker of Kafka')
  await fetchKafka()
  const brokers = await startKafkaBrokers()
  try {
    await withBenchDatabase(options, ['platform', 'lanes'], async ({ database }) => {
      const place = await openPlace(database, brokers.addresses)
      const cases = new Map<string, Measured>()
      const backlogs: Measured[] = []
      for (let round = 0; round < rounds; round += 1) {
        showProgress(`measuring: a backlog of ${messages}`)
        backlogs.push(await measureBacklog(place, messages))
      }
      backlogs.sort((one, other) => one.per_s - other.per_s)
      cases.set('backlog', backlogs[Math.floor(rounds / 2)] ?? { per_s: 0 })
      for (const isNear of [true, false]) {
        const name = isNear ? 'near' : 'far'
        showProgress(`measuring: ${name}`)
        cases.set(name, await measureSteady(place, { ...load, isNear }))
      }
      report(options, cases, backlogs)
    })
  } finally {
    await brokers.stop()
  }
}

async function openPlace(database: Database, addresses: readonly string[]): Promise<Place> {
  const kafka = { brokers: addresses }
  const topicOf = (lane: string) => `bench.lanes.${lane}`
  await ensureTopics(
    kafka,
    laneNames.map((lane) => ({ name: topicOf(lane), partitions, replicas: 1 })),
  )
  const onFault = (fault: unknown) => void process.stderr.write(`${fault}\n`)
  const openEngine = onKafka({ kafka, prefix: 'bench', partitions, replicas: 1 })
  // Never started: it only enqueues.
  const lanes = createLanes({ database, openEngine, onFault })
  return {
    database,
    enqueue: async (count) => {
      const some = Array.from({ length: count }, () => ({
        ...{ lane: 'standard' as const, kind: 'bench.nothing', book: 1, vendor: 0, subject: newUuid() },
        payload: '{"s":"payment","i":"start"}',
      }))
      await database.transaction((tx) => lanes.enqueue(tx, some))
      return some.map(({ subject }) => subject)
    },
    relay: (onSent) =>
      createRelay({
        ...{ database, topicOf, onFault, intervalMs: 50 },
        openProducer: () => {
          const producer = createRecordProducer(kafka)
          const send = async (records: readonly NewRecord[]) => {
            const unsent = await producer.send(records)
            onSent(records)
            return unsent
          }
          return { ...producer, send }
        },
      }),
  }
}

/** From the first confirmation on: a start is not part of the rate. */
async function measureBacklog({ database, enqueue, relay }: Place, messages: number): Promise<Measured> {
  for (let left = messages; left > 0; left -= batch) await enqueue(Math.min(batch, left))
  await database.query({ text: 'checkpoint' })
  const done = Promise.withResolvers<void>()
  let sent = 0
  let first: { readonly sent: number; readonly atMs: number; readonly cpu: ReturnType<typeof cpuSeconds> } | undefined
  const running = relay((records) => {
    sent += records.length
    first ??= { sent, atMs: performance.now(), cpu: cpuSeconds() }
    if (sent >= messages) done.resolve()
  })
  running.start()
  await done.promise
  const { atMs = 0, cpu = cpuSeconds(), sent: atFirst = 0 } = first ?? {}
  const seconds = (performance.now() - atMs) / 1000
  const after = cpuSeconds()
  const rows = messages - atFirst
  const us = (name: 'self' | 'postgres' | 'java') => Math.round(((after[name] - cpu[name]) * 1e7) / rows) / 10
  await running.stop()
  // As workers do.
  await database.query({ text: 'delete from lanes.outgoing' })
  return {
    per_s: Math.round(rows / seconds),
    cpu_us: { relay: us('self'), postgres: us('postgres'), kafka: us('java') },
  }
}

type Steady = { readonly perSecond: number; readonly seconds: number; readonly isNear: boolean }

async function measureSteady({ enqueue, relay }: Place, { perSecond, seconds, isNear }: Steady): Promise<Measured> {
  const committed = new Map<string, number>()
  const confirmed = new Map<string, number>()
  const running = relay((records) => {
    const now = performance.now()
    for (const { key } of records) confirmed.set(key, now)
  })
  running.start()
  await enqueue(1)
  while (confirmed.size === 0) await sleep(tickMs)
  const begun = performance.now()
  let sent = 0
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.floor(((performance.now() - begun) * perSecond) / 1000) - sent
    if (due > 0) {
      sent += due
      const subjects = await enqueue(due)
      if (isNear) running.wake({ urgent: false })
      const now = performance.now()
      for (const subject of subjects) committed.set(subject, now)
    }
    await sleep(tickMs)
  }
  const enqueuedMs = performance.now() - begun
  while (confirmed.size <= sent) await sleep(tickMs)
  await running.stop()
  // A row may be confirmed before this process gets the answer to its commit.
  const waits = [...committed].map(([subject, at]) => Math.max(0, (confirmed.get(subject) ?? 0) - at))
  const { p50_ms, p99_ms, max_ms } = summarize(waits)
  return { per_s: Math.round((sent * 1000) / enqueuedMs), p50_ms, p99_ms, max_ms }
}

function report(options: BenchOptions, cases: ReadonlyMap<string, Measured>, backlogs: readonly Measured[]): void {
  const rows = [...cases].map(([name, { per_s, p50_ms = '', p99_ms = '', max_ms = '', cpu_us }]) => [
    ...[name, per_s, p50_ms, p99_ms, max_ms],
    ...[cpu_us?.relay ?? '', cpu_us?.postgres ?? '', cpu_us?.kafka ?? ''],
  ])
  const head = ['case', 'rows/s', 'p50 ms', 'p99 ms', 'max ms', 'relay µs/row', 'postgres µs/row', 'kafka µs/row']
  process.stdout.write(`${table([head, ...rows])}\n`)
  process.stdout.write(`backlogs: ${backlogs.map(({ per_s }) => per_s).join(', ')} rows/s\n`)
  if (options.json) process.stdout.write(`${JSON.stringify({ bench: 'relay', ...Object.fromEntries(cases) })}\n`)
}

import type { Payments } from '#payments'
import type { Database } from '#platform/postgres'
import { showProgress, table } from './bench.ts'
import { keepInFlight, type PayIn } from './payment-workload.ts'

export type SoakSample = {
  readonly minute: number
  readonly per_s: number
  readonly memory_mb: number
  readonly heap_mb: number
  readonly connections: number
  readonly queues_mb: number
  /** Of all tables; flat when only payments take room. */
  readonly bytes_per_payment: number
  /** Dead rows of payments and attempts as a fraction of the live ones. */
  readonly dead_share: number
}

export type SoakOptions = {
  readonly payments: Payments
  readonly database: Database
  readonly accounts: number
  readonly minutes: number
}

const samplesCount = 10
const inFlight = 128
const froms: readonly PayIn[] = ['wallet', 'wallet', 'wallet', 'card']

export async function soak({ payments, database, accounts, minutes }: SoakOptions): Promise<SoakSample[]> {
  const samples: SoakSample[] = []
  const seconds = (minutes * 60) / samplesCount
  let total = 0
  for (let at = 1; at <= samplesCount; at += 1) {
    showProgress(`soaking: ${at} of ${samplesCount}`)
    const parts = await Promise.all(
      froms.map((from) => keepInFlight(payments, { accounts, from, inFlight: inFlight / froms.length, seconds })),
    )
    const ended = parts.reduce((sum, part) => sum + part.ended, 0)
    total += ended
    samples.push({
      minute: Math.round((at * seconds) / 6) / 10,
      per_s: Math.round(ended / seconds),
      ...(await look(database, total)),
    })
  }
  return samples
}

async function look(database: Database, payments: number) {
  const [row] = await database.query<{ connections: number; queues: bigint; total: bigint; dead: number }>({
    text: `select
        (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
        (select sum(pg_total_relation_size(relid))::bigint from pg_stat_user_tables
          where schemaname = 'lanes' and relname in ('messages', 'later')) as queues,
        (select sum(pg_total_relation_size(relid))::bigint from pg_stat_user_tables) as total,
        (select sum(n_dead_tup)::float / greatest(sum(n_live_tup), 1) from pg_stat_user_tables
          where schemaname = 'payments' and relname in ('payments', 'attempts')) as dead`,
  })
  const { rss, heapUsed } = process.memoryUsage()
  return {
    memory_mb: Math.round(rss / 1e6),
    heap_mb: Math.round(heapUsed / 1e6),
    connections: row?.connections ?? 0,
    queues_mb: Math.round(Number(row?.queues ?? 0) / 1e5) / 10,
    bytes_per_payment: Math.round(Number(row?.total ?? 0) / payments),
    dead_share: Math.round((row?.dead ?? 0) * 100) / 100,
  }
}

export function soakTable(samples: readonly SoakSample[]): string {
  const columns = [
    'minute',
    'per_s',
    'memory_mb',
    'heap_mb',
    'connections',
    'queues_mb',
    'bytes_per_payment',
    'dead_share',
  ] as const
  return table([[...columns], ...samples.map((sample) => columns.map((column) => sample[column]))])
}

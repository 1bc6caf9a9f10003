import type { Queryable } from '#platform/postgres'
import type { Metric } from '#platform/telemetry'
import { createLatest, withinMs } from '#platform/time'
import { countOpen, type OpenCases } from './case-read-model.ts'
import type { Cases } from './create-cases.ts'

/** Open cases over all books, by queue and reason: their number, and the age of the oldest. */
export function caseMetrics(cases: Pick<Cases, 'queues'>, on: Queryable): Metric[] {
  const count = createCount(on)
  const byReason = async (read: (counts: Pick<OpenCases, 'open' | 'oldestSeconds'>) => number) => {
    const found = await count()
    return cases.queues().flatMap((queue) =>
      Object.keys(queue.reasons).map((reason) => {
        const counts = found.find((each) => each.queue === queue.name && each.reason === reason)
        return [{ queue: queue.name, reason }, read(counts ?? { open: 0, oldestSeconds: 0 })] as const
      }),
    )
  }
  return [
    {
      name: 'munim_cases_open',
      help: 'Open cases, those that wait behind a newer one included.',
      labels: ['queue', 'reason'],
      read: () => byReason(({ open }) => open),
    },
    {
      name: 'munim_cases_oldest_seconds',
      help: 'Age of the oldest open case; 0 when there is none.',
      labels: ['queue', 'reason'],
      read: () => byReason(({ oldestSeconds }) => oldestSeconds),
    },
  ]
}

/** A count reads all open cases, so the metrics and the scrapes within this time share one. */
const goodMs = 10_000
/** Less than the time after which a scrape leaves out a metric. */
const patienceMs = 1_000
/** An older count says nothing: the metrics are then left out, and an alert on their absence fires. */
const knownMs = 600_000

/** While a count takes too long or fails, the last one stays. */
function createCount(on: Queryable): () => Promise<readonly OpenCases[]> {
  let last: { readonly counts: readonly OpenCases[]; readonly atMs: number } | undefined
  const count = createLatest(async () => {
    const counts = await countOpen(on)
    last = { counts, atMs: performance.now() }
    return counts
  }, goodMs)
  return () => {
    if (last === undefined || performance.now() - last.atMs > knownMs) return count()
    const { counts } = last
    return withinMs(
      count().catch(() => counts),
      patienceMs,
      counts,
    )
  }
}

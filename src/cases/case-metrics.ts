import type { Queryable } from '#platform/postgres'
import type { Metric } from '#platform/telemetry'
import { countOpen, type OpenCases } from './case-read-model.ts'
import type { Cases } from './create-cases.ts'

/** Open cases over all books, by queue and reason: their number, and the age of the oldest. */
export function caseMetrics(cases: Pick<Cases, 'queues'>, on: Queryable): Metric[] {
  const byReason = async (read: (counts: Pick<OpenCases, 'open' | 'oldestSeconds'>) => number) => {
    const found = await countOpen(on)
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

import type { Queryable } from '#platform/postgres'
import type { Metric } from '#platform/telemetry'
import { countStuck } from './stuck-read-model.ts'

/** Open matters of the stuck list over all books, by reason: how many, and how long the oldest has waited. */
export function stuckMetrics(on: Queryable): Metric[] {
  const byReason = async (read: (counts: { readonly open: number; readonly oldestSeconds: number }) => number) =>
    new Map([...(await countStuck(on))].map(([reason, counts]) => [reason as string, read(counts)]))
  return [
    {
      name: 'munim_stuck_open',
      help: 'What needs a person: entries of the stuck list, and what waits behind them.',
      label: 'reason',
      read: () => byReason(({ open }) => open),
    },
    {
      name: 'munim_stuck_oldest_seconds',
      help: 'Age of the oldest of them; 0 when there is none.',
      label: 'reason',
      read: () => byReason(({ oldestSeconds }) => oldestSeconds),
    },
  ]
}

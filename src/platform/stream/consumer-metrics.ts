import type { Database } from '../postgres/index.ts'
import type { Metric } from '../telemetry/index.ts'
import { createLatest } from '../time/index.ts'
import type { Consumer } from './consumer.ts'
import { type ConsumerState, readStates } from './consumer-read-model.ts'

/** Of one scrape: all metrics of the consumers are read at once. */
const freshMs = 500
const noBook = 0

export function consumerMetrics(database: Database, consumers: readonly Consumer[]): Metric[] {
  const names = consumers.map(({ name }) => name)
  const latest = createLatest(() => readStates(database, { names, book: noBook }), freshMs)
  const of = ([name, help]: readonly [name: string, help: string], read: (state: ConsumerState) => number): Metric => ({
    ...{ name: `munim_consumer_${name}`, help, labels: ['consumer'] },
    read: async () => (await latest()).map((state) => [{ consumer: state.name }, read(state)] as const),
  })
  const flag = (holds: boolean) => (holds ? 1 : 0)
  return [
    of(['lag_events', 'Events of the feeds that the consumer has not handled.'], ({ lagEvents }) => lagEvents),
    of(['lag_seconds', 'Age of the oldest event that the consumer has not handled.'], ({ lagSeconds }) => lagSeconds),
    of(['failing', 'Whether the last try of the consumer failed: 1, or 0.'], ({ fault }) => flag(fault !== undefined)),
    of(['paused', 'Whether an operator has paused the consumer: 1, or 0.'], ({ pausedAt }) =>
      flag(pausedAt !== undefined),
    ),
  ]
}

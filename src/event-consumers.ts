import { readBookIds } from '#access'
import { createClusterWatch } from '#lanes'
import { paymentDays } from '#payments'
import { startWithin } from '#platform/background'
import type { Configuration } from '#platform/config'
import { eventTopics } from '#platform/event-topics'
import type { FeedEvents } from '#platform/outbox'
import type { Database } from '#platform/postgres'
import { type Consumer, consumerMetrics, consumerRoutes, createConsumers, positionsCheck } from '#platform/stream'

type EventConsumersDependencies = {
  readonly database: Database
  readonly configuration: Partial<Pick<Configuration, 'events'>>
  /** Of every module. */
  readonly events: readonly FeedEvents[]
  readonly onFault: (error: unknown) => void
  /** Gets what no time mends, when it is known too late for the start to throw it. */
  readonly onRefused: (error: unknown) => void
}

/** A start that may wait for brokers does so for no longer. */
const waitMs = 2_000

/** Everything that reads the feeds of all books in the background. */
export function createEventConsumers(deps: EventConsumersDependencies) {
  const { database, configuration, events, onFault, onRefused } = deps
  const { events: settings } = configuration
  const books = { readBookIds: () => readBookIds(database), epoch: database.epoch }
  const topics = settings === undefined ? [] : [eventTopics({ settings, events, ...books })]
  const watch = settings && createClusterWatch({ kafka: settings.kafka, topics: [], copiesMin: 0 })
  const all: readonly Consumer[] = [paymentDays, ...topics]
  const consumers = createConsumers(all, { database, events, onFault })
  const start: typeof consumers.start = async (options) => {
    const started = consumers.start(options)
    await (options?.mayWait ? startWithin(started, { ms: waitMs, onLate: onRefused }) : started)
  }
  return {
    consumers: { ...consumers, start },
    routes: consumerRoutes({ database, consumers: all }),
    checks: [positionsCheck(database)],
    metrics: consumerMetrics(database, all),
    /** What the consumers cannot reach, in sentences. Does not wait. */
    lacks: () => watch?.lacks() ?? [],
  }
}

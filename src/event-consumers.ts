import { readBookIds } from '#access'
import { paymentDays } from '#payments'
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
}

/** Everything that reads the feeds of all books in the background. */
export function createEventConsumers({ database, configuration, events, onFault }: EventConsumersDependencies) {
  const { events: settings } = configuration
  const books = { readBookIds: () => readBookIds(database), epoch: database.epoch }
  const topics = settings === undefined ? [] : [eventTopics({ settings, events, ...books })]
  const all: readonly Consumer[] = [paymentDays, ...topics]
  return {
    consumers: createConsumers(all, { database, events, onFault }),
    routes: consumerRoutes({ database, consumers: all }),
    checks: [positionsCheck(database)],
    metrics: consumerMetrics(database, all),
  }
}

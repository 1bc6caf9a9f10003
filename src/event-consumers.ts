import { paymentDays } from '#payments'
import type { FeedEvents } from '#platform/outbox'
import type { Database } from '#platform/postgres'
import { type Consumer, consumerMetrics, consumerRoutes, createConsumers } from '#platform/stream'

type EventConsumersDependencies = {
  readonly database: Database
  /** Of every module. */
  readonly events: readonly FeedEvents[]
  readonly onFault: (error: unknown) => void
}

/** Everything that reads the feeds of all books in the background. */
export function createEventConsumers({ database, events, onFault }: EventConsumersDependencies) {
  const all: readonly Consumer[] = [paymentDays]
  return {
    consumers: createConsumers(all, { database, events, onFault }),
    routes: consumerRoutes({ database, consumers: all }),
    metrics: consumerMetrics(database, all),
  }
}

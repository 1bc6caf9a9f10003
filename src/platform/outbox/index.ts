export type { FeedEvent, FeedQuery, Outbox, OutboxEvent } from './outbox.ts'

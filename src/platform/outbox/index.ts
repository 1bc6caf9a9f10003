export { appendEventsSteps } from './append-events.ts'
export type { FeedEvent, FeedPage, FeedQuery, OutboxEvent } from './outbox.ts'
export { readFeed } from './read-feed.ts'

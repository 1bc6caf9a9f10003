export { appendEventsSteps, eventsPerRow } from './append-events.ts'
export type { FeedEvent, FeedPage, FeedQuery, Outbox, OutboxEvent } from './outbox.ts'
export { feedStart, readFeed } from './read-feed.ts'

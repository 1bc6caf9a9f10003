export { appendEventsSteps, eventsPerRow } from './append-events.ts'
export type { FeedEvent, FeedPage, FeedQuery, OutboxEvent } from './outbox.ts'
export { feedStart, readFeed } from './read-feed.ts'

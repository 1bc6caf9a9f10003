export { appendEventsSteps, eventsPerRow } from './append-events.ts'
export type { FeedEvent, FeedQuery, Outbox, OutboxEvent } from './outbox.ts'

import type { Timestamp } from '#kernel'
import type { BurstStep, Queryable } from '../postgres/index.ts'

/** Something that happened, for whoever listens. `data` is the public JSON form, rendered by the module that says it. */
export type OutboxEvent = {
  readonly book: number
  /** `noun.verb`, such as `transfer.posted`. */
  readonly type: string
  /** JSON text of the event's data. */
  readonly data: string
}

/** An event as read from the feed. */
export type FeedEvent = {
  /** UUID form of its place in the feed; `evt_…` outside. */
  readonly id: string
  readonly type: string
  readonly recordedAt: Timestamp
  readonly data: unknown
}

export type FeedQuery = {
  readonly book: number
  /** Forward from (exclusive) this event when given; else newest first. */
  readonly after?: string
  /** Newest first, older than this event; for pages of the newest-first list. */
  readonly before?: string
  readonly types?: readonly string[]
  readonly limit: number
}

/** A page of the feed. */
export type FeedPage = {
  readonly events: readonly FeedEvent[]
  readonly hasMore: boolean
  /**
   * The last event looked at, whether or not it is of the types asked for: give it as `after`
   * (forward) or `before` (newest first) to go on. Undefined when nothing has been looked at yet.
   */
  readonly next: string | undefined
}

export type Outbox = {
  /** The steps that write the events within a burst; a row holds up to 256 events. */
  readonly appendSteps: (recordedAt: Timestamp, events: readonly OutboxEvent[]) => readonly BurstStep[]
  /**
   * Reads a page. Only events of finished transactions that no earlier one can still overtake are
   * shown, so that a reader who goes forward misses none. `undefined`: no such event to go on from.
   */
  readonly read: (database: Queryable, query: FeedQuery) => Promise<FeedPage | undefined>
}

import type { Timestamp } from '#kernel'

/**
 * Something that happened, for whoever listens. `type` is `noun.verb`, such as `transfer.posted`.
 * Either it carries its `data` (JSON text of the public form), or it names its `subject`: the key of
 * rows that never change, from which the module that says it makes the data when somebody reads.
 */
export type OutboxEvent = { readonly book: number; readonly type: string } & (
  | { readonly data: string }
  | { readonly subject: number }
)

/** An event as read from the feed: with the data it carries, or the subject it names. */
export type FeedEvent = {
  /** UUID form of its place in the feed; `evt_…` outside. */
  readonly id: string
  readonly type: string
  readonly recordedAt: Timestamp
  readonly data: unknown
  readonly subject: number | undefined
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

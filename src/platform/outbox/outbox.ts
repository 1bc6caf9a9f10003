import type { Timestamp } from '#kernel'

/**
 * Something that happened, for readers of the feed. `type` is `noun.verb`, such as `transfer.posted`. An event either
 * carries its `data` (JSON text of the public form) or names its `subject`: the key of rows that never change. The
 * module that published it renders the data from these rows when the feed is read.
 */
export type OutboxEvent = { readonly book: number; readonly type: string } & (
  | { readonly data: string }
  | { readonly subject: number }
)

/** An event as read from the feed: with the data it carries, or the subject it names. */
export type FeedEvent = {
  /** UUID form of its place in the feed; `evt_…` in the API. */
  readonly id: string
  readonly type: string
  readonly recordedAt: Timestamp
  readonly data: unknown
  readonly subject: number | undefined
}

export type FeedQuery = {
  readonly book: number
  /** Reads forward from this event (exclusive). Without it, newest first. */
  readonly after?: string
  /** Newest first, older than this event, for the next pages of that list. */
  readonly before?: string
  readonly types?: readonly string[]
  readonly limit: number
}

export type FeedPage = {
  readonly events: readonly FeedEvent[]
  readonly hasMore: boolean
  /**
   * The last event read, even if its type was not requested. Give it as `after` (forward) or `before` (newest first) to
   * go on. Undefined when nothing has been read yet.
   */
  readonly next: string | undefined
}

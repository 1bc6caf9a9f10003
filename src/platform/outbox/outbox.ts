import type { Timestamp } from '#kernel'

/**
 * An event for readers of the feed. `type` is `noun.verb`, such as `transfer.posted`. An event carries its `data` (JSON
 * text of the public form) or its `subject`: the key of rows that never change, from which its module renders the data.
 */
export type OutboxEvent = { readonly book: number; readonly type: string } & (
  | { readonly data: string }
  | { readonly subject: number }
)

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
  readonly before?: string
  readonly types?: readonly string[]
  readonly limit: number
}

export type FeedPage = {
  readonly events: readonly FeedEvent[]
  readonly hasMore: boolean
  /** The last event read, of any type, to use as `after` or `before`. Undefined when nothing has been read yet. */
  readonly next: string | undefined
}

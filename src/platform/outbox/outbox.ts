import type { Timestamp, Uuid } from '#kernel'
import type { PageRequest } from '../lists/index.ts'

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
  /** In the feed of its book, from 1 on, without gaps. */
  readonly position: bigint
  readonly type: string
  readonly recordedAt: Timestamp
  readonly data: unknown
  readonly subject: number | undefined
}

/** The event, of any type, that was read last: forward, or newest first. */
export type FeedCursor = { readonly after: Uuid } | { readonly before: Uuid }

/** Newest first without a cursor. */
export type FeedQuery = PageRequest<FeedCursor> & { readonly book: number; readonly types?: readonly string[] }

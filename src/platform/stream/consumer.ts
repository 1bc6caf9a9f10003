import type { Timestamp } from '#kernel'
import type { Transaction } from '../postgres/index.ts'

/** An event as the API shows it. */
export type StreamEvent = {
  readonly id: string
  /** In the feed of its book, without gaps. */
  readonly position: bigint
  readonly type: string
  readonly recordedAt: Timestamp
  readonly data: unknown
}

/** Events of one book, in the order of their positions. */
export type EventBatch = {
  readonly book: number
  /** Of the database, when these were read: another server may give the number of the book to another. */
  readonly epoch: number
  readonly events: readonly StreamEvent[]
}

/** What was not delivered of a batch: the event at the position, and maybe later ones, or all of it. */
export type Undelivered = { readonly position: bigint; readonly fault: unknown; readonly isAll?: boolean }

/**
 * Reads the feeds of all books, each from its own position on, in one process at a time.
 * - `handle` writes into the transaction that moves the position: its effect happens once, also after a replay if the
 *   effect itself keeps the position up to which it was made.
 * - `deliver` has an effect outside of the database: at least once, and first copies in order. When a part of a batch
 *   cannot be delivered, it answers with that, and other books go on. It throws when nothing can be.
 */
export type Consumer = {
  /** Of lower-case letters and hyphens. Its positions are stored under this name. */
  readonly name: string
  readonly about: string
  /** Default: all. */
  readonly types?: readonly string[]
  /** Called before the first batch. A fault ends the start of the program, or `deliver` opens by itself later. */
  readonly open?: () => Promise<void>
  readonly close?: () => Promise<void>
} & (
  | { readonly handle: (tx: Transaction, batch: EventBatch) => Promise<void>; readonly deliver?: never }
  | { readonly deliver: (batch: EventBatch) => Promise<Undelivered | undefined>; readonly handle?: never }
)

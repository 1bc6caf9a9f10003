import type { Timestamp } from '#kernel'
import type { AccountReference, BookNumber, Metadata, TransferState } from '../commands.ts'
import { entryKind } from '../sealing/journal.ts'

/** Selects transfers; every given part must match. */
export type TransferFilter = {
  /** Out of or into this account. */
  readonly account?: AccountReference
  readonly source?: AccountReference
  readonly destination?: AccountReference
  readonly reference?: string
  readonly state?: TransferState
  readonly metadata?: Metadata
  /** Inclusive. */
  readonly recordedFrom?: Timestamp
  /** Exclusive. */
  readonly recordedTo?: Timestamp
}

/** A position: the list continues below it. */
export type TransferCursor = number

/** A filter in terms of the tables; a null part lets everything pass. */
export type TransferCriteria = {
  readonly book: BookNumber
  readonly account: number | null
  readonly source: number | null
  readonly destination: number | null
  readonly reference: string | null
  /** A code of {@link stateCode}. */
  readonly state: number | null
  readonly metadata: readonly (readonly [string, string])[]
  readonly terms: readonly bigint[]
  readonly recordedFrom: Timestamp | null
  readonly recordedTo: Timestamp | null
  /** Only positions from `start` (inclusive) to `end` (exclusive) can match the times. */
  readonly start: number
  readonly end: number
}

/** A transfer's state as a number: how its hold ended, or 0. A transfer that was never pending counts as settled. */
export const stateCode: Record<TransferState, number> = {
  pending: 0,
  posted: entryKind.settled,
  voided: entryKind.voided,
  expired: entryKind.expired,
}

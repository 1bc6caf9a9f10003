import type { Timestamp } from '#kernel'
import type { AccountReference, BookNumber, Metadata, TransferState } from '../commands.ts'
import { entryKind } from '../sealing/journal.ts'

export type TransferFilter = {
  readonly account?: AccountReference | undefined
  readonly source?: AccountReference | undefined
  readonly destination?: AccountReference | undefined
  readonly reference?: string | undefined
  readonly state?: TransferState | undefined
  readonly metadata?: Metadata | undefined
  /** Inclusive; `recordedTo` is exclusive. */
  readonly recordedFrom?: Timestamp | undefined
  readonly recordedTo?: Timestamp | undefined
}

/** The list continues below this position. */
export type TransferCursor = number

/** A null part matches everything. */
export type TransferCriteria = {
  readonly book: BookNumber
  readonly account: number | null
  readonly source: number | null
  readonly destination: number | null
  readonly reference: string | null
  /** From {@link stateCode}. */
  readonly state: number | null
  readonly metadata: readonly (readonly [string, string])[]
  readonly terms: readonly bigint[]
  readonly recordedFrom: Timestamp | null
  readonly recordedTo: Timestamp | null
  /** Positions that can match the times, from `start` (inclusive) to `end` (exclusive). */
  readonly start: number
  readonly end: number
}

/** How the hold ended, or 0. A transfer that was never pending counts as settled. */
export const stateCode: Record<TransferState, number> = {
  pending: 0,
  posted: entryKind.settled,
  voided: entryKind.voided,
  expired: entryKind.expired,
}

import type { Timestamp } from '#kernel'
import type { Facts } from './finder.ts'
import type { Pattern, TypologyKind } from './pattern.ts'
import type { TransferRow } from './transfer.ts'

/** What a pattern found. JSON, complete without the stream. A later revision replaces an earlier one of the same id. */
export type Finding = {
  /** The same in every replay: made of the pattern, the asset and the closing transfer. */
  readonly id: string
  readonly revision: number
  readonly kind: TypologyKind
  /** The pattern as it was, so that the finding can be explained later. */
  readonly pattern: Pattern
  readonly asset: string
  /** The accounts that it is about, such as the one that all others pay. */
  readonly subjects: readonly string[]
  /** All accounts of its transfers, at most `accountsInFindingMax`. */
  readonly accounts: readonly string[]
  /** At most `transfersInFindingMax`, the latest ones. */
  readonly transfers: readonly TransferRow[]
  readonly transfersOmitted: number
  /** The sum of all its transfers, as digits. */
  readonly total: string
  readonly from: Timestamp
  readonly to: Timestamp
  /** The transfer that completed it. */
  readonly closedBy: string
  readonly score: number
  readonly facts: Facts
  readonly explanation: string
}

export const transfersInFindingMax = 200

export const accountsInFindingMax = 200

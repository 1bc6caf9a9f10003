import type { Timestamp, Uuid } from '#kernel'

/**
 * A credit that no call asked for, by the rail's own reference. While the rail has it, it is booked to suspense, from
 * where an operator books it to its owner.
 */
export type Credit = {
  readonly id: Uuid
  readonly book: number
  readonly rail: string
  readonly reference: string
  readonly amount: bigint
  readonly asset: string
  /** The account or address of ours that got it. */
  readonly to?: string
  readonly state: 'received' | 'retracted'
  /** When the rail's last report that counted happened. Older ones change nothing. */
  readonly reportedAt: Timestamp
  /** An operator has booked it out of suspense. */
  readonly isSettled: boolean
  /** It was retracted before an operator had said so, and its money may have been booked out of suspense already. */
  readonly mayBeMoved: boolean
  /** Its bookings to suspense and back, in turn. */
  readonly transfers: readonly Uuid[]
}

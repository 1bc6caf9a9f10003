import type { Timestamp, Uuid } from '#kernel'

export const disputeStages = [
  'inquiry',
  'opened',
  'challenged',
  'pre_arbitration',
  'won',
  'lost',
  'accepted',
  'expired',
] as const
/** `inquiry`: the bank asks, and takes nothing. `pre_arbitration`: the bank disputes an answer, or its own decision. */
export type DisputeStage = (typeof disputeStages)[number]

export const disputeCategories = [
  'fraud',
  'not_received',
  'not_as_described',
  'duplicate',
  'canceled',
  'processing_error',
  'other',
] as const
export type DisputeCategory = (typeof disputeCategories)[number]

/** What a rail reports about a dispute. `amount` and `fee` are minor units. */
export type DisputeReport = {
  readonly stage: DisputeStage
  /** The disputed amount, also while the rail has not taken it. */
  readonly amount: bigint
  /** `code`: the rail's own. */
  readonly reason?: { readonly code: string; readonly category: DisputeCategory }
  /** An answer after this time is too late. */
  readonly evidenceDueAt?: Timestamp
  /** What the rail charges for the dispute itself. It is not part of the amount. */
  readonly fee?: bigint
}

/** `at_opening`: it returns the money if the dispute is won. `at_end`: only if it is lost, accepted or expired. */
export type DisputePolicy = { readonly takesMoney: 'at_opening' | 'at_end' }

/** An answer to the payer's bank. `id` is its idempotency key; `reference` is the rail's own, of the dispute. */
export type DisputeCall = {
  readonly id: Uuid
  readonly reference: string
  readonly amount: bigint
  readonly asset: string
}

/** A text has no name. */
export type DisputeEvidence = { readonly name?: string; readonly mediaType: string; readonly bytes: Buffer }

/** `refused` is final. After the last two, the same answer is sent again under the same id. */
export type DisputeAnswerOutcome =
  | { readonly kind: 'reported'; readonly report: DisputeReport; readonly at: Timestamp }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' | 'unavailable'; readonly why: string }

/** A repetition under the same id has no second effect. */
export type RailDisputes = {
  readonly accept: (call: DisputeCall) => Promise<DisputeAnswerOutcome>
  readonly challenge: (call: DisputeCall, evidence: readonly DisputeEvidence[]) => Promise<DisputeAnswerOutcome>
}

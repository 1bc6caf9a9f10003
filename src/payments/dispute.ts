import type { Timestamp, Uuid } from '#kernel'
import type { DisputeCategory, DisputeReport, DisputeStage } from '#rails'
import type { Attempt, Share } from './payment.ts'

/** Money that the payer's bank demands back. Amounts are in minor units of `asset`. */
export type Dispute = {
  readonly id: Uuid
  readonly book: number
  readonly payment: Uuid
  readonly rail: string
  /** The rail's own name of it, or one made from its event when the rail has none. */
  readonly reference: string
  /** The disputed attempt, and the rail's reference of it. Undefined: stored by an older program. */
  readonly attempt: Uuid | undefined
  readonly originalReference: string | undefined
  readonly capture: Uuid | undefined
  readonly amount: bigint
  readonly asset: string | undefined
  readonly reason: { readonly code: string; readonly category: DisputeCategory } | undefined
  readonly evidenceDueAt: Timestamp | undefined
  /** What the rail charges for it, as last reported. */
  readonly fee: bigint | undefined
  readonly feeBooked?: bigint
  /** What the rail kept although it gave the dispute up. Below zero: what it gave back beyond what it had taken. */
  readonly kept?: bigint
  readonly stage: DisputeStage
  /** When it came to this stage, by the rail's time. */
  readonly stageAt: Timestamp
  /** Set while the rail has the money: from whom it was taken. */
  readonly taken?: Taken
  /** Returned by the rail, and in suspense because the books refused to return it to the recipients. */
  readonly undelivered?: Undelivered
  readonly answer?: DisputeAnswer
  readonly createdAt: Timestamp
  /** 0: no report of it has been handled yet. */
  readonly version: number
}

export type Taken = {
  /** From the recipients, paid or owed. */
  readonly parts: readonly Share[]
  readonly suspended: readonly {
    readonly attempt: Uuid
    readonly amount: bigint
    readonly why: NonNullable<Attempt['suspended']>['why']
  }[]
  readonly lost: bigint
  /** The part of `lost` that recipients pay if a refund turns out not to have happened. `at` names the loss. */
  readonly uncovered: { readonly amount: bigint; readonly at: Timestamp }
}

export type Undelivered = { readonly attempt: Uuid; readonly parts: readonly Share[] }

/** What an operator answers the bank. `pending`: the rail has not confirmed it yet. */
export type DisputeAnswer = {
  readonly id: Uuid
  readonly kind: 'accept' | 'challenge'
  readonly state: 'pending' | 'refused'
  readonly why?: string
}

/** `at`: when it happened, by the rail's time. */
export type DisputeNews =
  | { readonly kind: 'reported'; readonly report: DisputeReport; readonly at: Timestamp }
  /** The rail's final "no" to the answer of that id. */
  | { readonly kind: 'answer_refused'; readonly answer: Uuid; readonly why: string }
  /** An operator repeats the delivery of `undelivered`. */
  | { readonly kind: 'deliver' }

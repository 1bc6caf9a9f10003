import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { RailOperation } from '#rails'

/** Pairs of text that a client keeps with a payment, refund or payout. */
export type Metadata = Readonly<Record<string, string>>

export type PaymentSource =
  /** An account of the book, by id or code. */
  | { readonly kind: 'wallet'; readonly account: string }
  /** Money from outside. `otherRails` are tried in order when `rail` is unavailable or declines with remedy `rail`. */
  | {
      readonly kind: 'rail'
      readonly rail: string
      readonly instrument: string
      readonly otherRails: readonly string[]
    }

/**
 * A part of a payment. The shares and the fee add up to the payment's amount. `captured`: the captured part of it, kept
 * only when a payment is captured in parts; absent: none of it, or all. In a refund's share: the amount it really gave,
 * kept only when the rail refunded another amount. In a share of suspense in `disputed`: the part of the loss that an
 * operator has accepted. `at`: only in such a share, when it was lost.
 */
export type Share = {
  readonly account: string
  readonly amount: bigint
  readonly captured?: bigint
  readonly at?: Timestamp
}

/** The public states. A reason comes with each where there is something to explain. */
export const paymentStates = ['processing', 'requires_review', 'authorized', 'succeeded', 'failed', 'canceled'] as const
export type PaymentState = (typeof paymentStates)[number]

/**
 * The internal progress of a payment.
 * - `new`: accepted, nothing done.
 * - `calling`: a rail was called and has not answered.
 * - `awaiting`: the rail accepted it, and will report the outcome.
 * - `inquiring`: the outcome is not known, and Munim inquires.
 * - `held`: authorized, waiting for capture, cancel or expiry.
 * - `releasing`: an authorization is being released.
 * - `reversing`: money that came too late, or too much of it, is being refunded.
 * - `ended`: nothing more happens without a request or report.
 * - `stuck`: an operator has to decide.
 */
export const paymentPhases = [
  'new',
  'calling',
  'awaiting',
  'inquiring',
  'held',
  'releasing',
  'reversing',
  'ended',
  'stuck',
] as const
export type PaymentPhase = (typeof paymentPhases)[number]

/** A payment as it is stored. Amounts are in minor units of `asset`. */
export type Payment = {
  readonly id: Uuid
  readonly book: number
  readonly state: PaymentState
  /** A code: the ledger's refusal, the rail's decline, or the reason of a case. */
  readonly reason: string | undefined
  readonly phase: PaymentPhase
  readonly asset: string
  readonly amount: bigint
  readonly source: PaymentSource
  readonly destinations: readonly Share[]
  /** The platform's part. */
  readonly fee: Share | undefined
  readonly capture: 'automatic' | 'manual'
  /** Held, and neither captured nor released; an increment of the authorization adds to it. */
  readonly amountCapturable: bigint
  /** Captures that are under way at the rail. */
  readonly amountCapturing: bigint
  readonly amountCaptured: bigint
  /** Refunds under way, and refunds that ended. Lost disputes count as refunded. */
  readonly amountRefunding: bigint
  readonly amountRefunded: bigint
  /**
   * Money that the rail brought and the books keep in suspense for this payment: it came too late, in a wrong amount,
   * or its destination refused it. It is net of `amountOwed` and `amountLost`. Absent: none.
   */
  readonly amountSuspended?: bigint
  /** Money that a rail took back or refunded, and the recipients still owe. Absent: none. */
  readonly amountOwed?: bigint
  /** Money that a rail took back or refunded beyond what the recipients received. Absent: none. */
  readonly amountLost?: bigint
  /**
   * The amount that disputes took from each recipient, paid or owed. Refunds record theirs in their shares. The shares of
   * the suspense account: the amounts of disputes that are lost because refunds had taken them. Absent: none.
   */
  readonly disputed?: readonly Share[]
  /** The debtors of `amountOwed` and their amounts. Absent: none, or not known. */
  readonly owedBy?: readonly Share[]
  /** The ledger's pending transfers that hold a wallet's money for this payment, in the order of shares. */
  readonly holds: readonly Uuid[]
  /** The current attempt to authorize, charge or void; captures and refunds have their own. */
  readonly currentAttempt: Uuid | undefined
  /** The rail that carries it now, and its reference of the authorization or charge. */
  readonly rail: string | undefined
  readonly railReference: string | undefined
  /** Submissions to authorize or charge so far. */
  readonly attempts: number
  /** The vendor's number and code; 0 and none without a vendor. */
  readonly vendor: number
  readonly vendorCode?: string | undefined
  readonly lane: LaneName
  readonly reference: string | undefined
  readonly metadata: Metadata
  /** Accepted in a transaction of another module, which is notified of its ends. Absent: no module is. */
  readonly isFollowed?: boolean
  readonly expiresAt: Timestamp | undefined
  /** The expiry that the client asked for, once `expiresAt` is another one; 0 for none. */
  readonly askedExpiry?: Timestamp
  readonly createdAt: Timestamp
  readonly version: number
}

/** A capture of a manual payment. Automatic payments have none: the payment itself records the capture. */
export type Capture = {
  readonly id: Uuid
  readonly payment: Uuid
  readonly amount: bigint
  /** Whether the rest of the authorization is released. */
  readonly final: boolean
  readonly state: 'processing' | 'succeeded' | 'failed'
  readonly reason: string | undefined
  readonly currentAttempt: Uuid | undefined
  readonly createdAt: Timestamp
}

export type Refund = {
  readonly id: Uuid
  readonly book: number
  readonly payment: Uuid
  readonly amount: bigint
  readonly asset: string
  /** To the origin of the money (a refund over the rail, or to the source wallet), or to a wallet. */
  readonly to: { readonly kind: 'source' } | { readonly kind: 'wallet'; readonly account: string }
  /** The shares of the destinations (and the fee) that pay for it, fixed when it is accepted. */
  readonly from: readonly Share[]
  readonly state: 'processing' | 'requires_review' | 'succeeded' | 'failed' | 'canceled'
  readonly reason: string | undefined
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'stuck'
  /** The ledger's pending transfers, one for each share, while a refund over a rail is under way. */
  readonly holds: readonly Uuid[]
  readonly currentAttempt: Uuid | undefined
  readonly attempts: number
  /** Made by the program to undo something: in a saga, or after a late success. */
  readonly isReversal: boolean
  readonly metadata: Metadata
  readonly createdAt: Timestamp
  readonly version: number
}

/** Money that leaves a wallet over a rail. */
export type Payout = {
  readonly id: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  readonly source: string
  readonly rail: string
  readonly otherRails: readonly string[]
  readonly instrument: string
  readonly state: 'processing' | 'requires_review' | 'succeeded' | 'failed' | 'canceled'
  readonly reason: string | undefined
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'stuck'
  readonly holds: readonly Uuid[]
  readonly currentAttempt: Uuid | undefined
  readonly railReference: string | undefined
  readonly attempts: number
  readonly vendor: number
  readonly vendorCode?: string | undefined
  readonly lane: LaneName
  readonly reference: string | undefined
  readonly metadata: Metadata
  readonly createdAt: Timestamp
  readonly version: number
}

/** A submission to a rail, stored before it is sent. Its id is the idempotency key. */
export type Attempt = {
  readonly id: Uuid
  readonly book: number
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly rail: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly asset: string
  readonly instrument: string
  readonly originalReference: string | undefined
  readonly state: 'submitting' | 'pending' | 'unknown' | 'succeeded' | 'failed' | 'not_sent'
  readonly railReference: string | undefined
  /**
   * The amount that the rail reported on success; may differ from `amount`. On a payment's own attempt before that: the
   * amount that an operator stated, and the books have.
   */
  readonly amountMoved?: bigint
  /**
   * The part of that amount in suspense that no refund has returned yet, and the reason under which an operator has, or
   * would have, it. On a refund's attempt: the part of the stated amount that it did not return. Absent: none. The
   * sum over all attempts of a payment is its `amountSuspended` + `amountOwed` + `amountLost`.
   */
  readonly suspended?: { readonly amount: bigint; readonly why: 'late_success' | 'wrong_amount' | 'booking_refused' }
  /** The amount in suspense that an operator has delivered to the recipients. Absent: none. */
  readonly delivered?: bigint
  /** How many refunds of its money the program has started. Absent: none. */
  readonly returns?: number
  /**
   * The code of the decline or of the unknown outcome. `unbooked` and codes that begin with it: the books have not
   * taken it yet. `unsent`: its last submission has not left our own queue.
   */
  readonly reason: string | undefined
  /** Inquiries that the rail has answered. */
  readonly inquiries: number
  readonly createdAt: Timestamp
}

export const subjectKinds = ['payment', 'capture', 'refund', 'payout'] as const
export type SubjectKind = (typeof subjectKinds)[number]

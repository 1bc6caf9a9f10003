import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { RailOperation } from '#rails'

/** Text pairs a client keeps with a payment, refund or payout. */
export type Metadata = Readonly<Record<string, string>>

/** Where a payment's money comes from. */
export type PaymentSource =
  /** An account of the book, by id or code. */
  | { readonly kind: 'wallet'; readonly account: string }
  /** The outside world. `otherRails`: what may carry it instead, in this order, when `rail` is away or declines with remedy `rail`. */
  | {
      readonly kind: 'rail'
      readonly rail: string
      readonly instrument: string
      readonly otherRails: readonly string[]
    }

/**
 * A share of a payment. Shares and the fee add up to the payment's amount. `captured`: how much of it
 * has been captured, kept only while a payment is captured in parts; absent: none of it, or all. Of a refund's
 * share: how much it really gave, kept only when the rail gave back another amount.
 */
export type Share = { readonly account: string; readonly amount: bigint; readonly captured?: bigint }

/** What the public sees; each comes with a reason where there is something to explain. */
export const paymentStates = ['processing', 'requires_review', 'authorized', 'succeeded', 'failed', 'canceled'] as const
export type PaymentState = (typeof paymentStates)[number]

/**
 * Where a payment is, inside. `new`: accepted, nothing done. `calling`: a rail is being asked and has
 * not answered. `awaiting`: the rail accepted and will tell. `inquiring`: whether it happened is not
 * known and is being asked. `held`: authorized, waiting for capture, cancel or expiry. `releasing`: an
 * authorization is being given back. `reversing`: what happened too late or too much is being returned.
 * `ended`: nothing more will happen by itself. `stuck`: a person has to decide.
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

/** A payment as it is stored. Amounts in minor units of `asset`. */
export type Payment = {
  readonly id: Uuid
  readonly book: number
  readonly state: PaymentState
  /** A code: the ledger's refusal, the rail's decline, or why a person is needed. */
  readonly reason: string | undefined
  readonly phase: PaymentPhase
  readonly asset: string
  readonly amount: bigint
  readonly source: PaymentSource
  readonly destinations: readonly Share[]
  /** The platform's part. */
  readonly fee: Share | undefined
  readonly capture: 'automatic' | 'manual'
  /** Held and not yet captured or released; grows by an incremental authorization. */
  readonly amountCapturable: bigint
  /** Being captured by the rail now. */
  readonly amountCapturing: bigint
  readonly amountCaptured: bigint
  /** Refunds that are under way, and that ended; disputes lost count as refunded. */
  readonly amountRefunding: bigint
  readonly amountRefunded: bigint
  /**
   * What the rail brought and the books keep in suspense for this payment: it came too late, in a wrong
   * amount, or was refused by its destination; less `amountOwed` and `amountLost`. Absent: nothing.
   */
  readonly amountSuspended?: bigint
  /** What a rail took or gave back, and those who got the money are still to pay for. Absent: nothing. */
  readonly amountOwed?: bigint
  /** What a rail took or gave back beyond what they got. Absent: nothing. */
  readonly amountLost?: bigint
  /** How much disputes took of each of those who got the money, paid or owed; what refunds took stands in those. Absent: nothing. */
  readonly disputed?: readonly Share[]
  /** Who is to pay how much of `amountOwed`. Absent: nobody, or it is not known. */
  readonly owedBy?: readonly Share[]
  /** The ledger's pending transfers that hold a wallet's money for this payment, in the order of shares. */
  readonly holds: readonly Uuid[]
  /** The rail call under way (authorize, charge or void; captures and refunds have their own). */
  readonly call: Uuid | undefined
  /** The rail that carries it now, and its name of the authorization or charge. */
  readonly rail: string | undefined
  readonly railReference: string | undefined
  /** Submissions to authorize or charge so far. */
  readonly attempts: number
  /** The vendor's number and code; 0 and none for nobody's. */
  readonly vendor: number
  readonly vendorCode?: string | undefined
  readonly lane: LaneName
  readonly reference: string | undefined
  readonly metadata: Metadata
  /** Accepted in a transaction of another part of the program, which is told of its ends. Absent: nobody is. */
  readonly isFollowed?: boolean
  /** When an authorization lapses. */
  readonly expiresAt: Timestamp | undefined
  readonly createdAt: Timestamp
  /** Counts the payment's changes. */
  readonly version: number
}

/** A capture of a manual payment. Automatic ones have none: the payment itself says it. */
export type Capture = {
  readonly id: Uuid
  readonly payment: Uuid
  readonly amount: bigint
  /** Whether what remains of the authorization is released. */
  readonly final: boolean
  readonly state: 'processing' | 'succeeded' | 'failed'
  readonly reason: string | undefined
  readonly call: Uuid | undefined
  readonly createdAt: Timestamp
}

/** Money going back to the payer. */
export type Refund = {
  readonly id: Uuid
  readonly book: number
  readonly payment: Uuid
  readonly amount: bigint
  readonly asset: string
  /** To where it came from (a rail refund, or the source wallet), or to a wallet. */
  readonly to: { readonly kind: 'source' } | { readonly kind: 'wallet'; readonly account: string }
  /** Who pays for it: shares of destinations (and fee), fixed when it is accepted. */
  readonly from: readonly Share[]
  readonly state: 'processing' | 'requires_review' | 'succeeded' | 'failed' | 'canceled'
  readonly reason: string | undefined
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'stuck'
  /** The ledger's pending transfers, one a share, while a rail refund is under way. */
  readonly holds: readonly Uuid[]
  readonly call: Uuid | undefined
  readonly attempts: number
  /** Made by the program itself to undo: by a saga, or because of a late success. */
  readonly isReversal: boolean
  readonly metadata: Metadata
  readonly createdAt: Timestamp
  readonly version: number
}

/** Money going out of a wallet over a rail. */
export type Payout = {
  readonly id: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  /** The account it is taken from. */
  readonly source: string
  readonly rail: string
  readonly otherRails: readonly string[]
  readonly instrument: string
  readonly state: 'processing' | 'requires_review' | 'succeeded' | 'failed' | 'canceled'
  readonly reason: string | undefined
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'stuck'
  readonly holds: readonly Uuid[]
  readonly call: Uuid | undefined
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

/** A submission to a rail, as it is stored before it is made: an attempt. Its id is the idempotency key. */
export type Attempt = {
  readonly id: Uuid
  readonly book: number
  readonly subject: { readonly kind: SubjectKind; readonly id: Uuid }
  readonly rail: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly asset: string
  readonly instrument: string
  readonly concerns: string | undefined
  readonly state: 'submitting' | 'pending' | 'unknown' | 'succeeded' | 'failed' | 'not_sent'
  readonly railReference: string | undefined
  /**
   * What the rail says it did, once it has succeeded: may differ from `amount`. Of a payment's own attempt before that: what
   * a person has stated that it did, and the books have.
   */
  readonly amountMoved?: bigint
  /**
   * How much of that lies in suspense, given back by no refund yet, and as what a person has it, or would; of a refund: how much
   * it did not give back of what was stated. Absent: nothing.
   * Of all attempts of a payment it adds up to its `amountSuspended`, `amountOwed` and `amountLost`.
   */
  readonly suspended?: { readonly amount: bigint; readonly why: 'late_success' | 'wrong_amount' | 'booking_refused' }
  /**
   * The decline's or the uncertainty's code; `unbooked` and what begins so: the books have not taken it yet; `unsent`: its
   * last submission has not left our own line.
   */
  readonly reason: string | undefined
  /** Those that the rail has answered. */
  readonly inquiries: number
  readonly createdAt: Timestamp
}

export const subjectKinds = ['payment', 'capture', 'refund', 'payout'] as const
export type SubjectKind = (typeof subjectKinds)[number]

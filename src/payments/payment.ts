import type { Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { RailAction, RailCall, RailDecline, RailHandle, RailOperation, RailSettlement, RecallReason } from '#rails'

/** Pairs of text that a client keeps with a payment, refund or payout. */
export type Metadata = Readonly<Record<string, string>>

export type PaymentSource =
  /** An account of the book, by id or code. */
  | { readonly kind: 'wallet'; readonly account: string }
  /** `otherRails` are tried in order when `rail` is unavailable or declines with remedy `rail`. */
  | {
      readonly kind: 'rail'
      readonly rail: string
      readonly instrument: string
      readonly otherRails: readonly string[]
    }

/**
 * The shares and the fee add up to the payment's amount. `captured`: only of payments captured in parts; absent: none
 * or all. In a refund's share: the amount it really gave, if the rail refunded another amount. In a suspense share of
 * `disputed`: the loss that an operator has accepted; `at`: when it was lost. In a share of `offBy`: what has come back.
 */
export type Share = {
  readonly account: string
  readonly amount: bigint
  readonly captured?: bigint
  readonly at?: Timestamp
}

/** What a client gave for the calls of a payment or payout. Names and addresses in it are personal. */
export type CallTerms = Pick<RailCall, 'typed' | 'party' | 'purpose' | 'descriptor' | 'allowsPartial' | 'mandate'>

export const paymentStates = ['processing', 'requires_review', 'authorized', 'succeeded', 'failed', 'canceled'] as const
export type PaymentState = (typeof paymentStates)[number]

/** `awaiting`: the rail will report the outcome. `held`: authorized. `reversing`: late or excess money is refunded. */
export const paymentPhases = [
  'new',
  'calling',
  'awaiting',
  'inquiring',
  'held',
  'releasing',
  'reversing',
  'ended',
  'review',
] as const
export type PaymentPhase = (typeof paymentPhases)[number]

/** Amounts are in minor units of `asset`. */
export type Payment = {
  readonly id: Uuid
  readonly book: number
  readonly state: PaymentState
  /** The ledger's refusal, the rail's decline, or the reason of a case. */
  readonly reason: string | undefined
  readonly phase: PaymentPhase
  readonly asset: string
  readonly amount: bigint
  readonly source: PaymentSource
  readonly destinations: readonly Share[]
  readonly fee: Share | undefined
  readonly capture: 'automatic' | 'manual'
  /** Held, and neither captured nor released. Increments of the authorization add to it. */
  readonly amountCapturable: bigint
  readonly amountCapturing: bigint
  readonly amountCaptured: bigint
  /** Refunds under way, and ended ones. Lost disputes count as refunded. */
  readonly amountRefunding: bigint
  readonly amountRefunded: bigint
  /** Money in suspense, net of `amountOwed` and `amountLost`: late, of a wrong amount, or refused by its recipient. */
  readonly amountSuspended?: bigint
  /** Money that a rail took back or refunded, and the recipients still owe. */
  readonly amountOwed?: bigint
  /** Money that a rail took back or refunded beyond what the recipients received. */
  readonly amountLost?: bigint
  /** What disputes took from each recipient, paid or owed. Suspense shares: lost, because refunds had taken them. */
  readonly disputed?: readonly Share[]
  /** The debtors of `amountOwed`. Absent: none, or not known. */
  readonly owedBy?: readonly Share[]
  /** Whose debts were written off, so the account of write-offs paid them. They still count as taken. */
  readonly offBy?: readonly Share[]
  /** The ledger's pending transfers that hold a wallet's money, in the order of shares. */
  readonly holds: readonly Uuid[]
  /** Authorizes, charges or voids; captures and refunds have their own. */
  readonly currentAttempt: Uuid | undefined
  /** The rail that carries it now, and its reference of the authorization or charge. */
  readonly rail: string | undefined
  readonly railReference: string | undefined
  /** What the payer was asked to do for the current attempt. */
  readonly nextAction?: RailAction
  readonly attempts: number
  /** 0 without a vendor. */
  readonly vendor: number
  readonly vendorCode?: string | undefined
  readonly lane: LaneName
  readonly reference: string | undefined
  readonly metadata: Metadata
  readonly terms?: CallTerms
  /** The last retry: its request, from which the ids of its submissions are derived, and the attempts before it. */
  readonly retry?: { readonly request: Uuid; readonly after: number }
  /** Its payer wants all of it back: what captures under way take, or an operator delivers, is refunded at once. */
  readonly isWantedBack?: boolean
  /** Accepted in a transaction of another module, which is notified of its ends. */
  readonly isFollowed?: boolean
  readonly expiresAt: Timestamp | undefined
  /** The client's: no submission begins after it. What has begun is finished. */
  readonly deadline?: Timestamp
  /** The expiry that the client requested, once `expiresAt` is another one; 0 for none. */
  readonly askedExpiry?: Timestamp
  readonly createdAt: Timestamp
  readonly version: number
}

/** Only manual payments have captures. An automatic payment records its own. */
export type Capture = {
  readonly id: Uuid
  readonly payment: Uuid
  readonly amount: bigint
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
  /** To the origin of the money (over the rail, or to the source wallet), or to a wallet. */
  readonly to: { readonly kind: 'source' } | { readonly kind: 'wallet'; readonly account: string }
  /** The shares of destinations (and fee) that pay for it, fixed when it is accepted. */
  readonly from: readonly Share[]
  readonly state: 'processing' | 'requires_review' | 'succeeded' | 'failed' | 'canceled'
  readonly reason: string | undefined
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'review'
  readonly holds: readonly Uuid[]
  readonly currentAttempt: Uuid | undefined
  readonly attempts: number
  /** Made by the program to undo something: in a saga, or after a late success. */
  readonly isReversal: boolean
  /** What came back of it after it had succeeded. */
  readonly amountReturned?: bigint
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
  readonly phase: 'new' | 'calling' | 'awaiting' | 'inquiring' | 'ended' | 'review'
  readonly holds: readonly Uuid[]
  readonly currentAttempt: Uuid | undefined
  readonly railReference: string | undefined
  readonly attempts: number
  /** What came back of it after it had succeeded. */
  readonly amountReturned?: bigint
  readonly vendor: number
  readonly vendorCode?: string | undefined
  readonly lane: LaneName
  readonly reference: string | undefined
  readonly metadata: Metadata
  readonly terms?: CallTerms
  /** As of a payment. */
  readonly deadline?: Timestamp
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
  /** Reported by the rail on success. Before that, on a payment's own attempt: stated by an operator, and booked. */
  readonly amountMoved?: bigint
  /** The rail did less on purpose, as it said with its success. */
  readonly isPartial?: true
  /**
   * The part of it in suspense that no refund has returned, and its case's reason. On the attempt of a refund or payout:
   * the part of the stated amount that its rail did not move. `returned`: came back, and the accounts that had paid
   * cannot take it. A payment's attempts add up to `amountSuspended` + `amountOwed` + `amountLost`.
   */
  readonly suspended?: {
    readonly amount: bigint
    readonly why: 'late_success' | 'wrong_amount' | 'booking_refused' | 'returned'
  }
  /** The amount in suspense that an operator has delivered to the recipients, or has settled by hand. */
  readonly delivered?: bigint
  readonly returns?: number
  /** The refunds that return it. Older programs did not record them. */
  readonly refundedBy?: readonly Uuid[]
  /** What came back of it, by the rail's own reference of each return. */
  readonly returned?: readonly Returned[]
  readonly settlement?: RailSettlement
  /** The instrument to use instead, as the rail says. */
  readonly corrected?: Corrected
  /** Of a payout: the rail was asked to get it back. */
  readonly recall?: Recall
  /** `returned`: all of a refund or payout came back. `unbooked` and codes that begin with it: not booked yet. `unsent`: its last submission has not left our queue. */
  readonly reason: string | undefined
  /** Inquiries that the rail has answered. */
  readonly inquiries: number
  readonly exchange?: Exchange
  readonly createdAt: Timestamp
}

/** When Munim and the rail spoke about an attempt. Most attempts are answered at once and need none of it. */
export type Exchange = {
  /** The adapter's own references. */
  readonly handle?: RailHandle
  /** The last submission after the first one. */
  readonly submittedAt?: Timestamp
  /** When the last submission was answered, and its outcome stayed open. */
  readonly answeredAt?: Timestamp
  readonly inquiredAt?: Timestamp
  /** The inquiries since the last submission, answered or not. */
  readonly made?: number
  /** When the timer of the next inquiry comes. */
  readonly inquireAt?: Timestamp
  /** The last answer that left the outcome open. */
  readonly heardAt?: Timestamp
  /** The rail was asked as often as its schedule allows, and a person decides. */
  readonly isGivenUp?: true
  /** Not stored: the rail said that the attempt has changed, so the inquiry does not wait for its time. */
  readonly isHinted?: true
  /** Its submission, if any, was lost with another server: it is only asked for. */
  readonly isLost?: true
  /** A reversal waits for its outcome: it is asked for, and its answers are handled, on the lane `rollback`. */
  readonly isReversing?: true
  readonly decline?: Declined
  readonly reversal?: Reversal
}

/** The rail is asked to undo an attempt that may have happened. From then on, the answer to that decides about it. */
export type Reversal = {
  /** Its idempotency key: the same for every repetition. `round`: it was reversed so often before, under other ids. */
  readonly id: Uuid
  readonly round?: number
  /** The adapter's own references of it. */
  readonly handle?: RailHandle
  readonly begunAt: Timestamp
  /** How often it was sent, and how often without an answer that ended it. */
  readonly made: number
  readonly unanswered: number
  /** The rail has acknowledged it: the attempt has failed. */
  readonly endedAt?: Timestamp
}

/** The rail's own words about a decline. `scheme`: whose rules about other attempts with the instrument apply. */
export type Declined = Pick<RailDecline, 'raw' | 'advice'> & { readonly scheme?: string }

/** `isUnanswered`: it counts as refused, and the rail may have passed it on. `refusals`: of recalls before this one. */
export type Recall = {
  readonly id: Uuid
  readonly reason: RecallReason
  readonly state: 'asked' | 'accepted' | 'refused'
  readonly isUnanswered?: true
  readonly refusals?: number
  /** Since it was accepted, about what has come back. */
  readonly inquiries?: number
}

/** `code`: the rail's own. */
export type Corrected = { readonly instrument: string; readonly code: string }

export type Returned = {
  readonly reference: string
  readonly amount: bigint
  /** The rail's own. */
  readonly code: string
  readonly at: Timestamp
}

/** Of a payment, refund or payout that nothing has been done for. */
export const untouched = {
  state: 'processing',
  reason: undefined,
  phase: 'new',
  holds: [],
  currentAttempt: undefined,
  attempts: 0,
  version: 0,
} as const

/** The amounts of a payment that nothing has been done for. */
export const nothingMoved = {
  amountCapturable: 0n,
  amountCapturing: 0n,
  amountCaptured: 0n,
  amountRefunding: 0n,
  amountRefunded: 0n,
} as const

export const subjectKinds = ['payment', 'capture', 'refund', 'payout'] as const
export type SubjectKind = (typeof subjectKinds)[number]

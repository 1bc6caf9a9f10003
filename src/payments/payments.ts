import type { Result, Taker, Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { Idempotent, IdempotentRequest, StoredAnswer } from '#platform/idempotency'
import type { Transaction } from '#platform/postgres'
import type {
  DisputeEvidence,
  FindStoredCall,
  RailEvent,
  RailVerification,
  RecallReason,
  VerificationOutcome,
} from '#rails'
import type { Dispute } from './dispute.ts'
import type { Erasure, NewErasure } from './erasure/erasure-store.ts'
import type { CaseReason, SubjectAction } from './machine.ts'
import type {
  CallTerms,
  Capture,
  Metadata,
  Payment,
  PaymentSource,
  Payout,
  Refund,
  Share,
  SubjectKind,
} from './payment.ts'
import type { PaymentRefusal, PaymentRefusalCode } from './refusals.ts'

/** Amounts are positive, in minor units. */
export type NewPayment = {
  readonly id?: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  readonly source: PaymentSource
  /** At least one; with the fee they add up to `amount`. */
  readonly destinations: readonly Share[]
  readonly fee?: Share
  readonly capture: 'automatic' | 'manual'
  readonly vendor?: string
  /** Overrides the vendor's lane, for the program's own work. */
  readonly lane?: LaneName
  /** Unique among the payments of the book. */
  readonly reference?: string
  readonly metadata: Metadata
  readonly terms?: CallTerms
  readonly expiresAt?: Timestamp
  /** By the clock of `performance`: no submission begins after it. */
  readonly untilMs?: number | undefined
}

export type NewRefund = {
  readonly id?: Uuid
  readonly book: number
  readonly payment: Uuid
  /** Default: all that can still be refunded. */
  readonly amount?: bigint
  readonly to?: Refund['to']
  /** The payers. Default: the destinations and the fee, in proportion to the amount that each still has of it. */
  readonly from?: readonly Share[]
  /** The refund undoes something, so it goes on the rollback lane. */
  readonly isReversal?: boolean
  readonly metadata: Metadata
}

export type NewPayout = {
  readonly id?: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  readonly source: string
  readonly rail: string
  readonly otherRails: readonly string[]
  readonly instrument: string
  readonly vendor?: string
  readonly lane?: LaneName
  readonly reference?: string
  readonly metadata: Metadata
  readonly terms?: CallTerms
  /** As of a payment. */
  readonly untilMs?: number | undefined
}

export type NewCapture = {
  readonly id?: Uuid
  readonly book: number
  readonly payment: Uuid
  /** Default: all that can still be captured. */
  readonly amount?: bigint
  /** Whether the rest is released. Default: true. */
  readonly final?: boolean
}

/** `by`: the book and the key that ask. */
export type VerifyInstrument = RailVerification & { readonly rail: string; readonly by: Taker }

export type RecallPayout = {
  readonly book: number
  readonly payout: Uuid
  readonly reason: RecallReason
}

export type NamedDispute = { readonly book: number; readonly dispute: Uuid }

/** `id`: the answer's, by which the rail does it once when the request is repeated. */
export type AcceptDispute = NamedDispute & { readonly id?: Uuid }

export type ChallengeDispute = AcceptDispute & { readonly evidence: readonly DisputeEvidence[] }

export type NamedPayment = { readonly book: number; readonly payment: Uuid }

export type Subject = { readonly kind: SubjectKind; readonly id: Uuid; readonly book: number }

/** A subject whose processing has ended; `authorized` and `requires_review` count. */
export type Ended =
  | { readonly kind: 'payment'; readonly row: Payment }
  | { readonly kind: 'capture'; readonly row: Capture; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly row: Refund; readonly payment: Payment }
  | { readonly kind: 'payout'; readonly row: Payout }

/** Called within the transaction of the ends. Messages that it enqueues commit with them. */
export type EndedListener = (tx: Transaction, ended: readonly Ended[]) => Promise<void>

export type PaymentResult<Value> = Result<Value, PaymentRefusalCode>

/** `aborted`: the client no longer waits, or its deadline has passed. `sender`: its identity; senders take turns. */
export type Asker = { readonly aborted: boolean; readonly sender?: Taker }

/** A request under an idempotency key. `answer` makes the stored answer from the result. */
export type IdempotentPayment = IdempotentRequest & {
  readonly answer: (result: PaymentResult<Payment>) => StoredAnswer
}

/** Like {@link IdempotentPayment}, of a refund. */
export type IdempotentRefund = IdempotentRequest & {
  readonly answer: (result: PaymentResult<Refund>) => StoredAnswer
}

/** Handled later on the subject's lane. */
export type AskedInput =
  | { readonly kind: 'start' | 'cancel' | 'expire' }
  | { readonly kind: 'decision'; readonly decision: SubjectAction; readonly about?: CaseReason }

/**
 * Functions with a `tx` work in the caller's transaction, and lock the payment's row until it ends. Call `wake` after
 * the commit, so that the lanes do not wait for their next poll.
 */
export type Payments = {
  /** Resolves after a commit shared with other requests. With `idempotency`: once per key, refusals included. */
  readonly createPayment: (
    request: NewPayment,
    idempotency?: IdempotentPayment,
    asker?: Asker,
  ) => Promise<Idempotent<PaymentResult<Payment>>>
  /** `onEnded` is notified of its ends, and of those of its captures and refunds. */
  readonly acceptPayment: (tx: Transaction, request: NewPayment) => Promise<PaymentResult<Payment>>
  /** Throws when the request may repeat one of a lost server, so that what it names may still be made again. */
  readonly requireMade: (tx: Transaction, request: { readonly id: Uuid }) => Promise<void>
  /**
   * The payment is not made, or was refused. If a lost server may have made it, it is stored as failed for `reason`, and
   * its rails are asked. What they have taken is returned. `since`: of what it is for, if that was accepted before.
   */
  readonly askForLost: (
    tx: Transaction,
    request: NewPayment & { readonly id: Uuid },
    refused: { readonly reason: string; readonly since?: Timestamp },
  ) => Promise<void>
  readonly refusalOf: (tx: Transaction, request: NewPayment) => Promise<PaymentRefusal | undefined>
  /** A currency, or a custom asset of the book. */
  readonly isAsset: (tx: Transaction, book: number, asset: string) => Promise<boolean>
  readonly createRefund: (tx: Transaction, request: NewRefund) => Promise<PaymentResult<Refund>>
  /** Like `createRefund`, gathered with those of others in transactions of its own. */
  readonly makeRefund: (
    request: NewRefund,
    idempotency?: IdempotentRefund,
    asker?: Asker,
  ) => Promise<Idempotent<PaymentResult<Refund>>>
  readonly createPayout: (tx: Transaction, request: NewPayout) => Promise<PaymentResult<Payout>>
  readonly capture: (tx: Transaction, request: NewCapture) => Promise<PaymentResult<Capture>>
  /**
   * Releases the held money, also while a rail is being called; on the `rollback` lane when `isReversal`. Captures
   * under way continue. `wantsBack`: they are refunded when they succeed, and the rest of a captured payment is released.
   * `id` of a request that may repeat one of a lost server: its rail is asked whether that one led to a refund.
   */
  readonly cancel: (
    tx: Transaction,
    request: NamedPayment & { readonly id?: Uuid; readonly isReversal?: boolean; readonly wantsBack?: boolean },
  ) => Promise<PaymentResult<Payment>>
  /** `id` makes the rail hold the increment once when the request is repeated. */
  readonly increment: (
    tx: Transaction,
    request: NamedPayment & { readonly amount: bigint; readonly id?: Uuid },
  ) => Promise<PaymentResult<Payment>>
  readonly retry: (
    tx: Transaction,
    request: NamedPayment & { readonly id?: Uuid; readonly instrument: string; readonly rail?: string },
  ) => Promise<PaymentResult<Payment>>
  /** Locks the row until the transaction ends. Inputs to the payment wait for the lock. */
  readonly lockPayment: (tx: Transaction, request: NamedPayment) => Promise<Payment | undefined>
  /** Lock its payment first to keep it from changing. */
  readonly findRefund: (
    tx: Transaction,
    request: { readonly book: number; readonly refund: Uuid },
  ) => Promise<Refund | undefined>
  /** The latest refund that the program made of it, unless it has failed. */
  readonly findReversal: (tx: Transaction, request: NamedPayment) => Promise<Refund | undefined>
  /**
   * The id for a refund of all, so that the rail makes it once if the program makes it as well. Undefined: any. `request`
   * is the id of what asks for it. Lock the payment first.
   */
  readonly reversalId: (
    tx: Transaction,
    asked: { readonly payment: Payment; readonly request: Uuid },
  ) => Promise<Uuid | undefined>
  /** The refund with that id, in whatever state. */
  readonly findReversalOfAll: (tx: Transaction, payment: Payment) => Promise<Refund | undefined>
  /** If the request may repeat one of a lost server, its rail is asked whether that one led to a refund. */
  readonly askForReversals: (tx: Transaction, request: NamedPayment & { readonly id: Uuid }) => Promise<void>
  readonly cancelPayout: (
    tx: Transaction,
    request: { readonly book: number; readonly payout: Uuid },
  ) => Promise<PaymentResult<Payout>>
  readonly verifyInstrument: (request: VerifyInstrument) => Promise<PaymentResult<VerificationOutcome>>
  /** Carried out in the background: erases the personal data of a payment, a payout, or all of an account. */
  readonly requestErasure: (tx: Transaction, request: NewErasure) => Promise<PaymentResult<Erasure>>
  /** Asks the rail to get it back. Its answer is in the timeline; what comes back is a return. */
  readonly recallPayout: (tx: Transaction, request: RecallPayout) => Promise<PaymentResult<Payout>>
  /** Sent to the rail after the commit, and repeated until the rail has answered. */
  readonly acceptDispute: (tx: Transaction, request: AcceptDispute) => Promise<PaymentResult<Dispute>>
  readonly challengeDispute: (tx: Transaction, request: ChallengeDispute) => Promise<PaymentResult<Dispute>>
  /** Repeats what the books had refused: to return the money of a won dispute. */
  readonly deliverDispute: (tx: Transaction, request: NamedDispute) => Promise<void>
  /** Locks the subject's payment (or payout) and enqueues the input; false when there is no such subject. */
  readonly input: (tx: Transaction, subject: Subject, input: AskedInput) => Promise<boolean>
  /** Books a rail's outcome that the books had refused. False when nothing waits only for that. */
  readonly bookAgain: (tx: Transaction, subject: Subject) => Promise<boolean>
  /** Events that match nothing open a case. Duplicates change nothing. */
  readonly receiveRailEvents: (tx: Transaction, events: readonly RailEvent[]) => Promise<void>
  readonly findRailCall: FindStoredCall
  readonly wake: () => void
  /** Undefined when it is still `processing` after the wait, or on `aborted`. Call it before or after the commit. */
  readonly waitForEnd: (
    subject: Subject,
    timeoutMs: number,
    signal?: { readonly aborted: boolean },
  ) => Promise<Ended | undefined>
  /** Listens to the ends of payouts and of payments from `acceptPayment`. Payments of clients do not notify it. */
  readonly onEnded: (listener: EndedListener) => void
  readonly statistics: () => PaymentStatistics
  readonly start: () => Promise<void>
  /** Stops accepting, finishes rail calls under way and stores their outcomes, within `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

/** Counters since the start, and current counts. */
export type PaymentStatistics = {
  readonly accepted: number
  readonly inputs: number
  readonly batches: number
  readonly railCalls: number
  readonly accepting: number
  readonly railCallsQueued: number
  readonly railCallsUnderWay: number
  readonly railAnswersWaiting: number
  readonly waiting: number
}

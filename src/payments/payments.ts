import type { Result, Taker, Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { IdempotencyClaim, Idempotent, StoredAnswer } from '#platform/idempotency'
import type { Transaction } from '#platform/postgres'
import type { RailEvent } from '#rails'
import type { CaseReason, SubjectAction } from './machine.ts'
import type { Capture, Metadata, Payment, PaymentSource, Payout, Refund, Share, SubjectKind } from './payment.ts'
import type { PaymentRefusal, PaymentRefusalCode } from './refusals.ts'

/** A request to move money in, or between wallets. Amounts are positive, in minor units. */
export type NewPayment = {
  /** Chosen by a caller that must know it, such as a saga; generated otherwise. */
  readonly id?: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  readonly source: PaymentSource
  /** At least one; with the fee they add up to `amount`. */
  readonly destinations: readonly Share[]
  readonly fee?: Share
  readonly capture: 'automatic' | 'manual'
  /** A vendor's code; its policy chooses the lane. */
  readonly vendor?: string
  /** Overrides the vendor's lane, for the program's own work. */
  readonly lane?: LaneName
  /** Unique among the payments of the book. */
  readonly reference?: string
  readonly metadata: Metadata
  /** The latest expiry of the authorization. */
  readonly expiresAt?: Timestamp
}

export type NewRefund = {
  readonly id?: Uuid
  readonly book: number
  readonly payment: Uuid
  /** Default: all that can still be refunded. */
  readonly amount?: bigint
  /** Default: to the origin of the money. */
  readonly to?: Refund['to']
  /** The payers. Default: the destinations and the fee, in proportion to the amount that each still has of it. */
  readonly from?: readonly Share[]
  /** The program undoes something by it: it goes on the rollback lane. */
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

export type NamedPayment = { readonly book: number; readonly payment: Uuid }

export type Subject = { readonly kind: SubjectKind; readonly id: Uuid; readonly book: number }

/** A subject whose processing has ended (`authorized` and `requires_review` count), in the transaction of that end. */
export type Ended =
  | { readonly kind: 'payment'; readonly row: Payment }
  | { readonly kind: 'capture'; readonly row: Capture; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly row: Refund; readonly payment: Payment }
  | { readonly kind: 'payout'; readonly row: Payout }

/** Called within the transaction, for many ends at once. Messages that it enqueues commit with the ends. */
export type EndedListener = (tx: Transaction, ended: readonly Ended[]) => Promise<void>

export type PaymentResult<Value> = Result<Value, PaymentRefusalCode>

/** The client that waits for an answer. `aborted`: it no longer waits. `sender`: its identity; senders take turns. */
export type Asker = { readonly aborted: boolean; readonly sender?: Taker }

/** A claim on an idempotency key, and the function that makes the stored answer from the result. */
export type PaymentClaim = IdempotencyClaim & { readonly answer: (result: PaymentResult<Payment>) => StoredAnswer }

/** A request of an operator or the program to a subject, handled later on its lane. */
export type AskedInput =
  | { readonly kind: 'start' | 'cancel' | 'expire' }
  | { readonly kind: 'decision'; readonly decision: SubjectAction; readonly about?: CaseReason }

/**
 * The door of payments: accepts requests and carries each through to its end. Functions with a `tx` work in the
 * caller's transaction, and lock the payment's row until it ends. Call `wake` after the commit, so that the lanes do
 * not wait for their next poll.
 */
export type Payments = {
  /**
   * Accepts a payment in a transaction shared with other requests that arrive meanwhile; resolves after the commit.
   * With a claim, it does so once per idempotency key. Refusals are stored under the key, too.
   */
  readonly createPayment: (
    request: NewPayment,
    claim?: PaymentClaim,
    asker?: Asker,
  ) => Promise<Idempotent<PaymentResult<Payment>>>
  /** Accepts a payment. `onEnded` is notified of its ends, and of those of its captures and refunds. */
  readonly acceptPayment: (tx: Transaction, request: NewPayment) => Promise<PaymentResult<Payment>>
  /** Why `acceptPayment` would refuse a payment now, without accepting it. */
  readonly refusalOf: (tx: Transaction, request: NewPayment) => Promise<PaymentRefusal | undefined>
  /** Whether accounts of the book may use the asset: a currency, or a custom one of the book. */
  readonly isAsset: (tx: Transaction, book: number, asset: string) => Promise<boolean>
  readonly createRefund: (tx: Transaction, request: NewRefund) => Promise<PaymentResult<Refund>>
  readonly createPayout: (tx: Transaction, request: NewPayout) => Promise<PaymentResult<Payout>>
  readonly capture: (tx: Transaction, request: NewCapture) => Promise<PaymentResult<Capture>>
  /** Releases the held money, also while a rail is being called; on the `rollback` lane when `isReversal`. */
  readonly cancel: (
    tx: Transaction,
    request: NamedPayment & { readonly isReversal?: boolean },
  ) => Promise<PaymentResult<Payment>>
  /** `id`: the id of the request, which makes the rail hold the increment once when the request is repeated. */
  readonly increment: (
    tx: Transaction,
    request: NamedPayment & { readonly amount: bigint; readonly id?: Uuid },
  ) => Promise<PaymentResult<Payment>>
  /** Retries a failed pay-in with another instrument, and over another rail if given. */
  readonly retry: (
    tx: Transaction,
    request: NamedPayment & { readonly instrument: string; readonly rail?: string },
  ) => Promise<PaymentResult<Payment>>
  /** Reads a payment and locks its row until the transaction ends. Its inputs wait for the lock. */
  readonly lockPayment: (tx: Transaction, request: NamedPayment) => Promise<Payment | undefined>
  /** Reads a refund. Lock its payment first to keep it from changing. */
  readonly findRefund: (
    tx: Transaction,
    request: { readonly book: number; readonly refund: Uuid },
  ) => Promise<Refund | undefined>
  /** Cancels a payout that has not started. */
  readonly cancelPayout: (
    tx: Transaction,
    request: { readonly book: number; readonly payout: Uuid },
  ) => Promise<PaymentResult<Payout>>
  /** Locks the subject's payment (or payout) and enqueues the input; false when there is no such subject. */
  readonly input: (tx: Transaction, subject: Subject, input: AskedInput) => Promise<boolean>
  /** Tries again to book a rail's outcome that the books had refused. False when nothing waits only for that. */
  readonly bookAgain: (tx: Transaction, subject: Subject) => Promise<boolean>
  /** Receives events that rails report. Events that match nothing open a case. Duplicates change nothing. */
  readonly receiveRailEvents: (tx: Transaction, events: readonly RailEvent[]) => Promise<void>
  /** Call it after the commit of a transaction that accepted or requested something. */
  readonly wake: () => void
  /**
   * Waits until the subject is no longer `processing`, at most `timeoutMs`, and answers it. Answers undefined when it
   * is still processing, or when `signal` says that the client no longer waits. Call it before or after the commit that
   * accepts.
   */
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
  /** Requests waiting to be accepted; rail calls waiting for a free place, and under way. */
  readonly accepting: number
  readonly railCallsQueued: number
  readonly railCallsUnderWay: number
  /** Answers of rails that are not stored yet, and callers waiting for an end. */
  readonly railAnswersWaiting: number
  readonly waiting: number
}

import type { Result, Taker, Timestamp, Uuid } from '#kernel'
import type { LaneName } from '#lanes'
import type { IdempotencyClaim, Idempotent, StoredAnswer } from '#platform/idempotency'
import type { Transaction } from '#platform/postgres'
import type { RailEvent } from '#rails'
import type { StuckDecision, StuckReason } from './machine.ts'
import type { Capture, Metadata, Payment, PaymentSource, Payout, Refund, Share, SubjectKind } from './payment.ts'
import type { PaymentRefusal, PaymentRefusalCode } from './refusals.ts'

/** A request to move money in, or between wallets. Amounts in minor units, positive. */
export type NewPayment = {
  /** Chosen by the caller, such as a saga that must know it; made up otherwise. */
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
  /** Overrules the vendor's lane: for the program's own work. */
  readonly lane?: LaneName
  /** Unique among the book's payments. */
  readonly reference?: string
  readonly metadata: Metadata
  /** When an authorization lapses at the latest. */
  readonly expiresAt?: Timestamp
}

export type NewRefund = {
  readonly id?: Uuid
  readonly book: number
  readonly payment: Uuid
  /** Default: all that can still be refunded. */
  readonly amount?: bigint
  /** Default: to where the money came from. */
  readonly to?: Refund['to']
  /** Who pays for it; default: the destinations and the fee in proportion to what each still has of it. */
  readonly from?: readonly Share[]
  /** True for one by which the program undoes something: it goes on the rollback lane. */
  readonly isReversal?: boolean
  readonly metadata: Metadata
}

export type NewPayout = {
  readonly id?: Uuid
  readonly book: number
  readonly amount: bigint
  readonly asset: string
  /** The account it is taken from. */
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
  /** Whether what remains is released. Default: true. */
  readonly final?: boolean
}

/** Names a payment in its book. */
export type NamedPayment = { readonly book: number; readonly payment: Uuid }

/** Names a payment, capture, refund or payout in its book. */
export type Subject = { readonly kind: SubjectKind; readonly id: Uuid; readonly book: number }

/** What came to an end (of processing: `authorized` and `requires_review` count), in the transaction that ends it. */
export type Ended =
  | { readonly kind: 'payment'; readonly row: Payment }
  | { readonly kind: 'capture'; readonly row: Capture; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly row: Refund; readonly payment: Payment }
  | { readonly kind: 'payout'; readonly row: Payout }

/** Called within the transaction; what it enqueues commits with the end. Many at once. */
export type EndedListener = (tx: Transaction, ended: readonly Ended[]) => Promise<void>

export type PaymentResult<Value> = Result<Value, PaymentRefusalCode>

/** Who waits for an answer; `aborted` once nobody does. `sender`: whose request it is; senders take turns. */
export type Asker = { readonly aborted: boolean; readonly sender?: Taker }

/** A claim on an idempotency key, and how the result becomes the answer kept under it. */
export type PaymentClaim = IdempotencyClaim & { readonly answer: (result: PaymentResult<Payment>) => StoredAnswer }

/** What a person or the program may ask of a subject, handled later on its lane. */
export type AskedInput =
  | { readonly kind: 'start' | 'cancel' | 'expire' }
  | { readonly kind: 'decision'; readonly decision: StuckDecision; readonly about?: StuckReason }

/**
 * The door of payments: accepts requests and sees each through to its end. What takes a `tx` works in
 * the caller's transaction and locks the payment's row until that ends; call `wake` after the commit
 * to spare the lanes' next look at the queue.
 */
export type Payments = {
  /**
   * Accepts a payment in a transaction shared with whatever other requests arrive meanwhile; resolves
   * after the commit. With a claim once per idempotency key; refusals are stored under it, too.
   */
  readonly createPayment: (
    request: NewPayment,
    claim?: PaymentClaim,
    asker?: Asker,
  ) => Promise<Idempotent<PaymentResult<Payment>>>
  /** Accepts a payment whose ends, and those of its captures and refunds, are told to `onEnded`. */
  readonly acceptPayment: (tx: Transaction, request: NewPayment) => Promise<PaymentResult<Payment>>
  /** Why `acceptPayment` would refuse a payment now, without accepting it. */
  readonly refusalOf: (tx: Transaction, request: NewPayment) => Promise<PaymentRefusal | undefined>
  /** Whether accounts of the book may be in the asset: a currency, or one of its own. */
  readonly isAsset: (tx: Transaction, book: number, asset: string) => Promise<boolean>
  readonly createRefund: (tx: Transaction, request: NewRefund) => Promise<PaymentResult<Refund>>
  readonly createPayout: (tx: Transaction, request: NewPayout) => Promise<PaymentResult<Payout>>
  readonly capture: (tx: Transaction, request: NewCapture) => Promise<PaymentResult<Capture>>
  /** Gives back what is held, also while a rail is being asked; `rollback` lane when `isReversal`. */
  readonly cancel: (
    tx: Transaction,
    request: NamedPayment & { readonly isReversal?: boolean },
  ) => Promise<PaymentResult<Payment>>
  readonly increment: (
    tx: Transaction,
    request: NamedPayment & { readonly amount: bigint },
  ) => Promise<PaymentResult<Payment>>
  /** Tries a failed pay-in again with another instrument, and another rail if given. */
  readonly retry: (
    tx: Transaction,
    request: NamedPayment & { readonly instrument: string; readonly rail?: string },
  ) => Promise<PaymentResult<Payment>>
  /** Reads a payment and locks its row until the transaction ends: what happens to it waits for that. */
  readonly lockPayment: (tx: Transaction, request: NamedPayment) => Promise<Payment | undefined>
  /** Reads a refund as it is; whoever must know that it stays so has locked its payment. */
  readonly findRefund: (
    tx: Transaction,
    request: { readonly book: number; readonly refund: Uuid },
  ) => Promise<Refund | undefined>
  /** Ends a payout of which nothing was done yet. */
  readonly cancelPayout: (
    tx: Transaction,
    request: { readonly book: number; readonly payout: Uuid },
  ) => Promise<PaymentResult<Payout>>
  /** Locks the subject's payment (or payout) and enqueues the input; false when there is no such subject. */
  readonly input: (tx: Transaction, subject: Subject, input: AskedInput) => Promise<boolean>
  /** Tries again to book what a rail did for the subject and the books had refused. False when nothing waits only for that. */
  readonly bookAgain: (tx: Transaction, subject: Subject) => Promise<boolean>
  /** Takes in what rails reported by themselves; what matches nothing goes to the stuck list. Duplicates do no harm. */
  readonly receiveRailEvents: (tx: Transaction, events: readonly RailEvent[]) => Promise<void>
  /** To be called after the commit of a transaction in which something was accepted or asked. */
  readonly wake: () => void
  /**
   * Waits until the subject is no longer `processing`, at most `timeoutMs`; answers it as it is then, or
   * undefined when it is still processing, or when `signal` says that nobody waits any more. Call it before or after
   * the commit that accepts.
   */
  readonly waitForEnd: (
    subject: Subject,
    timeoutMs: number,
    signal?: { readonly aborted: boolean },
  ) => Promise<Ended | undefined>
  /** Listens to the ends of payouts and of what `acceptPayment` accepted; clients' own payments end untold. */
  readonly onEnded: (listener: EndedListener) => void
  readonly statistics: () => PaymentStatistics
  readonly start: () => Promise<void>
  /** Stops to accept, finishes rail calls under way and writes down their outcomes; at most `timeoutMs`. */
  readonly stop: (timeoutMs: number) => Promise<void>
}

/** Counters since the start, and what is under way now. */
export type PaymentStatistics = {
  readonly accepted: number
  readonly inputs: number
  readonly batches: number
  readonly railCalls: number
  /** Requests waiting to be accepted; rail calls waiting for a free place, and under way; callers waiting for an end. */
  readonly accepting: number
  readonly railCallsQueued: number
  readonly railCallsUnderWay: number
  /** Answers of rails that are not written down yet. */
  readonly railAnswersWaiting: number
  readonly waiting: number
}

import type { Timestamp, Uuid } from '#kernel'
import type { RailAction, RailDecline, RailHandle } from './rail-answers.ts'
import type { DisputePolicy, DisputeReport, RailDisputes } from './rail-disputes.ts'
import type { RailInstrument, RailParty } from './rail-instrument.ts'
import type { MandateChange, MandateRules, MandateUse, RailMandates } from './rail-mandates.ts'
import type {
  CallNotice,
  RailCredit,
  RailSettlement,
  RecallOutcome,
  RecallReason,
  VerificationOutcome,
} from './rail-reports.ts'
import type { ReversalOutcome, UnknownRule } from './rail-reversals.ts'
import type { RetryBudget } from './retry-budgets.ts'

export type { RailAction, RailAdvice, RailDecline, RailHandle } from './rail-answers.ts'

/** The operations of a rail. `authorize` holds money at the payer's bank, `charge` takes it, `payout` sends it out. */
export const railOperations = ['authorize', 'charge', 'capture', 'void', 'refund', 'payout'] as const
export type RailOperation = (typeof railOperations)[number]

/** A submission, or an inquiry about it. It is always made from stored data, never from memory alone. */
export type RailCall = {
  /** The idempotency key of the submission: the same for every repetition and inquiry. */
  readonly id: Uuid
  readonly operation: RailOperation
  readonly amount: bigint
  readonly asset: string
  /** A token or address such as `card_visa_ok`, `asha@upi`, an IBAN. */
  readonly instrument: string
  /** The same by its kind, if the client gave it so. */
  readonly typed?: RailInstrument
  readonly party?: RailParty
  /** A code of the rail or its scheme for the purpose of the payment. */
  readonly purpose?: string
  /** Of a charge or first authorization: the rail may do less, as `isPartial`. */
  readonly allowsPartial?: true
  /** Of a charge or first authorization: a mandate allows it, and the payer is not there. */
  readonly mandate?: MandateUse
  /** The rail's own reference of the original that a capture, void or refund is about. */
  readonly originalReference?: string
  /** Shown on the counterparty's statement; at most 35 characters. */
  readonly descriptor?: string
  /** What the adapter prepared for the call, and later answers added. */
  readonly handle?: RailHandle
  /** The rail may have received this submission before: for rails that want a repetition marked. */
  readonly isRepeated?: true
  /** Whose call it is: the breaker counts by book. */
  readonly book?: number
}

/** Money of a succeeded operation that came back later, such as a bank's return or a failed refund. */
export type RailReturn = {
  /** The return's own. The rail reports it once or often: it counts once. */
  readonly railReference: string
  readonly amount: bigint
  /** As the rail states it. */
  readonly reason: { readonly code: string; readonly message: string }
}

/**
 * An answer that leaves open whether the call happened is `unknown`: inquire about such a call, never repeat it
 * blindly. `isAsked` marks the answer to an inquiry: a callback may be older than an earlier outcome. `isReversal`: it is
 * the answer to a reversal of the call.
 */
export type RailOutcome =
  /** `amount` is the amount that the rail reports. It may differ from the amount of the call. */
  | {
      readonly kind: 'succeeded'
      readonly railReference: string
      readonly amount: bigint
      /** What has come back of it since, as far as the rail says so in its answer to an inquiry. */
      readonly returns?: readonly (RailReturn & { readonly occurredAt: Timestamp })[]
      readonly settlement?: RailSettlement
      /** Less than the amount of the call, on purpose. Only when the call allows it. */
      readonly isPartial?: true
      readonly isAsked?: true
      /** When the inquiry was planned, also below. */
      readonly askedAt?: Timestamp
      readonly isReversal?: true
    }
  /** Accepted; a callback or a statement brings the final outcome. */
  | {
      readonly kind: 'pending'
      readonly railReference: string
      /** The payer has to act before the rail can go on. */
      readonly action?: RailAction
      /** Added to the handle of the call. */
      readonly handle?: RailHandle
      readonly isAsked?: true
    }
  | {
      readonly kind: 'failed'
      readonly decline: RailDecline
      readonly railReference?: string
      readonly isAsked?: true
      readonly askedAt?: Timestamp
      readonly isReversal?: true
    }
  /** It may have happened: no answer in time, a broken connection, a 5xx. */
  | {
      readonly kind: 'unknown'
      readonly why: string
      readonly handle?: RailHandle
      readonly isAsked?: true
      readonly isReversal?: true
    }
  /**
   * It certainly did not happen: the rail is known to be down, or the connection was refused. `unsent`: the call never
   * left the queue of payments. `inquiries`: the attempt's number of inquiries when the call was planned.
   */
  | {
      readonly kind: 'unavailable'
      readonly why: string
      readonly retryAt?: Timestamp
      readonly unsent?: { readonly inquiries: number }
      /** Not sent, because the client's deadline had passed. */
      readonly isLate?: true
    }
  /**
   * The answer to an inquiry: the rail does not know the call. `not_yet`: it may still happen, so it is not submitted
   * again. `never`, the default: it will not happen, unless it is submitted again.
   */
  | {
      readonly kind: 'not_found'
      readonly finality?: 'never' | 'not_yet'
      readonly askedAt?: Timestamp
      readonly isAsked?: true
      readonly isReversal?: true
    }

/** An event that a rail sent without a request: a callback or a line of a statement. */
export type RailEvent = {
  readonly rail: string
  /** The rail's own id of the event: a duplicate has the same. */
  readonly eventId: string
  /** Set when the rail repeats our id; otherwise only the rail's reference is known. */
  readonly call?: Uuid
  readonly railReference: string
  /** The rail's own reference of the disputed operation; `call` is its call. */
  readonly originalReference?: string
  /**
   * `credit`: one that no call asked for, which `railReference` names. It is `incoming`, and may be `retracted`.
   * `mandate`: what became of one; `railReference` is its own, and `call` the call that changed it.
   */
  readonly operation: RailOperation | 'dispute' | 'credit' | 'mandate'
  /**
   * `hint`: the rail says that the call has changed, and the message proves nothing. Only an inquiry does.
   * `returned`: of a charge, capture, refund or payout, which `railReference` or `call` names.
   * `retracted`: the same of all that is left of it, or of a credit: the rail undoes its own report (a reorg of a chain).
   */
  readonly outcome:
    | Extract<RailOutcome, { kind: 'succeeded' | 'failed' }>
    | { readonly kind: 'hint' }
    | ({ readonly kind: 'returned' } & RailReturn)
    | ({ readonly kind: 'retracted' } & Omit<RailReturn, 'amount'>)
    | ({ readonly kind: 'incoming' } & RailCredit)
    | CallNotice
    | MandateChange
  /** Only of disputes. Without it, a dispute that succeeded is lost, and its money is gone. */
  readonly dispute?: DisputeReport
  /** Set when the rail reports it, and always on returns and credits. In another asset than its call, nothing is booked. */
  readonly asset?: string
  readonly occurredAt: Timestamp
}

/** When a rail may be asked for an outcome. Times are minimums: inquiries come a little later, never earlier. */
export type InquirySchedule = {
  /** From the submission, or from the answer that accepted it. */
  readonly firstMs: number
  /** The pauses between the next ones; the last repeats. */
  readonly thenMs: readonly number[]
  /** Answered inquiries, and time since the submission. After either, a person decides. */
  readonly atMost: number
  readonly giveUpAfterMs: number
}

/** `unanswered`: after a submission without an answer. `accepted`: after an answer that the rail will report. */
export type Inquiries = { readonly unanswered: InquirySchedule; readonly accepted: InquirySchedule }

/** One for all operations, and maybe others for some. */
export type ByOperation<Rule> = { readonly default: Rule } & Partial<Readonly<Record<RailOperation, Rule>>>

export type RailCapabilities = {
  readonly operations: ReadonlySet<RailOperation>
  /** Undefined means any. */
  readonly assets?: ReadonlySet<string>
  readonly inquiries: ByOperation<Inquiries>
  /** What follows a submission without an answer. Default: `inquire`. The others need `reverse`. */
  readonly onUnknown?: UnknownRule | ByOperation<UnknownRule>
  /** When a reversal that is not acknowledged is repeated: first after the missing answer, times from the first one. */
  readonly reversals?: ByOperation<InquirySchedule>
  /** The deadline of a call. Until a submission is answered or it has passed, `not_found` is not final. Default: 0. */
  readonly answersWithinMs?: number
  /** How long after a submission `not_found` may be followed by a success. Default: 0. */
  readonly notFoundFinalAfterMs?: number
  /** How long a repeated id has no second effect. Afterwards nothing is submitted again. Undefined means for ever. */
  readonly remembersMs?: number
  /** Calls that the rail accepts at once, from all processes together. Undefined means any number. */
  readonly callsMax?: number
  /** The rules of card schemes about attempts after a decline. `schemeOf`: undefined when none governs the instrument. */
  readonly retries?: {
    readonly schemeOf: (instrument: string) => string | undefined
    readonly budgets: readonly RetryBudget[]
  }
  readonly authorizationMs: number
  /** How long after its acceptance a charge may still succeed and be wanted; later the money is returned. */
  readonly payInMs?: number
  /** The id or code of the book that gets credits that no call asked for. Default: the only book. */
  readonly creditsBook?: string
  /** When the rail takes the money of a dispute that it reports by stages. Default: at the opening. */
  readonly disputes?: DisputePolicy
  /** Needs `createMandate`, `inquireMandate` and `cancelMandate`. */
  readonly mandates?: MandateRules
  /** Submissions go to the rail in files of many: see `submitBatch`. */
  readonly batches?: BatchPolicy
}

/** A file is sent when it has `max` calls, and at the latest `waitMs` after its first. `operations`: by default all. */
export type BatchPolicy = {
  readonly max: number
  readonly waitMs: number
  readonly operations?: ReadonlySet<RailOperation>
}

/** `each`: by the ids of the calls; one that is missing is `unknown`. Otherwise it is the outcome of every call. */
export type BatchOutcome =
  | { readonly kind: 'each'; readonly outcomes: ReadonlyMap<Uuid, RailOutcome> }
  | Extract<RailOutcome, { kind: 'unknown' | 'unavailable' }>

/** Asks to get a payout back. `id` is its idempotency key. */
export type RailRecall = {
  readonly id: Uuid
  readonly payout: RailCall
  /** The rail's own, of the payout. */
  readonly railReference?: string
  readonly reason: RecallReason
}

/** Asks to undo a call that may have happened. It is repeated under the same `id` until the rail acknowledges it. */
export type RailReversal = {
  /** Its idempotency key, derived from the original's id. */
  readonly id: Uuid
  /** The call as it was submitted, with its handle. */
  readonly original: RailCall
  /** The rail's own, of the original, if it is known. */
  readonly railReference?: string
  /** What the adapter prepared for the reversal, and later answers added. */
  readonly handle?: RailHandle
  /** The rail may have received this reversal before. */
  readonly isRepeated?: true
}

/** Asks whether an instrument exists and can take or give money, and whose it is. No money moves. */
export type RailVerification = Pick<RailCall, 'instrument' | 'typed' | 'party'>

/** Failures of the rail or the network are outcomes, never thrown. Every call has a deadline. */
export type Rail = Partial<RailMandates> & {
  readonly name: string
  readonly capabilities: RailCapabilities
  /**
   * Allocates the rail's native references of a call, without a request to it. Derived from `call.id`, so that a call
   * that a database has lost gets the same again. `railReference`: events may name the call by it.
   */
  readonly prepare?: (call: RailCall) => { readonly handle: RailHandle; readonly railReference?: string }
  /** How many calls this process may have under way now; undefined means any number. */
  readonly callsMax?: () => number
  readonly submit: (call: RailCall) => Promise<RailOutcome>
  /**
   * Submits the calls as one file, each under its own id, of `capabilities.batches`. No call is in it twice. They are
   * inquired about one by one, and each may be submitted again in a file with others.
   */
  readonly submitBatch?: (calls: readonly RailCall[]) => Promise<BatchOutcome>
  /** Never `unavailable`, which would mean that the submission did not happen: a failed inquiry is `unknown`. */
  readonly inquire: (call: RailCall) => Promise<RailOutcome>
  /** A repetition under the same id has no second effect. Absent: calls cannot be reversed. */
  readonly reverse?: (reversal: RailReversal) => Promise<ReversalOutcome>
  /** The native references of a reversal, as `prepare` allocates those of a call. */
  readonly prepareReversal?: (reversal: RailReversal) => RailHandle
  /** Absent: disputes cannot be answered over the rail. */
  readonly disputes?: RailDisputes
  /** Absent: the rail does not tell. Nothing of it is stored. */
  readonly verify?: (asked: RailVerification) => Promise<VerificationOutcome>
  /** Absent: the rail passes on no recalls. */
  readonly recall?: (call: RailRecall) => Promise<RecallOutcome>
}

export type RailHealth = {
  readonly rail: string
  /** `down`: nothing is submitted until `retryAt`. `probing`: a few submissions are let through. */
  readonly state: 'up' | 'down' | 'probing'
  readonly since: Timestamp
  readonly retryAt?: Timestamp
}

export type Rails = {
  /** With the circuit breaker around `submit`; undefined when there is no such rail. */
  readonly rail: (name: string) => Rail | undefined
  readonly names: () => readonly string[]
  readonly health: (rail: string) => RailHealth
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

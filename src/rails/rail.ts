import type { Timestamp, Uuid } from '#kernel'

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
  /** The rail's own reference of the original that a capture, void or refund is about. */
  readonly originalReference?: string
  /** Shown on the counterparty's statement; at most 35 characters. */
  readonly descriptor?: string
}

/** The codes are Munim's own, common to all rails. */
export type RailDecline = {
  readonly code:
    | 'insufficient_funds'
    | 'do_not_honor'
    | 'instrument_expired'
    | 'instrument_invalid'
    | 'instrument_lost_or_stolen'
    | 'limit_exceeded'
    | 'fraud_suspected'
    | 'authentication_required'
    | 'operation_not_supported'
    | 'already_refunded'
    | 'authorization_expired'
    | 'duplicate'
    | 'try_again_later'
    | 'declined'
  /** `never`: do not retry. `instrument`, `rail`: another one may succeed. `later`: the same call may succeed later. */
  readonly remedy: 'never' | 'instrument' | 'rail' | 'later'
  readonly message: string
}

/**
 * An answer that leaves open whether the call happened is `unknown`: inquire about such a call, never repeat it
 * blindly. `isAsked` marks the answer to an inquiry: a callback may be older than an earlier outcome.
 */
export type RailOutcome =
  /** `amount` is the amount that the rail reports. It may differ from the amount of the call. */
  | { readonly kind: 'succeeded'; readonly railReference: string; readonly amount: bigint; readonly isAsked?: true }
  /** Accepted; a callback or a statement brings the final outcome. */
  | { readonly kind: 'pending'; readonly railReference: string; readonly isAsked?: true }
  | {
      readonly kind: 'failed'
      readonly decline: RailDecline
      readonly railReference?: string
      readonly isAsked?: true
    }
  /** It may have happened: no answer in time, a broken connection, a 5xx. */
  | { readonly kind: 'unknown'; readonly why: string; readonly isAsked?: true }
  /**
   * It certainly did not happen: the rail is known to be down, or the connection was refused. `unsent`: the call never
   * left the queue of payments. `inquiries`: the attempt's number of inquiries when the call was planned.
   */
  | {
      readonly kind: 'unavailable'
      readonly why: string
      readonly retryAt?: Timestamp
      readonly unsent?: { readonly inquiries: number }
    }
  /** The answer to an inquiry: the rail does not know the call. */
  | { readonly kind: 'not_found'; readonly isAsked?: true }

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
  readonly operation: RailOperation | 'dispute'
  readonly outcome: Extract<RailOutcome, { kind: 'succeeded' | 'failed' }>
  /** Only of disputes. Without it, a dispute that succeeded is lost, and its money is gone. */
  readonly dispute?: DisputeReport
  /** Set when the rail reports it. An event in another asset than its call is about something else. */
  readonly asset?: string
  readonly occurredAt: Timestamp
}

export type RailCapabilities = {
  readonly operations: ReadonlySet<RailOperation>
  /** Undefined means any. */
  readonly assets?: ReadonlySet<string>
  readonly inquireAfterMs: number
  readonly authorizationMs: number
  /** When the rail takes the money of a dispute that it reports by stages. Default: at the opening. */
  readonly disputes?: DisputePolicy
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

/** Failures of the rail or the network are outcomes, never thrown. Every call has a deadline. */
export type Rail = {
  readonly name: string
  readonly capabilities: RailCapabilities
  readonly submit: (call: RailCall) => Promise<RailOutcome>
  /** Never `unavailable`, which would mean that the submission did not happen: a failed inquiry is `unknown`. */
  readonly inquire: (call: RailCall) => Promise<RailOutcome>
  /** Absent: disputes cannot be answered over the rail. */
  readonly disputes?: RailDisputes
}

export type RailHealth = {
  readonly rail: string
  /** `down`: nothing is submitted until `retryAt`. `probing`: a few submissions are let through. */
  readonly state: 'up' | 'down' | 'probing'
  readonly since: Timestamp
  readonly retryAt?: Timestamp
}

/** The public interface of the rails. */
export type Rails = {
  /** With the circuit breaker around `submit`; undefined when there is no such rail. */
  readonly rail: (name: string) => Rail | undefined
  readonly names: () => readonly string[]
  readonly health: (rail: string) => RailHealth
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

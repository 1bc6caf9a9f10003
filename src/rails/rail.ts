import type { Timestamp, Uuid } from '#kernel'

/** The operations of a rail. `authorize` holds money at the payer's bank, `charge` takes it, `payout` sends it out. */
export const railOperations = ['authorize', 'charge', 'capture', 'void', 'refund', 'payout'] as const
export type RailOperation = (typeof railOperations)[number]

/** One submission, or an inquiry about it. It is always made from stored data, never from memory alone. */
export type RailCall = {
  /** The stored idempotency key of the submission: the same for every repetition and inquiry. */
  readonly id: Uuid
  readonly operation: RailOperation
  readonly amount: bigint
  readonly asset: string
  /** The payer's or payee's instrument: a token or address such as `card_visa_ok`, `asha@upi`, an IBAN. */
  readonly instrument: string
  /** The rail's own reference of the authorization or charge that a capture, void or refund is about. */
  readonly originalReference?: string
  /** Shown on the counterparty's statement; at most 35 characters. */
  readonly descriptor?: string
}

/** Why a rail declined, and what may help. The codes are Munim's own, common to all rails. */
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
  /**
   * `never`: do not retry. `instrument`: another instrument may succeed. `rail`: another rail may succeed. `later`: the
   * same call may succeed later.
   */
  readonly remedy: 'never' | 'instrument' | 'rail' | 'later'
  readonly message: string
}

/**
 * The answer of a rail. An answer that leaves open whether the call happened is `unknown`; such a call is inquired
 * about, never repeated blindly. `isAsked`: payments mark the answer to an inquiry, because a callback may be older
 * than an earlier one.
 */
export type RailOutcome =
  /** Done. `amount` is the amount that the rail reports, which may differ from the amount of the call. */
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
   * It certainly did not happen: the rail is known to be away, or the connection was refused. `unsent`: payments mark a
   * call that has not left their own line, whatever the state of the rail, with the attempt's number of inquiries when
   * the call was planned.
   */
  | {
      readonly kind: 'unavailable'
      readonly why: string
      readonly retryAt?: Timestamp
      readonly unsent?: { readonly inquiries: number }
    }
  /** The answer to an inquiry: the rail does not know the call. */
  | { readonly kind: 'not_found'; readonly isAsked?: true }

/** An event that a rail sent without a request: a callback or a line of a statement. */
export type RailEvent = {
  readonly rail: string
  /** The rail's own id of the event: a duplicate has the same. */
  readonly eventId: string
  /** The call that the event is about, when the rail repeats our id. Otherwise only the rail's reference is known. */
  readonly call?: Uuid
  readonly railReference: string
  /** The rail's own reference of the disputed operation. Its call, when the rail repeats our id, is in `call`. */
  readonly originalReference?: string
  readonly operation: RailOperation | 'dispute'
  readonly outcome: Extract<RailOutcome, { kind: 'succeeded' | 'failed' }>
  /**
   * The asset of the amount, when the rail reports it. An event in another asset than its call is about something else.
   */
  readonly asset?: string
  readonly occurredAt: Timestamp
}

export type RailCapabilities = {
  readonly operations: ReadonlySet<RailOperation>
  /** The assets that it supports; undefined means any. */
  readonly assets?: ReadonlySet<string>
  /** The delay of the first inquiry after a pending or unknown outcome, ms. */
  readonly inquireAfterMs: number
  /** How long an authorization is valid, ms. */
  readonly authorizationMs: number
}

/**
 * One rail behind its adapter. No method throws because of a rail or a network: that is an outcome. Every call has a
 * deadline.
 */
export type Rail = {
  readonly name: string
  readonly capabilities: RailCapabilities
  /** Submits, with the call's id as idempotency key. */
  readonly submit: (call: RailCall) => Promise<RailOutcome>
  /**
   * Inquires about a submission. Never returns `unavailable`, which would say that the submission did not happen: an
   * inquiry that could not be made leaves the outcome `unknown`.
   */
  readonly inquire: (call: RailCall) => Promise<RailOutcome>
}

export type RailHealth = {
  readonly rail: string
  /**
   * `up`; `down`: the breaker is open, and nothing is submitted until `retryAt`; `probing`: a few submissions are let
   * through.
   */
  readonly state: 'up' | 'down' | 'probing'
  readonly since: Timestamp
  readonly retryAt?: Timestamp
}

/** The public interface of the rails. */
export type Rails = {
  /** The named rail with the circuit breaker around `submit`; undefined when there is none. */
  readonly rail: (name: string) => Rail | undefined
  readonly names: () => readonly string[]
  readonly health: (rail: string) => RailHealth
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

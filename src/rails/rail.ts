import type { Timestamp, Uuid } from '#kernel'

/** What can be asked of a rail. `authorize` holds at the payer's bank, `charge` takes, `payout` sends out. */
export const railOperations = ['authorize', 'charge', 'capture', 'void', 'refund', 'payout'] as const
export type RailOperation = (typeof railOperations)[number]

/** One submission, or a question about it. Always made from what is stored, never from memory alone. */
export type RailCall = {
  /** The stored idempotency key of the submission: the same for every repetition and inquiry. */
  readonly id: Uuid
  readonly operation: RailOperation
  readonly amount: bigint
  readonly asset: string
  /** The payer's or payee's instrument: a token or address such as `card_visa_ok`, `asha@upi`, an IBAN. */
  readonly instrument: string
  /** The rail's own name of the authorization or charge that a capture, void or refund concerns. */
  readonly concerns?: string
  /** For the other side's statement, at most 35 characters. */
  readonly descriptor?: string
}

/** Why a rail said no, and what may help. Codes are Munim's own, common to all rails. */
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
  /** `never`: do not ask again. `instrument`: another one may do. `rail`: another way may do. `later`: the same may do later. */
  readonly remedy: 'never' | 'instrument' | 'rail' | 'later'
  readonly message: string
}

/**
 * What a rail answered. Anything that leaves open whether it happened is `unknown`: it is asked, never repeated blindly.
 * `isAsked`: payments note that it is the answer to an inquiry, while what a rail tells by itself may be older than what
 * it told before.
 */
export type RailOutcome =
  /** Done. `amount` is what the rail says it did, which may differ from what was asked. */
  | { readonly kind: 'succeeded'; readonly railReference: string; readonly amount: bigint; readonly isAsked?: true }
  /** Accepted; the end comes by a callback or a statement. */
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
   * It certainly did not happen: not sent, as the rail is known to be away (or the connection was refused). `unsent`:
   * payments note that it has not left their own line, whatever the rail is, and after how many inquiries it was to.
   */
  | {
      readonly kind: 'unavailable'
      readonly why: string
      readonly retryAt?: Timestamp
      readonly unsent?: { readonly inquiries: number }
    }
  /** The answer to an inquiry: the rail has never heard of the call. */
  | { readonly kind: 'not_found'; readonly isAsked?: true }

/** What came from a rail by itself: a callback or a line of a statement. */
export type RailEvent = {
  readonly rail: string
  /** The rail's own id of the event: a duplicate has the same. */
  readonly eventId: string
  /** The call it concerns, when the rail repeats our id; else only the rail's reference is known. */
  readonly call?: Uuid
  readonly railReference: string
  /** The rail's own name of what a dispute takes back; its call, when the rail repeats that, is in `call`. */
  readonly concerns?: string
  readonly operation: RailOperation | 'dispute'
  readonly outcome: Extract<RailOutcome, { kind: 'succeeded' | 'failed' }>
  /** What its amount is in, when the rail says it: an event in another asset than its call is about something else. */
  readonly asset?: string
  readonly occurredAt: Timestamp
}

/** How a rail behaves: what payments may ask of it. */
export type RailCapabilities = {
  /** Operations it knows. */
  readonly operations: ReadonlySet<RailOperation>
  /** Assets it carries; undefined: any. */
  readonly assets?: ReadonlySet<string>
  /** How long after which an answer that has not come is asked for, ms: first inquiry after a pending or unknown outcome. */
  readonly inquireAfterMs: number
  /** How long an authorization holds, ms. */
  readonly authorizationMs: number
}

/** One rail behind its adapter. No method throws for what a rail or a network can do: that is an outcome. Every call has a deadline. */
export type Rail = {
  readonly name: string
  readonly capabilities: RailCapabilities
  /** Submits with the call's id as idempotency key. */
  readonly submit: (call: RailCall) => Promise<RailOutcome>
  /**
   * Asks what became of a submission. Never answers `unavailable`, which would say that the submission
   * did not happen: a question that could not be asked leaves the outcome `unknown`.
   */
  readonly inquire: (call: RailCall) => Promise<RailOutcome>
}

export type RailHealth = {
  readonly rail: string
  /** `up`; `down`: the breaker is open, nothing is submitted until `retryAt`; `probing`: a few are let through. */
  readonly state: 'up' | 'down' | 'probing'
  readonly since: Timestamp
  readonly retryAt?: Timestamp
}

/** The door of the rails. */
export type Rails = {
  /** The rail of that name with its circuit breaker around `submit`; undefined: there is none. */
  readonly rail: (name: string) => Rail | undefined
  readonly names: () => readonly string[]
  readonly health: (rail: string) => RailHealth
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

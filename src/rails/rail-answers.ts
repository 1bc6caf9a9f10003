import type { Timestamp } from '#kernel'

// The parts of a rail's answers that calls and mandates have in common.

/** An adapter's own references of a call: small, and stored with the attempt before the rail gets the first byte. */
export type RailHandle = Readonly<Record<string, string>>

/**
 * What the rail says about another attempt with the same instrument. `notBefore`: not within `afterMs`, or not soon.
 * `unadvised`: nothing.
 */
export type RailAdvice = {
  readonly kind: 'never' | 'notBefore' | 'fixData' | 'authenticate' | 'updateCredential' | 'unadvised'
  readonly afterMs?: number
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
    /** Of a debit by a mandate: the mandate is not active, or does not allow it; the payer was not notified in time. */
    | 'mandate_inactive'
    | 'mandate_exceeded'
    | 'payer_not_notified'
    /** The rail was asked to undo the call, and nothing of it happens any more. */
    | 'reversed'
    | 'declined'
  /** `never`: do not retry. `instrument`, `rail`: another one may succeed. `later`: the same call may succeed later. */
  readonly remedy: 'never' | 'instrument' | 'rail' | 'later'
  readonly message: string
  /** The rail's own code, as it was sent. */
  readonly raw?: string
  readonly advice?: RailAdvice
}

/** What the payer has to do. It is shown to clients, and never logged: a link or a form may hold secrets. */
export type RailAction = { readonly expiresAt: Timestamp } & (
  | { readonly kind: 'redirect' | 'deep_link'; readonly url: string }
  | { readonly kind: 'qr'; readonly text: string }
  | { readonly kind: 'form_post'; readonly url: string; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly kind: 'pay_to'
      readonly address: string
      readonly amount: bigint
      readonly asset: string
      readonly memo?: string
    }
)

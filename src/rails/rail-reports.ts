// What rails say besides the outcomes of calls.

/** What a rail says of a success when it settles it. Amounts are minor units of `asset`, by default the call's. */
export type RailSettlement = {
  readonly asset?: string
  /** What the rail keeps. */
  readonly fee?: bigint
  /** What it pays after all deductions. */
  readonly net?: bigint
  readonly settledAmount?: bigint
  /** A date such as `2026-11-30`. */
  readonly settledOn?: string
  readonly batch?: string
  /** Further references of the operation, by their names: `arn`, `rrn`, `utr`. */
  readonly references?: Readonly<Record<string, string>>
}

/**
 * News of a call that move no money. `progress`: confirmations of a chain, or the steps of a bank. `notice_of_change`:
 * the instrument to use from now on.
 */
export type CallNotice =
  | { readonly kind: 'progress'; readonly confirmations: number; readonly required?: number }
  | { readonly kind: 'notice_of_change'; readonly instrument: string; readonly code: string; readonly message: string }

/** A credit that no call asked for. `to`: the account or address of ours that got it. `text`: the payer's words. */
export type RailCredit = { readonly amount: bigint; readonly to?: string; readonly text?: string }

export const recallReasons = ['duplicate', 'wrong_amount', 'fraud', 'technical', 'requested'] as const
export type RecallReason = (typeof recallReasons)[number]

/**
 * `accepted`: the rail has passed it on. What comes back is reported as `returned`, days later, or never. `refused` is
 * final. After the last two, the same recall is sent again under the same id.
 */
export type RecallOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' | 'unavailable'; readonly why: string }

export const nameMatches = ['match', 'close_match', 'no_match', 'not_possible'] as const
export type NameMatch = (typeof nameMatches)[number]

/** `name`: the holder's, when the rail says it. Undefined eligibility: the rail cannot tell. */
export type VerificationOutcome =
  | {
      readonly kind: 'answered'
      readonly isEligible: boolean | undefined
      readonly nameMatch: NameMatch
      readonly name?: string
    }
  | { readonly kind: 'unknown' | 'unavailable'; readonly why: string }

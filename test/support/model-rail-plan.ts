import type { RailDecline, RailOperation, RailReturn } from '#rails'

/**
 * `lost`: the first one does not arrive. `unsaid`: the first one is done, and only the second acknowledged. `late`: what
 * has succeeded stands. `overtaken`: what was never received happens all the same.
 */
export type ReversalPlan = 'answered' | 'lost' | 'unsaid' | 'late' | 'overtaken'

export type RailPlan = {
  /**
   * `done`, `declined`: at once. `pending`: settled later, either way. `nothing`: lost. `latent`: lost at first, but
   * happens later unless it is submitted again before. `turned`: declined, but happens later after all.
   */
  readonly effect: 'done' | 'declined' | 'pending' | 'nothing' | 'latent' | 'turned'
  readonly isTold: boolean
  readonly isMute?: boolean
  /** Of a lost call: inquiries say that it may still happen. It must not be submitted again. */
  readonly isNotYet?: boolean
  readonly excess?: bigint
  /** It says that less was on purpose. */
  readonly isPartial?: boolean
  readonly decline?: RailDecline
  readonly reversal?: ReversalPlan
}

export type ModelCall = {
  readonly id: string
  readonly operation: RailOperation
  readonly amount: bigint
  readonly originalReference?: string | undefined
  readonly exchange?: { readonly reversal?: { readonly id: string } }
}

export type ModelOperation = ModelCall & {
  status: 'pending' | 'succeeded' | 'failed'
  readonly reference: string
  done: bigint
  decline: RailDecline | undefined
  isMute: boolean
  willTurn: boolean
  readonly isPartial: boolean
  /** Of an authorization: the amount still held. Of a charge or capture: the amount not refunded, and not disputed. */
  left: bigint
  undisputed: bigint
  /** Of `undisputed`: what open disputes may still take. */
  reserved: bigint
  returns: readonly ModelReturn[]
}

export type ModelReturn = RailReturn & { readonly occurredAt: number }

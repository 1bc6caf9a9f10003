import type { RailHandle } from './rail-answers.ts'

/**
 * How the outcome of a call that was not answered is found out. `reverse`: the rail is asked to undo it, and says whether
 * there was something to undo. `reverse-after-inquiries`: so, once it has been inquired about as often as it may be.
 */
export const unknownRules = ['inquire', 'reverse', 'reverse-after-inquiries'] as const
export type UnknownRule = (typeof unknownRules)[number]

/** `handle`: added to the one of the reversal. After the last three, the same reversal is sent again under its id. */
export type ReversalOutcome =
  /** What the original did is undone, and nothing of it happens any more. */
  | { readonly kind: 'reversed' }
  /**
   * The rail has never received the original. `never`, the default: it does not do it either if it still comes.
   * `not_yet`: it may.
   */
  | { readonly kind: 'nothing_to_reverse'; readonly finality?: 'never' | 'not_yet' }
  /** The original has succeeded, and cannot be undone any more. */
  | { readonly kind: 'too_late'; readonly railReference: string; readonly amount: bigint }
  /** Accepted. Its end is the answer to a repetition, or an event. */
  | { readonly kind: 'pending'; readonly handle?: RailHandle }
  | { readonly kind: 'unknown'; readonly why: string; readonly handle?: RailHandle }
  | { readonly kind: 'unavailable'; readonly why: string }

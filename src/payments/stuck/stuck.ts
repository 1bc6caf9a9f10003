import type { Timestamp, Uuid } from '#kernel'
import type { StuckReason } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'
import type { MatterChange } from './matters.ts'

/**
 * The subjects that can need an operator: those of payments, a saga whose compensation failed, and an event of a rail
 * that belongs to none of them.
 */
export type StuckSubject = { readonly kind: SubjectKind | 'saga' | 'event'; readonly id: Uuid }

/** The book of subjects that are in no book: administrators of any book handle them. */
export const noBook = 0

/**
 * An input's change of the stuck list. `stuck`: the subject needs an operator, or still does, for this reason.
 * `resolved`: it no longer needs one for this reason, or, without a reason, for any. `isReplaced`: it needs one for
 * another reason instead, in the same entry. `decided`: a decision has been carried out and changed nothing by itself,
 * so another one is allowed.
 */
export type StuckChange = { readonly subject: StuckSubject; readonly book: number } & (
  | Extract<MatterChange, { readonly change: 'stuck' }>
  | (Extract<MatterChange, { readonly change: 'resolved' }> & { readonly isReplaced?: boolean })
  | { readonly change: 'decided' }
)

/** The actions of an operator. The first four are decisions: the engine carries them out. */
export const stuckActions = ['retry', 'inquire', 'force', 'reverse', 'reassign', 'note'] as const
export type StuckAction = (typeof stuckActions)[number]

export type Stuck = {
  readonly id: Uuid
  readonly book: number
  readonly subject: StuckSubject
  readonly reason: StuckReason
  /** For operators: one sentence about what happened. */
  readonly detail: string
  /** Grows whenever the reason, the detail or the matters that wait behind the entry change. */
  readonly revision: number
  readonly since: Timestamp
  /** How long it has been open, or was, in whole seconds by the database's clock. */
  readonly ageSeconds: number
  /** The operator who works on it: a name that operators have agreed on. */
  readonly owner: string | undefined
  /** A decision was taken and is being carried out. */
  readonly isDeciding: boolean
  readonly decision: string | undefined
  readonly evidence: string | undefined
  readonly resolvedAt: Timestamp | undefined
  /** The decision that ended it; `settled` when it ended by itself. */
  readonly resolution: string | undefined
}

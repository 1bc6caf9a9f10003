import type { Timestamp, Uuid } from '#kernel'
import type { StuckReason } from '../machine.ts'
import type { SubjectKind } from '../payment.ts'
import type { MatterChange } from './matters.ts'

/**
 * What can need a person: beside payments' subjects a saga whose compensation failed, and an event of a
 * rail that belongs to none of them.
 */
export type StuckSubject = { readonly kind: SubjectKind | 'saga' | 'event'; readonly id: Uuid }

/** The book of what is in no book: administrators of any book see to it. */
export const noBook = 0

/**
 * What an input did to the stuck list. `stuck`: it needs a person, or still does, for this reason. `resolved`: it needs
 * nobody any more for this one, or for none; `isReplaced`: as it needs somebody for another instead, which is the same entry.
 * `decided`: a person's decision has been carried out and changed nothing by itself, so another one may be taken.
 */
export type StuckChange = { readonly subject: StuckSubject; readonly book: number } & (
  | Extract<MatterChange, { readonly change: 'stuck' }>
  | (Extract<MatterChange, { readonly change: 'resolved' }> & { readonly isReplaced?: boolean })
  | { readonly change: 'decided' }
)

/** What a person may do. The first four are decisions: they are handed to the engine and carried out there. */
export const stuckActions = ['retry', 'inquire', 'force', 'reverse', 'reassign', 'note'] as const
export type StuckAction = (typeof stuckActions)[number]

/** An entry of the stuck list. */
export type Stuck = {
  readonly id: Uuid
  readonly book: number
  readonly subject: StuckSubject
  readonly reason: StuckReason
  /** For people: what happened, one sentence. */
  readonly detail: string
  readonly since: Timestamp
  /** How long it has been open, or was, whole seconds by the database's clock. */
  readonly ageSeconds: number
  /** Who sees to it: a name that people have agreed on. */
  readonly owner: string | undefined
  /** A decision was taken and is being carried out. */
  readonly isDeciding: boolean
  /** The last decision. */
  readonly decision: string | undefined
  readonly evidence: string | undefined
  readonly resolvedAt: Timestamp | undefined
  /** The decision that ended it; `settled` when it ended by itself. */
  readonly resolution: string | undefined
}

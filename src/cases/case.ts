import type { Timestamp, Uuid } from '#kernel'

/** What a case is about: a subject of the module that has the queue, such as a payment. */
export type CaseSubject<Kind extends string = string> = { readonly kind: Kind; readonly id: Uuid }

/** The book of subjects that are in no book. Operators see their cases. */
export const noBook = 0

/** The actions of operators. The module that has the queue carries out the first four. */
export const caseActions = ['retry', 'inquire', 'force', 'reverse', 'reassign', 'note'] as const
export type CaseAction = (typeof caseActions)[number]

export const statedOutcomes = ['succeeded', 'failed'] as const
export type StatedOutcome = (typeof statedOutcomes)[number]

/** An action that changes the subject. `force` states the outcome; the evidence is kept with the case. */
export type SubjectAction =
  | { readonly action: 'retry' }
  | { readonly action: 'inquire' }
  | { readonly action: 'force'; readonly outcome: StatedOutcome; readonly evidence: string }
  | { readonly action: 'reverse' }

/** How soon operators should look at a case, compared with others of the same age. */
export const casePriorities = ['high', 'normal', 'low'] as const
export type CasePriority = (typeof casePriorities)[number]

/**
 * Work for an operator. An open case is known by its queue, subject, reason and key; a subject may have several.
 * Cases of one subject are worked on one at a time, the newest first, except those that stand apart.
 */
export type Case = {
  readonly id: Uuid
  readonly book: number
  readonly queue: string
  readonly subject: CaseSubject
  readonly reason: string
  /** Tells cases of one subject and reason apart; empty when there is only one. */
  readonly key: string
  /** For operators: one sentence about what happened. */
  readonly detail: string
  /** Grows whenever the case, or another one that is in line with it, changes. */
  readonly revision: number
  readonly priority: CasePriority
  readonly since: Timestamp
  readonly dueAt: Timestamp
  /** Open after `dueAt`, by the database's clock. */
  readonly isOverdue: boolean
  /** How long it has been open, or was, in whole seconds by the database's clock. */
  readonly ageSeconds: number
  /** The operator who works on it: a name that operators have agreed on. */
  readonly owner: string | undefined
  /** A newer case of the same subject comes first. */
  readonly isWaiting: boolean
  /** An action was taken and is being carried out. */
  readonly isActing: boolean
  readonly lastAction: CaseAction | undefined
  readonly evidence: string | undefined
  readonly resolvedAt: Timestamp | undefined
  /** The action that ended it; `settled`: it ended without one; `replaced`: a case of another reason goes on from it. */
  readonly resolution: string | undefined
}

/** The parts of a case that its actions depend on. */
export type CaseState = Pick<Case, 'subject' | 'reason' | 'isWaiting' | 'isActing' | 'resolvedAt'>

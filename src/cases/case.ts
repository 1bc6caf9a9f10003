import type { Timestamp, Uuid } from '#kernel'
import type { Principal } from '#platform/http'

/** A subject of the module that owns the queue, such as a payment. */
export type CaseSubject<Kind extends string = string> = { readonly kind: Kind; readonly id: Uuid }

/** The book of subjects that belong to no book. Operators see their cases. */
export const noBook = 0

/** The module that owns the queue carries out the first five. */
export const caseActions = ['retry', 'inquire', 'force', 'reverse', 'write_off', 'reassign', 'note'] as const
export type CaseAction = (typeof caseActions)[number]

export const statedOutcomes = ['succeeded', 'failed'] as const
export type StatedOutcome = (typeof statedOutcomes)[number]

/** An action that changes the subject. `force` states the outcome; the evidence is kept with the case. */
export type SubjectAction =
  | { readonly action: 'retry' }
  | { readonly action: 'inquire' }
  /** `railReference`: under which the success was seen at the rail. `attempt`: of which the outcome is stated. */
  | {
      readonly action: 'force'
      readonly outcome: StatedOutcome
      readonly evidence: string
      readonly railReference?: string
      readonly attempt?: Uuid
    }
  | { readonly action: 'reverse' }
  /** Gives the amount up. Beyond a limit, two people have to want it. */
  | { readonly action: 'write_off'; readonly text: string }

export const casePriorities = ['high', 'normal', 'low'] as const
export type CasePriority = (typeof casePriorities)[number]

/** What a case is about, as far as its module knows. */
export type CaseAbout = {
  /** The attempt at a rail. Its id is the idempotency key that the rail got. */
  readonly attempt?: Uuid | undefined
  /** Minor units of `asset`. */
  readonly amount?: bigint | undefined
  readonly asset?: string | undefined
}

/** Queue, subject, reason and key identify an open case. Cases in line are worked on newest first, one at a time. */
export type Case = {
  readonly id: Uuid
  readonly book: number
  readonly queue: string
  readonly subject: CaseSubject
  readonly reason: string
  /** Distinguishes cases of one subject and reason; empty when there is only one. */
  readonly key: string
  readonly detail: string
  readonly about: CaseAbout
  /** Grows whenever the case, or another one in line with it, changes. */
  readonly revision: number
  readonly priority: CasePriority
  readonly since: Timestamp
  readonly dueAt: Timestamp
  readonly isOverdue: boolean
  /** How long it is or was open, by the database's clock. */
  readonly ageSeconds: number
  readonly owner: string | undefined
  readonly isWaiting: boolean
  readonly isActing: boolean
  readonly lastAction: CaseAction | undefined
  readonly evidence: string | undefined
  /** Waits for a second person, until the case changes. */
  readonly proposed: { readonly by: Principal; readonly action: CaseAction } | undefined
  readonly resolvedAt: Timestamp | undefined
  /** The action that ended it, `settled` (no action), or `replaced` (a case of another reason continues it). */
  readonly resolution: string | undefined
}

export type CaseState = Pick<Case, 'subject' | 'reason' | 'isWaiting' | 'isActing' | 'resolvedAt'>

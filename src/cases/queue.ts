import { decodeId, encodeId, type IdPrefix, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Case, CaseAction, CasePriority, CaseState, CaseSubject, StatedOutcome, SubjectAction } from './case.ts'

/** A reason for which a queue opens cases. */
export type QueueReason = {
  /** The queue's promise to look at it: a case that is open for longer is overdue. */
  readonly dueWithinSeconds: number
  /** Default: `normal`. */
  readonly priority?: CasePriority
  /** It is worked on beside other cases of its subject, not in line with them. */
  readonly standsApart?: true
  /** For operators: the event that resolves it without an action. */
  readonly closesWhen: string
}

/** A queue of cases, as the module that has it declares it: data and pure functions. */
export type CaseQueue<Reason extends string = string, Kind extends string = string> = {
  readonly name: string
  readonly reasons: Readonly<Record<Reason, QueueReason>>
  /** The kinds of its subjects, each with the prefix of their public ids; null: they have none. */
  readonly subjects: Readonly<Record<Kind, IdPrefix | null>>
  /** The actions on the subject that are safe for this reason, without regard to an action under way. */
  actionsOn(state: { readonly reason: Reason; readonly kind: Kind }): readonly SubjectAction['action'][]
  /** The outcomes that `force` may state. */
  outcomesOf(state: { readonly reason: Reason; readonly kind: Kind }): readonly StatedOutcome[]
}

/** How the module that has a queue carries out the actions on its cases. */
export type CaseHandler = {
  /** Locks the subject's own row. The module locks it before its cases; actions on a case do so in the same order. */
  readonly lockSubject?: (tx: Transaction, subject: CaseSubject & { readonly book: number }) => Promise<void>
  /**
   * Carries out an action in the caller's transaction. `done`: the case is resolved. `started`: the module resolves it,
   * or allows another action, in a later transaction.
   */
  readonly carryOut: (tx: Transaction, acted: ActedCase, action: SubjectAction, by: Uuid) => Promise<'done' | 'started'>
}

/** The case that an action is about. */
export type ActedCase = Pick<Case, 'id' | 'book' | 'subject' | 'reason' | 'key'>

const always: readonly CaseAction[] = ['reassign', 'note']

/** The actions allowed now: no other one while one is carried out, while a newer case comes first, or after the end. */
export function allowedActions(queue: CaseQueue, state: CaseState): readonly CaseAction[] {
  if (state.resolvedAt !== undefined) return ['note']
  if (state.isActing || state.isWaiting) return always
  return [...subjectActions(queue, state), ...always]
}

/** The actions on the subject that are safe for the case's reason. */
export function subjectActions(queue: CaseQueue, { reason, subject }: Pick<CaseState, 'reason' | 'subject'>) {
  return queue.actionsOn({ reason, kind: subject.kind })
}

/** The outcomes that `force` may state about the case. */
export function allowedOutcomes(queue: CaseQueue, { reason, subject }: Pick<CaseState, 'reason' | 'subject'>) {
  return queue.outcomesOf({ reason, kind: subject.kind })
}

/** The public id of a subject; 32 hexadecimal digits when its kind has no prefix. */
export function subjectId(queue: CaseQueue, { kind, id }: CaseSubject): string {
  const prefix = queue.subjects[kind]
  return prefix === null || prefix === undefined ? id : encodeId(prefix, id)
}

/** Reads the public id of a subject of any of the queues; undefined when it is not one. */
export function readSubjectId(queues: readonly CaseQueue[], text: string): Uuid | undefined {
  if (/^[0-9a-f]{32}$/.test(text)) return text
  const prefixes = queues.flatMap(({ subjects }) => Object.values(subjects)).filter((prefix) => prefix !== null)
  for (const prefix of prefixes) {
    const id = decodeId(prefix, text)
    if (id !== undefined) return id
  }
  return undefined
}

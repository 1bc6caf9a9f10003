import { decodeId, encodeId, type IdPrefix, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Case, CaseAction, CasePriority, CaseState, CaseSubject, StatedOutcome, SubjectAction } from './case.ts'

export type QueueReason = {
  /** A case that is open for longer is overdue. */
  readonly dueWithinSeconds: number
  readonly priority?: CasePriority
  /** Its cases are worked on beside the subject's other cases, not in line with them. */
  readonly standsApart?: true
  /** For operators: the event that resolves it without an action. */
  readonly closesWhen: string
}

/** A queue, as the module that owns it declares it: data and pure functions. */
export type CaseQueue<Reason extends string = string, Kind extends string = string> = {
  readonly name: string
  readonly reasons: Readonly<Record<Reason, QueueReason>>
  /** Each kind with the prefix of its public ids; null when it has none. */
  readonly subjects: Readonly<Record<Kind, IdPrefix | null>>
  /** The actions that are safe for the reason, regardless of an action under way. */
  actionsOn(state: { readonly reason: Reason; readonly kind: Kind }): readonly SubjectAction['action'][]
  outcomesOf(state: { readonly reason: Reason; readonly kind: Kind }): readonly StatedOutcome[]
}

/** How the module that owns a queue carries out the actions on its cases. */
export type CaseHandler = {
  /** Whether two people have to want the action on the case. */
  readonly needsTwo?: (found: Pick<Case, 'about'>, action: SubjectAction) => boolean
  /** Locks the subject's own row. Lock order: the subject, then its cases. */
  readonly lockSubject?: (tx: Transaction, subject: CaseSubject & { readonly book: number }) => Promise<void>
  /** Why the action names something that is not what the case is about. Undefined: it does not. */
  readonly refuse?: (tx: Transaction, acted: ActedCase, action: SubjectAction) => Promise<string | undefined>
  readonly carryOut: (tx: Transaction, acted: ActedCase, action: SubjectAction, by: Uuid) => Promise<CarriedOut>
}

/**
 * `done`: the case is resolved. `started`: a later transaction resolves it or allows another action. `left`: the action
 * is over, and the case stays open, with this detail.
 */
export type CarriedOut = 'done' | 'started' | { readonly left: string }

export type ActedCase = Pick<Case, 'id' | 'book' | 'subject' | 'reason' | 'key'>

const always: readonly CaseAction[] = ['reassign', 'note']

/** No other action is allowed while one is carried out, while a newer case comes first, or after the end. */
export function allowedActions(queue: CaseQueue, state: CaseState): readonly CaseAction[] {
  if (state.resolvedAt !== undefined) return ['note']
  if (state.isActing || state.isWaiting) return always
  return [...subjectActions(queue, state), ...always]
}

type AboutSubject = Pick<CaseState, 'reason' | 'subject'>

/** A newer process may open cases for reasons, or about kinds, that this one does not know. It acts on none of them. */
function isKnown({ reasons, subjects }: CaseQueue, { reason, subject }: AboutSubject): boolean {
  return Object.hasOwn(reasons, reason) && Object.hasOwn(subjects, subject.kind)
}

export function subjectActions(queue: CaseQueue, state: AboutSubject): readonly SubjectAction['action'][] {
  return isKnown(queue, state) ? queue.actionsOn({ reason: state.reason, kind: state.subject.kind }) : []
}

export function allowedOutcomes(queue: CaseQueue, state: AboutSubject): readonly StatedOutcome[] {
  return isKnown(queue, state) ? queue.outcomesOf({ reason: state.reason, kind: state.subject.kind }) : []
}

/** Stands for a queue of a newer process. Its cases can be reassigned and get notes. */
export function unknownQueue(name: string): CaseQueue {
  return { name, reasons: {}, subjects: {}, actionsOn: () => [], outcomesOf: () => [] }
}

export function subjectId(queue: CaseQueue, { kind, id }: CaseSubject): string {
  const prefix = queue.subjects[kind]
  return prefix === null || prefix === undefined ? id : encodeId(prefix, id)
}

export function readSubjectId(queues: readonly CaseQueue[], text: string): Uuid | undefined {
  if (/^[0-9a-f]{32}$/.test(text)) return text
  const prefixes = queues.flatMap(({ subjects }) => Object.values(subjects)).filter((prefix) => prefix !== null)
  for (const prefix of prefixes) {
    const id = decodeId(prefix, text)
    if (id !== undefined) return id
  }
  return undefined
}

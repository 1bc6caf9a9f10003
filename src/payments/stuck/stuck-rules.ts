import type { StuckReason } from '../machine.ts'
import type { Stuck, StuckAction, StuckSubject } from './stuck.ts'

type Outcome = 'succeeded' | 'failed'

/**
 * What reason is decided how, and how soon. `outcomes`: what may be stated by force; `withinSeconds`: an
 * entry that is older is overdue.
 */
type Rule = {
  readonly actions: readonly StuckAction[]
  readonly outcomes: readonly Outcome[]
  readonly withinSeconds: number
}

const hourSeconds = 3_600
const either: readonly Outcome[] = ['succeeded', 'failed']
const done: readonly Outcome[] = ['succeeded']

/**
 * By reason, the decisions that cannot do harm in that state. What may have happened at a rail is never
 * submitted again, so `outcome_unknown` has no retry; what has certainly not happened has nothing to
 * inquire about. A dead letter is retried by being replayed. A forced outcome states what somebody has seen outside, and needs evidence; where only
 * `succeeded` can be stated it says that what was to be done has been done by hand.
 */
const rules: Readonly<Record<StuckReason, Rule>> = {
  outcome_unknown: { actions: ['inquire', 'force'], outcomes: either, withinSeconds: hourSeconds },
  wrong_amount: { actions: ['reverse', 'force'], outcomes: either, withinSeconds: 24 * hourSeconds },
  late_success: { actions: ['retry', 'force'], outcomes: done, withinSeconds: 4 * hourSeconds },
  compensation_failed: { actions: ['retry', 'inquire', 'force'], outcomes: done, withinSeconds: hourSeconds },
  dispute_after_refund: { actions: ['force'], outcomes: done, withinSeconds: 24 * hourSeconds },
  unmatched_event: { actions: ['force'], outcomes: done, withinSeconds: 24 * hourSeconds },
  booking_refused: { actions: ['retry', 'reverse'], outcomes: [], withinSeconds: 4 * hourSeconds },
  rail_unavailable: { actions: ['retry', 'reverse'], outcomes: [], withinSeconds: hourSeconds },
  unbooked: { actions: ['retry'], outcomes: [], withinSeconds: hourSeconds },
  dead_letter: { actions: ['retry', 'force'], outcomes: done, withinSeconds: hourSeconds },
}

const always: readonly StuckAction[] = ['reassign', 'note']

type Asked = Pick<Stuck, 'reason' | 'isDeciding' | 'resolvedAt'> & { readonly subject: Pick<StuckSubject, 'kind'> }

/** What a person may do now: while a decision is being carried out, and after the end, no other one. */
export function allowedActions(stuck: Asked): readonly StuckAction[] {
  if (stuck.resolvedAt !== undefined) return ['note']
  if (stuck.isDeciding) return always
  return [...decisionsOn(stuck), ...always]
}

/** The decisions that are safe for what is stuck, apart from whether one is under way. */
export function decisionsOn({ reason, subject }: Asked): readonly StuckAction[] {
  const { actions } = rules[reason]
  // A step of the program's own has nobody to be asked. Only a payment has something to give back.
  if (subject.kind === 'saga') return actions.filter((action) => action === 'retry' || action === 'force')
  return subject.kind === 'payment' ? actions : actions.filter((action) => action !== 'reverse')
}

/**
 * What may be stated by force. A refund that undoes something may also be given up, which nothing else ends: of what came
 * too late only when a dispute has taken it.
 */
export function outcomesOf({ reason, subject }: Pick<Asked, 'reason' | 'subject'>): readonly Outcome[] {
  const undoes = reason === 'compensation_failed' || reason === 'late_success'
  return undoes && subject.kind === 'refund' ? either : rules[reason].outcomes
}

/** Seconds after which an entry of that reason is overdue. */
export function overdueAfterSeconds(reason: StuckReason): number {
  return rules[reason].withinSeconds
}

/** Whether it has waited longer for a person than its reason allows. */
export function isOverdue({ reason, ageSeconds, resolvedAt }: Pick<Stuck, 'reason' | 'ageSeconds' | 'resolvedAt'>) {
  return resolvedAt === undefined && ageSeconds > overdueAfterSeconds(reason)
}

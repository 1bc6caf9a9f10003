import type { StuckReason } from '../machine.ts'
import type { Stuck, StuckAction, StuckSubject } from './stuck.ts'

type Outcome = 'succeeded' | 'failed'

/**
 * How an entry of a reason is decided, and how soon. `outcomes`: the outcomes that may be stated by force.
 * `withinSeconds`: an older entry is overdue.
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
 * For each reason, the decisions that are safe in that state. An operation that may have happened at a rail is never
 * submitted again, so `outcome_unknown` has no retry. An operation that certainly has not happened has nothing to
 * inquire about. A dead letter is retried by replaying it. A forced outcome states a fact that an operator has seen
 * outside, and needs evidence. If only `succeeded` can be stated, it means that the work was done by hand.
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

/** The actions allowed now: while a decision is being carried out, and after the end, no other decision. */
export function allowedActions(stuck: Asked): readonly StuckAction[] {
  if (stuck.resolvedAt !== undefined) return ['note']
  if (stuck.isDeciding) return always
  return [...decisionsOn(stuck), ...always]
}

/** The decisions that are safe for the entry, whether or not one is under way. */
export function decisionsOn({ reason, subject }: Asked): readonly StuckAction[] {
  const { actions } = rules[reason]
  // A step of Munim's own has no rail to ask. Only a payment has something to refund.
  if (subject.kind === 'saga') return actions.filter((action) => action === 'retry' || action === 'force')
  return subject.kind === 'payment' ? actions : actions.filter((action) => action !== 'reverse')
}

/**
 * The outcomes that may be stated by force. A refund that undoes something may also be given up, because nothing else
 * ends it. A refund of money that came too late may be given up only when a dispute has taken the money. A refund or
 * payout in another amount is booked so: the difference is accepted, unless the rail denies it.
 */
export function outcomesOf({ reason, subject }: Pick<Asked, 'reason' | 'subject'>): readonly Outcome[] {
  if (reason === 'wrong_amount' && subject.kind !== 'payment') return done
  const undoes = reason === 'compensation_failed' || reason === 'late_success'
  return undoes && subject.kind === 'refund' ? either : rules[reason].outcomes
}

export function overdueAfterSeconds(reason: StuckReason): number {
  return rules[reason].withinSeconds
}

/** Whether it has waited longer for an operator than its reason allows. */
export function isOverdue({ reason, ageSeconds, resolvedAt }: Pick<Stuck, 'reason' | 'ageSeconds' | 'resolvedAt'>) {
  return resolvedAt === undefined && ageSeconds > overdueAfterSeconds(reason)
}

import type { StuckReason } from '../machine.ts'
import type { Stuck, StuckAction, StuckSubject } from './stuck.ts'

/** What reason is decided how, and how soon. `withinSeconds`: an entry that is older is overdue. */
type Rule = { readonly actions: readonly StuckAction[]; readonly withinSeconds: number }

const hourSeconds = 3_600

/**
 * By reason, the decisions that cannot do harm in that state. What may have happened at a rail is never
 * submitted again, so `outcome_unknown` has no retry; what has certainly not happened has nothing to
 * inquire about. A forced outcome states what somebody has seen outside, and needs evidence.
 */
const rules: Readonly<Record<StuckReason, Rule>> = {
  outcome_unknown: { actions: ['inquire', 'force'], withinSeconds: hourSeconds },
  wrong_amount: { actions: ['reverse', 'force'], withinSeconds: 24 * hourSeconds },
  late_success: { actions: ['retry', 'force'], withinSeconds: 4 * hourSeconds },
  compensation_failed: { actions: ['retry', 'inquire', 'force'], withinSeconds: hourSeconds },
  dispute_after_refund: { actions: ['force'], withinSeconds: 24 * hourSeconds },
  unmatched_event: { actions: ['force'], withinSeconds: 24 * hourSeconds },
  booking_refused: { actions: ['retry', 'reverse'], withinSeconds: 4 * hourSeconds },
  rail_unavailable: { actions: ['retry', 'reverse'], withinSeconds: hourSeconds },
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
  // There is no second way for a refund but the one it has: only a payment has something to give back.
  return subject.kind === 'payment' ? actions : actions.filter((action) => action !== 'reverse')
}

/** Whether it has waited longer for a person than its reason allows. */
export function isOverdue({ reason, ageSeconds, resolvedAt }: Pick<Stuck, 'reason' | 'ageSeconds' | 'resolvedAt'>) {
  return resolvedAt === undefined && ageSeconds > rules[reason].withinSeconds
}

import type { CaseQueue, StatedOutcome, SubjectAction } from '#cases'
import type { CaseReason } from '../machine.ts'
import type { CaseSubjectKind } from './subject.ts'

type Rule = {
  readonly actions: readonly SubjectAction['action'][]
  readonly outcomes: readonly StatedOutcome[]
}

const either: readonly StatedOutcome[] = ['succeeded', 'failed']
const done: readonly StatedOutcome[] = ['succeeded']

/**
 * The actions that are safe for each reason. An operation that may have happened is never submitted again, so
 * `outcome_unknown` has no retry. An operation that certainly has not happened needs no inquiry. A dead letter is
 * retried by replaying it. A forced outcome needs evidence. If only `succeeded` can be stated, the work was done by
 * hand.
 */
const rules: Readonly<Record<CaseReason, Rule>> = {
  outcome_unknown: { actions: ['inquire', 'force'], outcomes: either },
  wrong_amount: { actions: ['reverse', 'force', 'write_off'], outcomes: either },
  late_success: { actions: ['retry', 'force', 'write_off'], outcomes: done },
  compensation_failed: { actions: ['retry', 'inquire', 'force'], outcomes: done },
  dispute_after_refund: { actions: ['force', 'write_off'], outcomes: done },
  unmatched_event: { actions: ['force'], outcomes: done },
  booking_refused: { actions: ['retry', 'reverse', 'write_off'], outcomes: [] },
  rail_unavailable: { actions: ['retry', 'reverse'], outcomes: [] },
  unbooked: { actions: ['retry'], outcomes: [] },
  dead_letter: { actions: ['retry', 'force'], outcomes: done },
  incoming_credit: { actions: ['force'], outcomes: done },
  credit_retracted: { actions: ['force'], outcomes: done },
  stranded: { actions: ['retry'], outcomes: [] },
}

const none: Rule = { actions: [], outcomes: [] }

/** A newer process may have opened the case for a reason that this one does not know. */
function ruleOf(reason: CaseReason): Rule {
  return Object.hasOwn(rules, reason) ? rules[reason] : none
}

const hour = 3_600

/** Cases about payments, captures, refunds, payouts, sagas, and events that match none. */
export const paymentsQueue: CaseQueue<CaseReason, CaseSubjectKind> = {
  name: 'payments',
  subjects: { payment: 'pay', capture: 'cap', refund: 'ref', payout: 'out', saga: 'saga', event: null },
  reasons: {
    outcome_unknown: { dueWithinSeconds: hour, closesWhen: 'The rail reports the outcome.' },
    wrong_amount: { dueWithinSeconds: 24 * hour, closesWhen: 'The rail corrects its report.' },
    late_success: { dueWithinSeconds: 4 * hour, closesWhen: 'No money of the payment is in suspense.' },
    compensation_failed: { dueWithinSeconds: hour, closesWhen: 'The rail reports that the operation is undone.' },
    dispute_after_refund: { dueWithinSeconds: 24 * hour, closesWhen: 'Suspense is no longer short of the amount.' },
    unmatched_event: { dueWithinSeconds: 24 * hour, closesWhen: 'Only an operator resolves it.' },
    booking_refused: { dueWithinSeconds: 4 * hour, closesWhen: 'The money is booked to its destination.' },
    rail_unavailable: { dueWithinSeconds: hour, closesWhen: 'Only an operator resolves it.' },
    unbooked: { dueWithinSeconds: hour, closesWhen: 'The report of the rail is booked.' },
    dead_letter: {
      dueWithinSeconds: hour,
      standsApart: true,
      closesWhen: 'The dead letters of the subject are replayed.',
    },
    incoming_credit: { dueWithinSeconds: 24 * hour, closesWhen: 'Only an operator resolves it.' },
    credit_retracted: {
      dueWithinSeconds: 4 * hour,
      closesWhen: 'The rail reports the credit again, which is another case.',
    },
    stranded: { dueWithinSeconds: hour, closesWhen: 'Only an operator resolves it.' },
  },
  // A saga has no rail to inquire at. Only a payment has something to refund.
  actionsOn: ({ reason, kind }) => {
    const { actions } = ruleOf(reason)
    if (kind === 'saga') return actions.filter((action) => action === 'retry' || action === 'force')
    if (kind === 'payment') return actions
    return actions.filter((action) => action !== 'reverse' && (action !== 'write_off' || kind !== 'capture'))
  },
  // A refund that undoes something may be given up: nothing else ends it. Giving up a refund of late money requires
  // that a dispute took the money. Another amount of a refund or payout is accepted as booked, unless the rail denies
  // it.
  outcomesOf: ({ reason, kind }) => {
    if (reason === 'wrong_amount' && kind !== 'payment') return done
    const undoes = reason === 'compensation_failed' || reason === 'late_success'
    return undoes && kind === 'refund' ? either : ruleOf(reason).outcomes
  },
}

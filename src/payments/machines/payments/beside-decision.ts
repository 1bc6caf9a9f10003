import { amountText } from '#kernel'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import type { Capture, Payment } from '../../payment.ts'
import { atOnce } from '../attempts/attempt-policy.ts'
import { settledByHand } from '../booking/by-hand.ts'
import { withLossAccepted } from '../suspense/accepted-loss.ts'
import { clawBack } from '../suspense/dispute.ts'
import {
  type Arrivals,
  amountOf,
  givenBackAs,
  ofReason,
  returned,
  type Suspended,
  suspendedOf,
} from '../suspense/suspended.ts'
import { endedWithThat, reverseEach } from '../suspense/suspense.ts'
import { owedOf, subjectOf } from './payment-rows.ts'
import { askForStrays, releasedByHand, releaseStraysAgain } from './stray-releases.ts'

/** A decision on a case alongside a payment that continues or has ended. */
export function decideBeside(
  payment: Payment,
  decision: SubjectAction,
  context: MachineContext,
  { about = 'outcome_unknown', seen }: { readonly about: CaseReason | undefined; readonly seen: Seen | undefined },
): Transition {
  const { currentAttempt } = payment
  switch (decision.action) {
    case 'force':
      return forceBeside(payment, decision, context, { about, seen })
    case 'retry':
      return retryBeside(payment, about, context)
    case 'inquire':
      if (about === 'compensation_failed') {
        return askForStrays(payment, context) ?? { note: 'Nothing can be asked.' }
      }
      if (currentAttempt === undefined) return { note: 'Nothing can be asked.' }
      return {
        timers: [atOnce('inquire', subjectOf(payment), currentAttempt, context)],
        note: 'Asking the rail again.',
      }
    case 'reverse':
      if (isNothingLeft(payment, about, context)) return nothingLeft
      return (
        giveBackExcess(payment, excessOf(payment, about, context), { why: 'wrong_amount' }, context) ?? {
          note: 'Nothing can be reversed; what was captured can be refunded.',
        }
      )
    case 'write_off':
      return { note: 'Nothing can be written off.' }
  }
}

function retryBeside(payment: Payment, about: CaseReason, context: MachineContext): Transition {
  const { currentAttempt } = payment
  if (isOwing(payment, about)) return clawBack(payment, context)
  if (isNothingLeft(payment, about, context)) return nothingLeft
  const cannot: Transition = { note: 'Nothing can be tried again.' }
  if (about === 'compensation_failed') return releaseStraysAgain(payment, context) ?? cannot
  const late = about === 'late_success' ? lateOf(payment, context) : []
  const back = giveBackExcess(payment, late, { why: 'late_success' }, context)
  if (back !== undefined || currentAttempt === undefined) return back ?? cannot
  return { timers: [atOnce('overdue', subjectOf(payment), currentAttempt, context)], note: 'To be tried again.' }
}

const nothingLeft: Transition = { note: 'Nothing of it is owed or in suspense any more.', caseChange: 'resolved' }

function isNothingLeft(payment: Payment, about: CaseReason, context: MachineContext): boolean {
  return about === 'booking_refused' && owedOf(payment) === 0n && excessOf(payment, about, context).length === 0
}

/** Whether a retry debits the recipients. Otherwise it goes to a rail. */
function isOwing(payment: Payment, about: CaseReason): boolean {
  return owedOf(payment) > 0n && about !== 'late_success' && about !== 'compensation_failed'
}

function forceBeside(
  payment: Payment,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  context: MachineContext,
  { about, seen }: { readonly about: CaseReason; readonly seen: Seen | undefined },
): Transition {
  const note = settledByHand(evidence)
  if (about === 'late_success') return lateReturned(payment, note, context)
  if (about === 'dispute_after_refund')
    return { payment: withLossAccepted(payment, context), note, caseChange: 'resolved' }
  if (about === 'compensation_failed') return releasedByHand(payment, { evidence, seen }, context)
  if (outcome === 'succeeded') return { note, caseChange: 'resolved' }
  return { ...returnedByHand(payment, excessOf(payment, about, context), context), note, caseChange: 'resolved' }
}

/** Late money that its rail could not refund stays in suspense until an operator has returned it another way. */
export function lateReturned(payment: Payment, note: string, context: MachineContext, capture?: Capture): Transition {
  const late = ofReason(suspendedOf(payment, context), 'late_success')
  const meant = capture === undefined ? late : late.filter(({ attempt }) => attempt.subject.id === capture.id)
  return { ...returnedByHand(payment, meant, context), note, caseChange: 'resolved' }
}

function returnedByHand(payment: Payment, parts: readonly Suspended[], context: MachineContext) {
  const { payment: row, ...step } = returned(payment, parts, context)
  return { ...step, payment: parts.length === 0 ? row : endedWithThat(row, step.attempts, context) }
}

/** What a rail took beyond an operator's statement, or the books refused, as far as it is in suspense. */
export function excessOf(payment: Payment, about: CaseReason, context: Arrivals): Suspended[] {
  if (about !== 'wrong_amount' && about !== 'booking_refused') return []
  return suspendedOf(payment, context).filter(({ attempt }) => attempt.suspended?.why === about)
}

/** Late money that its rail may return under the reference by which it came. */
function lateOf(payment: Payment, context: MachineContext): Suspended[] {
  const late = ofReason(suspendedOf(payment, context), 'late_success')
  const canRefund = (rail: string) => context.capabilities(rail)?.operations.has('refund') !== false
  return late.filter(({ attempt }) => givenBackAs(attempt) !== undefined && canRefund(attempt.rail))
}

function giveBackExcess(
  payment: Payment,
  excess: readonly Suspended[],
  { why }: { readonly why: CaseReason },
  context: MachineContext,
): Transition | undefined {
  if (excess.length === 0) return undefined
  const note = `${amountText(amountOf(excess), payment.asset)} came and is not kept.`
  const back = reverseEach(payment, excess, { why, note }, context)
  return back.caseChange === undefined ? { ...back, events: ['payment.resolved'], caseChange: 'resolved' } : back
}

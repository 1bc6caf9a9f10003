import type { MachineContext, StuckDecision, StuckReason, Transition } from '../machine.ts'
import type { Payment } from '../payment.ts'
import { atOnce, isDenied } from './attempt-policy.ts'
import { settledByHand } from './by-hand.ts'
import { claim, undo } from './dispute.ts'
import { isBooked, lateReturnedByHand } from './late-beside.ts'
import { refundedFirst } from './never-moved.ts'
import { owedOf, subjectOf, withSuspended } from './payment-rows.ts'
import { instrumentOf, keptOf, outOfSuspense, reverseSuspended, reversingStill } from './suspense.ts'

/** A decision on what stands in the stuck list beside a payment that goes on, or has ended. */
export function decideBeside(
  payment: Payment,
  decision: StuckDecision,
  context: MachineContext,
  about: StuckReason = 'outcome_unknown',
): Transition {
  const { call } = payment
  switch (decision.action) {
    case 'force':
      return forceBeside(payment, decision, context, about)
    case 'retry':
      if (isOwing(payment, about)) return claim(payment, context)
      if (call === undefined) return { note: 'Nothing can be tried again.' }
      return { timers: [atOnce('overdue', subjectOf(payment), call, context)], note: 'To be tried again.' }
    case 'inquire':
      if (call === undefined) return { note: 'Nothing can be asked.' }
      return { timers: [atOnce('inquire', subjectOf(payment), call, context)], note: 'Asking the rail again.' }
    case 'reverse':
      if (hasExcess(payment, about, context)) return giveBackExcess(payment, context)
      return { note: 'Nothing can be reversed; what was captured can be refunded.' }
  }
}

/** What is tried again is to be paid by those who got the money, unless a rail is to be asked for it. */
function isOwing(payment: Payment, about: StuckReason): boolean {
  return owedOf(payment) > 0n && about !== 'late_success' && about !== 'compensation_failed'
}

/** What a person states of such a matter. */
function forceBeside(
  payment: Payment,
  { outcome, evidence }: Extract<StuckDecision, { action: 'force' }>,
  context: MachineContext,
  about: StuckReason,
): Transition {
  const note = settledByHand(evidence)
  const isOver = payment.phase === 'ended' || payment.phase === 'reversing'
  if (outcome === 'succeeded') {
    const isReturned = about === 'late_success' && isOver
    return (isReturned ? lateReturnedByHand(payment, note, context) : undefined) ?? { note, stuck: 'resolved' }
  }
  if (about === 'outcome_unknown' && isOver) {
    if (isOfAnother(payment, context)) {
      return { note: `${note} What is booked is of another attempt and stays.`, stuck: 'resolved' }
    }
    return refundedFirst(payment) ?? reversingStill(undo(payment, evidence, context), context)
  }
  if (hasExcess(payment, about, context)) return excessReturnedByHand(payment, evidence, context)
  return { note, stuck: 'resolved' }
}

/** Whether what was denied is something else than what is booked: another rail's charge, which has gone back, or an increment. */
function isOfAnother(payment: Payment, context: MachineContext): boolean {
  const own = context.attemptsOf(payment).findLast((attempt) => isBooked(payment, attempt))
  return own !== undefined && !isDenied(own)
}

/** Whether a rail took more than a person had stated, and the difference lies in suspense. */
function hasExcess(payment: Payment, about: StuckReason, context: MachineContext): boolean {
  const { rail, railReference } = payment
  return about === 'wrong_amount' && rail !== undefined && railReference !== undefined && keptOf(payment, context) > 0n
}

function giveBackExcess(payment: Payment, context: MachineContext): Transition {
  const { rail = '', railReference = '' } = payment
  const amount = keptOf(payment, context)
  const arrival = { rail, railReference, instrument: instrumentOf(payment), amount }
  const back = reverseSuspended(payment, arrival, 'wrong_amount', `${amount} came and is not kept.`, context)
  return back.stuck === undefined ? { ...back, events: ['payment.resolved'], stuck: 'resolved' } : back
}

/** The excess went back outside the rail, as a person has seen. */
function excessReturnedByHand(payment: Payment, evidence: string, context: MachineContext): Transition {
  const amount = keptOf(payment, context)
  return {
    payment: withSuspended(payment, -amount),
    commands: [outOfSuspense(payment, amount, context)],
    note: settledByHand(evidence),
    stuck: 'resolved',
  }
}

import { amountText } from '#kernel'
import type { CaseReason, Input, MachineContext, Seen, SubjectAction, Transition } from '../machine.ts'
import { reasonsOfSuspense } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../payment.ts'
import { isDecided, isDenied } from './attempts/attempt-policy.ts'
import { movedShown } from './attempts/moved-attempts.ts'
import { nextText, unknownsOf } from './attempts/unknown-outcomes.ts'
import { settledByHand } from './booking/by-hand.ts'
import { owedOf } from './payments/payment-rows.ts'
import { reasonOf } from './payments/payment-stated.ts'
import { holdsShown } from './payments/stray-releases.ts'
import { lossAcceptedAsSeen, lossesShown } from './suspense/accepted-loss.ts'
import { type Arrivals, ofReason, returned, type Suspended, suspendedOf, suspenseText } from './suspense/suspended.ts'
import { asSeen, type Shown, wasSeen } from './was-seen.ts'

type Subject = Payment | Capture | Refund | Payout

/**
 * What the operator of a case has seen of it. Unknown outcomes: the attempt that is decided next. Suspense: amounts by
 * attempt, less those that refunds hold. Clawbacks: the attempts that moved them. Holds: their failed releases.
 * Disputes: the losses. To write off: also what is owed, under the payment's id. Undefined: nothing that could change.
 */
export function seenOf(
  subject: Subject,
  about: CaseReason | undefined,
  context: Arrivals,
  action?: SubjectAction['action'],
): Seen | undefined {
  const why = about ?? reasonOf(subject)
  const shown = shownOf(subject, why, context)
  const isDebt = action === 'write_off' && why === 'booking_refused' && 'amountCaptured' in subject
  return shown && asSeen(isDebt ? [...shown, { id: subject.id, content: owedOf(subject) }] : shown)
}

function shownOf(subject: Subject, why: CaseReason, context: Arrivals): readonly Shown[] | undefined {
  if (why === 'outcome_unknown') return unknownShown(subject, context)
  if (!('amountCaptured' in subject)) return 'phase' in subject ? movedShown(subject, why, context) : undefined
  if (why === 'dispute_after_refund') return lossesShown(subject, context)
  if (why === 'compensation_failed') return holdsShown(subject, context)
  return reasonsOfSuspense.includes(why) ? ofReason(suspendedOf(subject, context), why).map(asShown) : undefined
}

/** The id of the subject means that nothing is unknown: older programs did not record unknown outcomes at all. */
function unknownShown(subject: Subject, context: Arrivals): Shown[] {
  const [next] = unknownsOf(subject, context.attemptsOf(subject))
  return [next === undefined ? { id: subject.id, content: 0n } : { id: next.id, content: next.amount }]
}

function asShown({ attempt, amount }: Suspended): Shown {
  return { id: attempt.id, content: amount }
}

/**
 * A decision on content that has changed since the operator saw it, as far as it moves nothing else then. Money stated
 * as returned leaves suspense if all of it was still there. A loss that was seen is accepted, as far as it is still
 * lost. Nothing is stated of another attempt. The case stays, with the current content. Undefined: nothing has changed,
 * or the decision is carried out on what was seen.
 */
export function changedSince(subject: Subject, input: Input, context: MachineContext): Transition | undefined {
  if (input.kind !== 'decision') return undefined
  const { decision, about, seen } = input
  const why = about ?? reasonOf(subject)
  const now = seen && seenOf(subject, about, context, decision.action)
  if (seen === undefined || now === undefined || isSame(seen, now)) return undefined
  if (why === 'outcome_unknown') return statedOfAnother(subject, decision, seen, context)
  if (!('amountCaptured' in subject)) return undefined
  if (why === 'dispute_after_refund') {
    return decision.action === 'force' ? lossAcceptedAsSeen(subject, decision, seen, context) : undefined
  }
  return reasonsOfSuspense.includes(why) ? changedInSuspense(subject, { decision, why, seen }, context) : undefined
}

export function isSame(seen: Seen, now: Seen): boolean {
  const ids = Object.keys(seen)
  return ids.length === Object.keys(now).length && ids.every((id) => seen[id] === now[id])
}

/** The attempt that the operator saw has been decided since, or another one is decided before it. */
function statedOfAnother(
  subject: Subject,
  decision: SubjectAction,
  seen: Seen,
  context: MachineContext,
): Transition | undefined {
  if (decision.action !== 'force') return undefined
  const attempts = context.attemptsOf(subject)
  const unknown = unknownsOf(subject, attempts)
  const [next] = unknown
  // Older programs recorded denied attempts only.
  const isOlder = Object.keys(seen).length === 0
  if (isOlder && (next === undefined || !isDenied(next))) return undefined
  const stated = attempts.find(({ id }) => seen[id] !== undefined)
  if (next === undefined && stated !== undefined && !isOtherwise(stated, decision.outcome)) {
    return { note: `Nothing was left to state: ${sinceText(stated)}.`, caseChange: 'resolved' }
  }
  const isDecidedSince = stated !== undefined && !unknown.includes(stated)
  const because = isDecidedSince ? sinceText(stated) : 'another attempt is decided first'
  const detail = `"force" was not carried out, as ${because}.${next === undefined ? '' : ` ${nextText(next)}`}`
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

function isOtherwise(stated: Attempt, outcome: 'succeeded' | 'failed'): boolean {
  const isKnown = isDecided(stated) || stated.state === 'not_sent'
  return isKnown && (stated.state === 'succeeded') !== (outcome === 'succeeded')
}

function sinceText({ operation, state }: Attempt): string {
  if (state === 'succeeded') return `the ${operation} has succeeded`
  return state === 'failed' || state === 'not_sent' ? `the ${operation} has failed` : `the ${operation} is under way`
}

type InSuspense = { readonly decision: SubjectAction; readonly why: CaseReason; readonly seen: Seen }

function changedInSuspense(payment: Payment, { decision, why, seen }: InSuspense, context: MachineContext): Transition {
  const suspended = ofReason(suspendedOf(payment, context), why)
  const isSeen = (one: Suspended) => wasSeen(asShown(one), seen)
  const known = suspended.filter(isSeen)
  if (known.length === Object.keys(seen).length && isReturn(decision, why)) {
    const others = suspended.filter((one) => !isSeen(one))
    const detail = `${settledByHand(decision.evidence)} More has come since.${suspenseText(payment, others)}`
    return { ...returned(payment, known, context), note: detail, caseChange: { why, detail } }
  }
  const left = suspenseText(payment, suspended) || owedText(payment) || ' Nothing of it is there now.'
  const detail = `"${decision.action}" was not carried out, as what is in suspense has changed since it was decided.${left}`
  const isOver = suspended.length === 0 && decision.action !== 'force' && payment.phase !== 'review'
  if (isOver && owedOf(payment) === 0n) return { note: detail, caseChange: 'resolved' }
  return { note: detail, caseChange: { why, detail } }
}

function owedText(payment: Payment): string {
  const owed = owedOf(payment)
  return owed > 0n ? ` Now owed: ${amountText(owed, payment.asset)}.` : ''
}

function isReturn(
  decision: SubjectAction,
  why: CaseReason,
): decision is Extract<SubjectAction, { readonly action: 'force' }> {
  return decision.action === 'force' && (why === 'late_success' || decision.outcome === 'failed')
}

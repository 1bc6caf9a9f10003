import type { CaseReason, Input, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons, reasonsOfSuspense } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { deniedOf } from '../attempts/denied.ts'
import { settledByHand } from '../booking/by-hand.ts'
import { lossAcceptedAsSeen, lossesSeen } from './accepted-loss.ts'
import { type Arrivals, ofReason, returned, type Suspended, suspendedOf, suspenseText } from './suspended.ts'

/**
 * The content of a payment's case. In suspense: amounts by attempt, less those that refunds hold. Unknown outcomes: the
 * denied attempt that is decided next. Disputes: the losses. Undefined: nothing that could change.
 */
export function seenOf(payment: Payment, about: CaseReason | undefined, context: Arrivals): Seen | undefined {
  const why = aboutOf(payment, about)
  if (why === 'outcome_unknown') {
    const [next] = deniedOf(payment, context.attemptsOf(payment))
    return next === undefined ? {} : { [next.id]: next.amount.toString() }
  }
  if (why === 'dispute_after_refund') return lossesSeen(payment, context)
  if (why === undefined || !reasonsOfSuspense.includes(why)) return undefined
  const suspended = ofReason(suspendedOf(payment, context), why)
  return Object.fromEntries(suspended.map(({ attempt, amount }) => [attempt.id, amount.toString()]))
}

function aboutOf({ reason }: Payment, about: CaseReason | undefined): CaseReason | undefined {
  return about ?? caseReasons.find((code) => code === reason)
}

/**
 * A decision on content that has changed since the operator saw it. Money stated as returned leaves suspense if all of
 * it was still there; otherwise nothing is moved. A loss that was seen is accepted, as far as it is still lost. The
 * case stays, with the current content. Undefined: nothing has changed, or the decision moves nothing of it.
 */
export function changedSince(
  payment: Payment,
  { decision, about, seen }: Extract<Input, { kind: 'decision' }>,
  context: MachineContext,
): Transition | undefined {
  const why = aboutOf(payment, about)
  const now = seenOf(payment, about, context)
  if (seen === undefined || why === undefined || now === undefined || isSame(seen, now)) return undefined
  if (why === 'dispute_after_refund') {
    return decision.action === 'force' ? lossAcceptedAsSeen(payment, decision, seen, context) : undefined
  }
  const notDone = `"${decision.action}" was not carried out, as`
  if (why === 'outcome_unknown') {
    if (decision.action !== 'force') return undefined
    const detail = `${notDone} a rail has denied something else since it was decided.`
    return { note: detail, stuck: { why, detail } }
  }
  const suspended = ofReason(suspendedOf(payment, context), why)
  const known = suspended.filter((one) => wasSeen(one, seen))
  if (known.length === Object.keys(seen).length && isReturn(decision, why)) {
    const others = suspended.filter((one) => !wasSeen(one, seen))
    const detail = `${settledByHand(decision.evidence)} More has come since.${suspenseText(payment, others)}`
    return { ...returned(payment, known, context), note: detail, stuck: { why, detail } }
  }
  const left = suspenseText(payment, suspended) || ' Nothing of it is there now.'
  const detail = `${notDone} what is in suspense has changed since it was decided.${left}`
  return { note: detail, stuck: { why, detail } }
}

function isSame(seen: Seen, now: Seen): boolean {
  const ids = Object.keys(seen)
  return ids.length === Object.keys(now).length && ids.every((id) => seen[id] === now[id])
}

function wasSeen({ attempt, amount }: Suspended, seen: Seen): boolean {
  return seen[attempt.id] === amount.toString()
}

function isReturn(
  decision: SubjectAction,
  why: CaseReason,
): decision is Extract<SubjectAction, { readonly action: 'force' }> {
  return decision.action === 'force' && (why === 'late_success' || decision.outcome === 'failed')
}

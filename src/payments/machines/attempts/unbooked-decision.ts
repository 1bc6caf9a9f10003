import type { RailDecline } from '#rails'
import type { Input, MachineContext, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../../payment.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { atOnce, inquiry, isDenied, isDoubted } from './attempt-policy.ts'
import { asReportedNow, isUnbooked, unbooked } from './unbooked.ts'
import { inDoubt } from './verdict.ts'

type Subject = Payment | Capture | Refund | Payout
type Decided = Extract<Input, { readonly kind: 'decision' }>
type Named = { readonly kind: SubjectKind; readonly subject: Subject }
type Follow = (input: Input) => Transition

/**
 * Nothing of the operation is booked, so the operator's statement replaces the rail's report. A success is booked as if
 * the rail had reported it now; a failure counts as a decline. Undefined: the decision is not about that.
 */
export function decideUnbooked(named: Named, input: Input, context: MachineContext, follow: Follow) {
  if (input.kind !== 'decision') return undefined
  if (input.about === unbooked) return tryAgain(named, context, follow)
  return input.about === 'outcome_unknown' ? decideDenied(named, input, context, follow) : undefined
}

function tryAgain({ kind, subject }: Named, context: MachineContext, follow: Follow): Transition {
  const left = context.attemptsOf(subject).filter((attempt) => isNothingBooked(subject, attempt))
  const booked = left.find((attempt) => !isDoubted(attempt) && !isDenied(attempt))
  if (booked !== undefined) return follow(asReportedNow(booked))
  const denied = left.find(isDenied)
  if (denied !== undefined) {
    const detail = `The rail ${denied.rail} said that the ${denied.operation} succeeded, and then that it failed. Nothing of it is booked: state first which holds.`
    return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
  }
  if (left.length > 0) return { note: 'The rail is being asked which of its answers holds; nothing is booked before.' }
  if (!isWaiting(subject)) return { note: 'Nothing waits to be booked any more.', caseChange: 'resolved' }
  const { currentAttempt } = subject
  if (currentAttempt === undefined) return { note: 'Nothing can be tried again.' }
  const timers = [atOnce('inquire', { kind, id: subject.id }, currentAttempt, context)]
  return { timers, note: 'Asking the rail again.' }
}

/** The rail reported both, or has confirmed success since. The operator states which holds, or inquires again. */
function decideDenied({ kind, subject }: Named, { decision }: Decided, context: MachineContext, follow: Follow) {
  const left = context.attemptsOf(subject).filter((attempt) => isNothingBooked(subject, attempt))
  const denied = left.find(isDenied)
  // A capture has one attempt, so an unknown outcome is about it. A payment may have others.
  const attempt = denied ?? (kind === 'capture' ? left[0] : undefined)
  if (attempt === undefined || isDoubted(attempt)) return undefined
  switch (decision.action) {
    case 'force':
      return stated(attempt, decision, follow)
    case 'inquire':
      if (denied === undefined) return confirmed(attempt)
      return { ...inquiry(inDoubt(denied), context), note: `Asking the rail ${denied.rail} again which holds.` }
    default:
      return undefined
  }
}

function confirmed({ rail }: Attempt): Transition {
  const detail = `The rail ${rail} has confirmed it, and the books have refused to take it. It is not booked.`
  return { note: detail, caseChange: { why: unbooked, detail } }
}

function stated(
  attempt: Attempt,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  follow: Follow,
): Transition {
  const note = settledByHand(evidence)
  const reported = asReportedNow(attempt)
  const decline: RailDecline = { code: byHand as string as RailDecline['code'], remedy: 'never', message: note }
  const step = follow(outcome === 'succeeded' ? reported : { ...reported, outcome: { kind: 'failed', decline } })
  const isOver = step.caseChange === undefined || step.caseChange === 'resolved'
  return isOver ? { ...step, note, caseChange: 'resolved' } : { ...step, note }
}

/** Whether the subject itself waits for the books. A pending request stays its reason. */
function isWaiting(subject: Subject): boolean {
  if (!('phase' in subject)) return subject.state === 'processing' && subject.reason === unbooked
  const known = caseReasons.find((code) => code === subject.reason) ?? unbooked
  return subject.phase === 'review' && known === unbooked
}

/** Also for an older attempt whose reason `unbooked` was overwritten by the rail's later reports. */
function isNothingBooked(subject: Subject, attempt: Attempt): boolean {
  const isOwn = attempt.id === subject.currentAttempt && attempt.state === 'succeeded' && isWaiting(subject)
  return isOwn || isUnbooked(attempt)
}

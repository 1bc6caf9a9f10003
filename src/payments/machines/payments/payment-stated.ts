import type { CaseReason, MachineContext, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { withStated } from '../attempts/attempt-policy.ts'
import { spread, transfer } from '../booking/bookings.ts'
import { settledByHand } from '../booking/by-hand.ts'
import { sharesOf } from '../booking/shares.ts'
import { type Suspended, suspenseText, withSuspendedPart } from '../suspense/suspended.ts'
import { expiryOf, release } from './authorization.ts'
import { ending, isUnwanted, paid, subjectOf, withExpiry, withSuspended } from './payment-rows.ts'

/** A pending cancel stays the reason of a payment whose outcome is unknown. */
export function reasonOf({ reason }: { readonly reason: string | undefined }): CaseReason {
  return caseReasons.find((code) => code === reason) ?? 'outcome_unknown'
}

export function cannot(
  payment: Payment,
  decision: SubjectAction,
  because: string,
  suspended: readonly Suspended[] = [],
): Transition {
  const detail = `"${decision.action}" could not be carried out: ${because}${suspenseText(payment, suspended)}`
  return { note: detail, caseChange: { why: reasonOf(payment), detail } }
}

export function resolving(step: Transition): Transition {
  const events = step.events ?? []
  return { ...step, events: events.length > 0 ? events : ['payment.resolved'], caseChange: 'resolved' }
}

/** The current attempt stays, to match the rail's own report when it comes. */
export function forceSuccess(
  payment: Payment,
  { rail, evidence }: { readonly rail: string; readonly evidence: string },
  context: MachineContext,
): Transition {
  const { currentAttempt } = payment
  const decision: SubjectAction = { action: 'force', outcome: 'succeeded', evidence }
  const attempt = context.attemptsOf(payment).find(({ id }) => id === currentAttempt)
  const attempts = attempt === undefined ? [] : [withStated(attempt)]
  if (payment.capture === 'manual') return forceAuthorized(payment, rail, decision, context)
  const source = context.accounts.clearing({ rail, asset: payment.asset })
  if (isUnwanted(payment)) {
    const row: Payment = { ...withSuspended(payment, payment.amount), reason: 'late_success' }
    const detail = `${settledByHand(evidence)} It was to be canceled: the money is in suspense, to be returned.`
    const destination = context.accounts.suspense(payment.asset)
    return {
      payment: row,
      attempts: attempts.map((one) => withSuspendedPart(one, payment.amount)),
      commands: [transfer(payment, { source, destination, amount: payment.amount }, context)],
      note: detail,
      caseChange: { why: 'late_success', detail },
    }
  }
  return {
    ...ending(payment, { ...paid(payment), currentAttempt }, settledByHand(evidence)),
    attempts,
    commands: spread(payment, source, sharesOf(payment), context),
    refused: (refusal) => cannot(payment, decision, `the books refused it (${refusal.code}).`),
  }
}

/** A hold can be captured and released only under the rail's reference. */
function forceAuthorized(
  payment: Payment,
  rail: string,
  decision: Extract<SubjectAction, { action: 'force' }>,
  context: MachineContext,
): Transition {
  const asked = context.attemptsOf(payment).find(({ id }) => id === payment.currentAttempt)
  const railReference = asked?.railReference ?? payment.railReference
  const attempts = asked === undefined ? [] : [withStated(asked)]
  if (railReference === undefined) {
    const because = `the rail ${rail} has not named the authorization, and without its name nothing of it can be captured or released. Ask the rail again, or state that it failed.`
    return cannot(payment, decision, because)
  }
  const expiresAt = expiryOf(payment, rail, context)
  const row = withExpiry(payment, expiresAt)
  const held: Payment = { ...row, phase: 'held', railReference, amountCapturable: payment.amount }
  if (isUnwanted(payment)) return { ...resolving(release(held, context)), attempts }
  return {
    payment: { ...held, state: 'authorized', reason: undefined },
    attempts,
    timers: [{ input: 'expire', subject: subjectOf(payment), at: expiresAt }],
    events: ['payment.authorized'],
    note: settledByHand(decision.evidence),
    caseChange: 'resolved',
  }
}

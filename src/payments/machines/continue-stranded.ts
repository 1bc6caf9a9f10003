import type { CaseReason, Input, MachineContext, Timer, Transition } from '../machine.ts'
import { caseReasons } from '../machine.ts'
import type { Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { atOnce } from './attempts/attempt-policy.ts'
import { unbooked } from './attempts/unbooked.ts'
import { arrivedOf, pendingRequestOf, requireReview } from './payments/payment-rows.ts'
import { requirePayoutReview } from './payouts/payout-rows.ts'
import { requireRefundReview } from './refunds/refund-rows.ts'
import { awaitedBy, type Subject } from './stranded.ts'

type Follow = (input: Input) => Transition

/**
 * Continues a subject for which no message was left: by the message that it lacks, or else as a case of another reason,
 * whose actions then apply. It submits nothing that may have happened. Undefined for any other input.
 */
export function continueStranded(
  { kind, subject }: { readonly kind: SubjectKind; readonly subject: Subject },
  input: Input,
  context: MachineContext,
  follow: Follow,
): Transition | undefined {
  if (input.kind !== 'decision' || input.about !== 'stranded') return undefined
  const named = { kind, id: subject.id }
  const over = { note: 'It goes on.', caseChange: 'resolved' } as const
  switch (awaitedBy(subject)) {
    case 'nothing':
      return { note: 'It has gone on by itself.', caseChange: 'resolved' }
    case 'start':
      return { ...over, timers: [{ input: 'start', subject: named, at: context.now }] }
    case 'expiry':
      return withoutIgnored(over, follow({ kind: 'expire' }))
    case 'release':
      return withoutIgnored(over, follow({ kind: isCanceled(subject) ? 'cancel' : 'expire' }))
    case 'attempt':
      return askedAgain({ kind, subject }, context) ?? { ...over, timers: timersOf({ kind, subject }, context) }
    case 'operator':
      return isNext(ownReason(subject), 'It waits for an operator, and had no case.')
    case 'refund':
      return withoutRefund(subject as Payment)
  }
}

function withoutIgnored(over: Transition, { ignored: _, ...step }: Transition): Transition {
  return { ...over, ...step, caseChange: step.caseChange ?? 'resolved' }
}

function isCanceled(subject: Subject): boolean {
  return 'amountCapturing' in subject && pendingRequestOf(subject) === 'cancel_requested'
}

function ownReason({ reason }: Subject): CaseReason {
  return caseReasons.find((code) => code === reason) ?? 'outcome_unknown'
}

function isNext(why: CaseReason, detail: string): Transition {
  return { note: detail, caseChange: { why, detail, isNext: true } }
}

/** At the time of its next inquiry, before which it would have no effect. */
function timersOf(
  { kind, subject }: { readonly kind: SubjectKind; readonly subject: Subject },
  context: MachineContext,
): Timer[] {
  const { id, currentAttempt } = subject
  if (currentAttempt === undefined) return []
  const attempt = context.attemptsOf(subject).find((one) => one.id === currentAttempt)
  const at = Math.max(context.now, attempt?.exchange?.inquireAt ?? 0)
  return [{ ...atOnce('overdue', { kind, id }, currentAttempt, context), at }]
}

/** Of an attempt that succeeded, and of which nothing was booked. It is booked by `retry`. */
function askedAgain(
  { kind, subject }: { readonly kind: SubjectKind; readonly subject: Subject },
  context: MachineContext,
): Transition | undefined {
  const attempt = context.attemptsOf(subject).find(({ id }) => id === subject.currentAttempt)
  if (attempt?.state !== 'succeeded') return undefined
  const detail = `The rail ${attempt.rail} did the ${attempt.operation}, and nothing of it is booked.`
  switch (kind) {
    case 'payment':
      return requireReview(subject as Payment, unbooked, detail)
    case 'capture':
      return {
        capture: { ...(subject as Capture), reason: unbooked },
        note: detail,
        caseChange: { why: unbooked, detail },
      }
    case 'refund':
      return requireRefundReview(subject as Refund, unbooked, detail)
    case 'payout':
      return requirePayoutReview(subject as Payout, unbooked, detail)
  }
}

/** Nothing returns its money in suspense. */
function withoutRefund(payment: Payment): Transition {
  const detail = 'It waited for a refund of its money in suspense, and there is none.'
  if (arrivedOf(payment) > 0n) return requireReview(payment, 'late_success', detail)
  return { payment: { ...payment, phase: 'ended' }, note: detail, caseChange: 'resolved' }
}

import type { CaseReason, MachineContext, Transition } from '../../machine.ts'
import type { Payment, Refund } from '../../payment.ts'
import { voidHolds } from '../booking/bookings.ts'
import { isFromSuspense } from '../suspense/suspended.ts'
import { givenBack } from '../suspense/suspense.ts'

/** Whether it returns captured money, and so has its amount reserved on the payment. */
export function isOfCaptured(refund: Refund, context: MachineContext): boolean {
  return !isFromSuspense(refund, context)
}

/** What came back of an attempt, or was made in another amount, counts no more once another attempt is the refund. */
export function asAskedFor({ amountReturned: _, ...refund }: Refund): Refund {
  return { ...refund, from: refund.from.map(({ captured: __, ...share }) => share) }
}

/** `done`: how much was really refunded; the rest can be refunded again. */
export function succeeding(
  payment: Payment,
  refund: Refund,
  note: string,
  context: MachineContext,
  done: bigint = refund.amount,
): Transition {
  return {
    ...(isOfCaptured(refund, context)
      ? {
          payment: {
            ...payment,
            amountRefunding: payment.amountRefunding - refund.amount,
            amountRefunded: payment.amountRefunded + done,
          },
        }
      : givenBack(payment, refund, done, context)),
    refund: { ...refund, state: 'succeeded', reason: undefined, phase: 'ended', holds: [], currentAttempt: undefined },
    events: ['refund.succeeded'],
    note,
    ...(refund.phase === 'review' ? { caseChange: 'resolved' } : {}),
  }
}

export function failing(
  payment: Payment,
  refund: Refund,
  { reason, note }: { readonly reason: string; readonly note: string },
  context: MachineContext,
): Transition {
  return {
    payment: isOfCaptured(refund, context)
      ? { ...payment, amountRefunding: payment.amountRefunding - refund.amount }
      : payment,
    refund: { ...refund, state: 'failed', reason, phase: 'ended', holds: [], currentAttempt: undefined },
    commands: voidHolds(refund.book, refund.holds),
    events: ['refund.failed'],
    note,
    ...(refund.phase === 'review' ? { caseChange: 'resolved' } : {}),
  }
}

/** Its holds and its reservation stay. */
export function requireRefundReview(refund: Refund, why: CaseReason, detail: string): Transition {
  return {
    refund: { ...refund, state: 'requires_review', reason: why, phase: 'review' },
    events: ['refund.requires_review'],
    note: detail,
    caseChange: { why, detail },
  }
}

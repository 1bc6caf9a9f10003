import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment } from '../../payment.ts'
import { isDecided } from '../attempts/attempt-policy.ts'
import { isWantedBack, pendingRequestOf, requireReview, withExpiry, withSuspended } from '../payments/payment-rows.ts'
import { confirmedOtherwise } from '../suspense/confirmed-otherwise.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'
import { intoSuspense } from '../suspense/suspense.ts'

// Captured money that no recipient gets is decided with the payment.

export function capturedOtherwise(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const { rail, amount: asked } = attempt
  const detail = `The rail ${rail} captured ${amountText(amount, payment.asset)} instead of ${amountText(asked, payment.asset)}; it is in suspense.`
  return underReview(payment, capture, { attempt, amount, why: 'wrong_amount', detail }, context)
}

export function capturedButRefused(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  refusal: LedgerRefusal,
  context: MachineContext,
): Transition {
  const detail = `The rail ${attempt.rail} captured it, and the books refused its way on (${refusal.code}); it is in suspense.`
  return underReview(payment, capture, { attempt, amount: capture.amount, why: 'booking_refused', detail }, context)
}

/** Keeps a pending request to end the payment as its expiry, because the operator's case replaces the request. */
function withEnd(payment: Payment, { now }: MachineContext): Payment {
  const { expiresAt = now } = payment
  return pendingRequestOf(payment) === undefined ? payment : withExpiry(payment, expiresAt < now ? expiresAt : now)
}

type Undelivered = {
  readonly attempt: Attempt
  readonly amount: bigint
  readonly why: 'wrong_amount' | 'booking_refused'
  readonly detail: string
}

function underReview(
  payment: Payment,
  capture: Capture,
  { attempt: reported, amount, why, detail: what }: Undelivered,
  context: MachineContext,
): Transition {
  const detail = isWantedBack(payment)
    ? `${what} The payer wants all of it back, so what is delivered is refunded.`
    : what
  const attempt = withSuspendedPart(reported, amount, why)
  const row = withSuspended(
    { ...withEnd(payment, context), amountCapturing: payment.amountCapturing - capture.amount },
    amount,
  )
  return {
    ...ofPayment(payment, requireReview(row, why, detail)),
    // A capture that only an operator stated keeps its attempt, to match the rail's own report when it comes.
    capture: {
      ...capture,
      state: 'failed',
      reason: why,
      currentAttempt: isDecided(reported) ? undefined : capture.currentAttempt,
    },
    attempt,
    commands: [intoSuspense(payment, { rail: attempt.rail, amount }, context)],
  }
}

export function confirmed(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const row: Capture = { ...capture, currentAttempt: undefined }
  // Its rail may have denied it in between.
  const settles = ['outcome_unknown'] as const
  if (amount === attempt.amount) {
    return { capture: row, note: `The rail ${attempt.rail} confirms the capture.`, settles }
  }
  const detail = `The capture was settled by hand in full, and the rail ${attempt.rail} captured ${amountText(amount, payment.asset)}.`
  const step = confirmedOtherwise(payment, attempt, { missing: attempt.amount - amount, detail }, context)
  return { ...ofPayment(payment, step), capture: row, settles }
}

export function ofPayment({ id }: Payment, step: Transition): Transition {
  const { caseChange } = step
  return typeof caseChange === 'object'
    ? { ...step, caseChange: { ...caseChange, subject: { kind: 'payment', id } } }
    : step
}

import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment } from '../../payment.ts'
import { isDecided } from '../attempts/attempt-policy.ts'
import { transfer } from '../booking/bookings.ts'
import { pendingRequestOf, requireReview, withExpiry, withLost, withSuspended } from '../payments/payment-rows.ts'
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
  return handedOver(payment, capture, { attempt, amount, why: 'wrong_amount', detail }, context)
}

export function capturedButRefused(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  refusal: LedgerRefusal,
  context: MachineContext,
): Transition {
  const detail = `The rail ${attempt.rail} captured it, and the books refused its way on (${refusal.code}); it is in suspense.`
  return handedOver(payment, capture, { attempt, amount: capture.amount, why: 'booking_refused', detail }, context)
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

function handedOver(
  payment: Payment,
  capture: Capture,
  { attempt: reported, amount, why, detail }: Undelivered,
  context: MachineContext,
): Transition {
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
  const { rail } = attempt
  const detail = `The capture was settled by hand in full, and the rail ${rail} captured ${amountText(amount, payment.asset)}.`
  const missing = attempt.amount - amount
  const clearing = context.accounts.clearing({ rail, asset: payment.asset })
  const suspense = context.accounts.suspense(payment.asset)
  const opening = ofPayment(payment, { note: detail, caseChange: { why: 'wrong_amount', detail }, settles })
  if (missing > 0n) {
    const leg = { source: suspense, destination: clearing, amount: missing }
    // The shortfall comes out of the money that is still in suspense. Beyond that it is lost.
    const lies = attempt.suspended?.amount ?? 0n
    const lost = missing > lies ? missing - lies : 0n
    return {
      ...opening,
      capture: row,
      payment: withLost(withSuspended(payment, lost - missing), lost),
      attempt: withSuspendedPart(attempt, lost - missing, 'wrong_amount'),
      commands: [transfer(payment, leg, context)],
    }
  }
  return {
    ...opening,
    capture: row,
    payment: withSuspended(payment, -missing),
    attempt: withSuspendedPart(attempt, -missing, 'wrong_amount'),
    commands: [intoSuspense(payment, { rail, amount: -missing }, context)],
  }
}

export function ofPayment({ id }: Payment, step: Transition): Transition {
  const { caseChange } = step
  return typeof caseChange === 'object'
    ? { ...step, caseChange: { ...caseChange, subject: { kind: 'payment', id } } }
    : step
}

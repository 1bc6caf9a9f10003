import type { Uuid } from '#kernel'
import type { MachineContext, Transition } from '../../machine.ts'
import { type Capture, type Payment, type Refund, type Share, untouched } from '../../payment.ts'
import { sumOf } from '../booking/shares.ts'
import { isUnwanted, isWantedBack } from '../payments/payment-rows.ts'
import { acceptedAt } from '../suspense/uncovered-loss.ts'

/** A final capture that succeeded leaves the request to release the rest. */
export function capturedPayment(payment: Payment, capture: Capture): Payment {
  const amountCapturing = payment.amountCapturing - capture.amount
  // A payment in review keeps its reason: an operator decides what happens to the rest.
  if (!capture.final || isUnwanted(payment) || payment.phase === 'review') return { ...payment, amountCapturing }
  return { ...payment, amountCapturing, state: 'processing', reason: 'capture_final' }
}

export function failedCapture(
  payment: Payment,
  capture: Capture,
  { reason, note }: { readonly reason: string; readonly note: string },
): Transition {
  const isHeld = payment.phase === 'held' || payment.phase === 'review'
  return {
    payment: {
      ...payment,
      amountCapturing: payment.amountCapturing - capture.amount,
      amountCapturable: payment.amountCapturable + (isHeld ? capture.amount : 0n),
    },
    capture: { ...capture, state: 'failed', reason, currentAttempt: undefined },
    note,
  }
}

/** Captured while the payer wants it back: those who get it give it back. `parts`: who gets how much of the capture. */
export function refundedAtOnce(
  before: Payment,
  step: Transition,
  { capture, parts }: { readonly capture: Capture; readonly parts: readonly Share[] },
  context: MachineContext,
): Transition {
  const { payment, note = '' } = step
  if (payment === undefined || !isWantedBack(before)) return step
  const newRefund = wantedRefund(payment, { id: context.renewableId(capture.id, 'refund'), parts }, context)
  const row = { ...payment, amountRefunding: payment.amountRefunding + newRefund.amount }
  return { ...step, payment: row, newRefunds: [newRefund], note: `${note} It is refunded, as the payer wants.` }
}

export function wantedRefund(
  payment: Payment,
  { id, parts }: { readonly id: Uuid; readonly parts: readonly Share[] },
  context: MachineContext,
): Refund {
  const from = parts.filter((share) => share.amount > 0n)
  return {
    id,
    book: payment.book,
    payment: payment.id,
    amount: sumOf(from),
    asset: payment.asset,
    to: { kind: 'source' },
    from,
    ...untouched,
    isReversal: true,
    metadata: {},
    createdAt: acceptedAt(payment, context.now),
  }
}

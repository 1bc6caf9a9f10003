import type { Transition } from '../../machine.ts'
import type { Capture, Payment } from '../../payment.ts'
import { isUnwanted } from '../payments/payment-rows.ts'

/** A final capture that succeeded leaves the request to release the rest. */
export function capturedPayment(payment: Payment, capture: Capture): Payment {
  const amountCapturing = payment.amountCapturing - capture.amount
  // A stuck payment keeps its reason: an operator decides what happens to the rest.
  if (!capture.final || isUnwanted(payment) || payment.phase === 'stuck') return { ...payment, amountCapturing }
  return { ...payment, amountCapturing, state: 'processing', reason: 'capture_final' }
}

export function failedCapture(
  payment: Payment,
  capture: Capture,
  { reason, note }: { readonly reason: string; readonly note: string },
): Transition {
  const isHeld = payment.phase === 'held' || payment.phase === 'stuck'
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

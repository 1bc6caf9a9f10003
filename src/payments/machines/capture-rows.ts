import type { Transition } from '../machine.ts'
import type { Capture, Payment } from '../payment.ts'
import { isUnwanted } from './payment-rows.ts'

/** The payment once a capture is no longer under way; a final one that succeeded leaves the wish to release the rest. */
export function capturedPayment(payment: Payment, capture: Capture): Payment {
  const amountCapturing = payment.amountCapturing - capture.amount
  // What a stuck payment waits for stays its reason: a person decides what becomes of the rest.
  if (!capture.final || isUnwanted(payment) || payment.phase === 'stuck') return { ...payment, amountCapturing }
  return { ...payment, amountCapturing, state: 'processing', reason: 'capture_final' }
}

/** A capture that did not happen: what it was to take can be captured again, as long as there is an authorization. */
export function failedCapture(payment: Payment, capture: Capture, reason: string, note: string): Transition {
  const isHeld = payment.phase === 'held' || payment.phase === 'stuck'
  return {
    payment: {
      ...payment,
      amountCapturing: payment.amountCapturing - capture.amount,
      amountCapturable: payment.amountCapturable + (isHeld ? capture.amount : 0n),
    },
    capture: { ...capture, state: 'failed', reason, call: undefined },
    note,
  }
}

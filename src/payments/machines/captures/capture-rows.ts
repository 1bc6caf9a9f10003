import { amountText, type Uuid } from '#kernel'
import type { MachineContext, Transition } from '../../machine.ts'
import { type Attempt, type Capture, type Payment, type Refund, type Share, untouched } from '../../payment.ts'
import { sumOf } from '../booking/shares.ts'
import { isUnwanted, isWantedBack } from '../payments/payment-rows.ts'
import { reversalIdOf, withReversal } from '../suspense/reversals.ts'
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

/** Nothing is held any more, and nothing here has ended it. A lost server may have: an operator asks the rail. */
export function withLostCapture(step: Transition, context: MachineContext): Transition {
  const { payment } = step
  if (payment?.phase !== 'held' || context.hasSwitched?.(payment) !== true) return step
  const { id, asset, rail = '', amountCapturable } = payment
  const held = amountText(amountCapturable, asset)
  const detail = `The rail ${rail} holds nothing of it any more, and ${held} were neither captured nor released here: it may have captured them for a server that is lost.`
  const matter = { why: 'outcome_unknown', detail, subject: { kind: 'payment', id } } as const
  return { ...step, note: `${step.note ?? ''} ${detail}`.trim(), also: [...(step.also ?? []), matter] }
}

/** `parts`: who gets how much of it. `attempt`: at a rail. */
type Captured = { readonly capture: Capture; readonly parts: readonly Share[]; readonly attempt?: Attempt }

/** Captured while the payer wants it back: those who get it give it back. */
export function refundedAtOnce(
  before: Payment,
  step: Transition,
  { capture, parts, attempt }: Captured,
  context: MachineContext,
): Transition {
  const { payment, note = '' } = step
  if (payment === undefined || !isWantedBack(before)) return step
  const id = attempt === undefined ? context.renewableId(capture.id, 'refund') : reversalIdOf(attempt, context)
  const newRefund = wantedRefund(payment, { id, parts }, context)
  const row = { ...payment, amountRefunding: payment.amountRefunding + newRefund.amount }
  return {
    ...step,
    ...(attempt !== undefined && { attempt: withReversal(attempt) }),
    payment: row,
    newRefunds: [newRefund],
    note: `${note} It is refunded, as the payer wants.`,
  }
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

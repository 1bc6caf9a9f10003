import { amountText } from '#kernel'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { askingForLost, isRefused, refusedNote } from '../attempts/lost-attempts.ts'

/** Undefined: it does not go over a rail. */
export function refundCall({ source, rail, railReference }: Payment, { id, amount, to }: Refund) {
  if (source.kind === 'wallet' || to.kind === 'wallet' || rail === undefined || railReference === undefined) {
    return undefined
  }
  const subject = { kind: 'refund', id } as const
  const { instrument } = source
  return { subject, rail, operation: 'refund', amount, instrument, originalReference: railReference } as const
}

/**
 * By the rail, less is left to refund than by the books: a lost server may have refunded the rest. That is not booked, so
 * an operator gets it with the payment. One that undoes something is an operator's itself.
 */
export function withLostRefund(
  payment: Payment,
  { rail }: Attempt,
  step: Transition,
  context: MachineContext,
): Transition {
  if (context.hasSwitched?.(payment) !== true) return step
  const { amountCaptured, amountRefunded, amountRefunding } = step.payment ?? payment
  const own = step.refund?.phase === 'review' ? step.refund.amount : 0n
  const refundable = amountText(amountCaptured - amountRefunded - amountRefunding + own, payment.asset)
  const detail = `${step.note ?? ''} By the books, ${refundable} of the payment can still be refunded: the rail ${rail} may have refunded it for a server that is lost. Ask it, and book by a transfer what is not booked.`
  const { caseChange } = step
  if (typeof caseChange === 'object') return { ...step, note: detail, caseChange: { ...caseChange, detail } }
  const matter = { why: 'outcome_unknown', detail, subject: { kind: 'payment', id: payment.id } } as const
  return { ...step, note: detail, also: [...(step.also ?? []), matter] }
}

/** It was refused when it was requested. A lost server may have made it, at once or later. */
export function askedForRefused(payment: Payment, refund: Refund, context: MachineContext): Transition | undefined {
  const call = refundCall(payment, refund)
  if (call === undefined || !isRefused(refund) || context.mayBeLost?.(refund) !== true) return undefined
  const step = { refund, note: refusedNote(refund.reason) }
  return askingForLost(call, { createdAt: refund.createdAt, counts: [1, 2] }, step, context)
}

/** It waited for its rail, or to be tried later, and ends: a lost server may have submitted it, or tried it again. */
export function askingForWaiting(
  payment: Payment,
  refund: Refund,
  step: Transition,
  context: MachineContext,
): Transition {
  const call = refundCall(payment, refund)
  if (call === undefined) return step
  const { attempts, createdAt } = refund
  return askingForLost(call, { createdAt, counts: attempts === 0 ? [1] : [attempts, attempts + 1] }, step, context)
}

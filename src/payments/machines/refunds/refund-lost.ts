import type { MachineContext, Transition } from '../../machine.ts'
import type { Payment, Refund } from '../../payment.ts'
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

import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment } from '../../payment.ts'
import { eitherWay } from '../booking/joined.ts'
import { isForced, isWaitingFor, subjectOf } from '../payments/payment-rows.ts'
import { onDispute } from '../suspense/dispute.ts'
import { followReturn, type ReturnedInput, type Returning } from './follow-return.ts'

/**
 * A charge or capture that came back is paid back by its recipients, like a lost dispute: each out of what it still
 * has, up to what is not refunded. Money in suspense goes first if the recipients never got it. The rest is lost.
 */
export function onChargeReturned(payment: Payment, input: ReturnedInput, context: MachineContext): Transition {
  const { attempt } = input
  return followReturn(payment, input, context, {
    isAwaited: isWaitingFor(payment, attempt.id),
    isStated: attempt.operation === 'charge' && isForced(payment, attempt),
    book: (returning) => takenBackBy(payment, returning, undefined, context),
  })
}

export function onCaptureReturned(
  payment: Payment,
  capture: Capture,
  input: ReturnedInput,
  context: MachineContext,
): Transition {
  const { attempt } = input
  const isCurrent = capture.currentAttempt === attempt.id
  return followReturn(capture, input, context, {
    isAwaited: isCurrent && capture.state === 'processing',
    isStated: isCurrent && capture.state !== 'processing',
    book: (returning) => ofPayment(payment, takenBackBy(payment, returning, capture, context)),
  })
}

function takenBackBy(
  payment: Payment,
  { attempt, amount, note }: Returning,
  capture: Capture | undefined,
  context: MachineContext,
): Transition {
  const { rail, railReference: originalReference, returned = [] } = attempt
  const railReference = returned.at(-1)?.reference ?? ''
  const of = {
    ...(capture === undefined && originalReference !== undefined && { originalReference }),
    ...(capture !== undefined && { capture }),
  }
  const step = onDispute(payment, { rail, amount, railReference, ...of }, context)
  return asReturn(payment, step, attempt, note)
}

/** With any answer of the ledger. A case about a loss is opened only if something is lost. */
function asReturn(payment: Payment, step: Transition, attempt: Attempt, note: string): Transition {
  return eitherWay(step, ({ caseChange, also = [], attempts = [], ...end }) => {
    const isLost = (end.payment?.amountLost ?? 0n) > (payment.amountLost ?? 0n)
    const isKept = ({ why }: OpenedCase) => why !== 'dispute_after_refund' || isLost
    const here = typeof caseChange === 'object' && isKept(caseChange) ? caseChange : undefined
    const { suspended: _, ...rest } = attempt
    const { suspended } = attempts.find(({ id }) => id === attempt.id) ?? attempt
    return {
      ...end,
      attempt: { ...rest, ...(suspended && { suspended }) },
      attempts: attempts.filter(({ id }) => id !== attempt.id),
      events: ['payment.returned'],
      note: `${note} ${end.note ?? ''}`.trim(),
      ...(here && { caseChange: { ...here, detail: `${note} ${here.detail}` } }),
      also: also.filter(isKept),
    }
  })
}

function ofPayment(payment: Payment, step: Transition): Transition {
  const subject = subjectOf(payment)
  return eitherWay(step, (end) => ({
    ...end,
    ...(typeof end.caseChange === 'object' && { caseChange: { ...end.caseChange, subject } }),
    also: (end.also ?? []).map((one) => ({ ...one, subject })),
  }))
}

import { amountText } from '#kernel'
import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { movedAttempts } from '../attempts/moved-attempts.ts'
import { isAllReturned, withAllReturned } from '../attempts/returned.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { subjectOf, withLost, withSuspended } from '../payments/payment-rows.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'
import type { Returning } from './follow-return.ts'

/** It had been made besides the booked refund, and was a loss in suspense. */
export function fillingLoss(
  payment: Payment,
  refund: Refund,
  { attempt, amount, note }: Returning,
  context: MachineContext,
): Transition {
  const { amountLost = 0n, asset } = payment
  const filled = amount < amountLost ? amount : amountLost
  const known = withSuspendedPart(attempt, amount - filled)
  const isGone = isAllReturned(attempt)
  const subject = subjectOf(payment)
  const left = movedAttempts(refund, 'late_success', context).filter(({ id }) => id !== attempt.id)
  const isOwn = refund.phase === 'review' && refund.reason === 'late_success'
  const settled = `${note} It had been settled by hand: ${amountText(filled, asset)} are in suspense now; book them back to where the loss was booked from.`
  const late = `${note} ${amountText(amount - filled, asset)} of it are in suspense: return them some other way.`
  const also: OpenedCase[] = [
    ...(attempt.reason === byHand && filled > 0n
      ? [{ why: 'dispute_after_refund', detail: settled, subject } as const]
      : []),
    ...(amount > filled ? [{ why: 'late_success', detail: late, subject } as const] : []),
  ]
  return {
    payment: withSuspended(withLost(payment, -filled), amount - filled),
    attempt: isGone ? withAllReturned(known) : known,
    commands: [toSuspense(refund, attempt, amount, context)],
    events: ['refund.returned'],
    note,
    also,
    ...(isGone && left.length === 0 && !isOwn && { settles: ['late_success'] as const }),
  }
}

/** Another attempt had refunded it as well, and was a loss in suspense until now: it is the refund. */
export function refundedByOther(
  payment: Payment,
  refund: Refund,
  other: Attempt,
  { attempt, amount, note }: Returning,
  context: MachineContext,
): Transition {
  return {
    payment: withLost(payment, -amount),
    refund: { ...refund, currentAttempt: undefined },
    attempt: withAllReturned(attempt),
    commands: [toSuspense(refund, attempt, amount, context)],
    events: ['refund.returned'],
    note: `${note} Another attempt of the rail ${other.rail} had refunded it: what is booked is that.`,
    settles: ['late_success'],
  }
}

function toSuspense(refund: Refund, { rail }: Attempt, amount: bigint, context: MachineContext) {
  const { accounts } = context
  const { asset } = refund
  const leg = { source: accounts.clearing({ rail, asset }), destination: accounts.suspense(asset), amount }
  return transfer(refund, leg, context)
}

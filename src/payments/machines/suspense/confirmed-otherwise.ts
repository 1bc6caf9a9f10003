import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { withLost, withSuspended } from '../payments/payment-rows.ts'
import { withSuspendedPart } from './suspended.ts'

/** A statement was booked in full, and the rail did another amount. The difference goes to or comes from suspense. */
export function confirmedOtherwise(
  payment: Payment,
  attempt: Attempt,
  { missing, detail }: { readonly missing: bigint; readonly detail: string },
  context: MachineContext,
): Transition {
  const clearing = context.accounts.clearing({ rail: attempt.rail, asset: payment.asset })
  const suspense = context.accounts.suspense(payment.asset)
  const leg =
    missing > 0n
      ? { source: suspense, destination: clearing, amount: missing }
      : { source: clearing, destination: suspense, amount: -missing }
  // Beyond what is left in suspense, a shortfall is lost.
  const left = attempt.suspended?.amount ?? 0n
  const lost = missing > left ? missing - left : 0n
  return {
    payment: withLost(withSuspended(payment, lost - missing), lost),
    attempt: withSuspendedPart(attempt, lost - missing, 'wrong_amount'),
    commands: [transfer(payment, leg, context)],
    note: detail,
    caseChange: { why: 'wrong_amount', detail },
  }
}

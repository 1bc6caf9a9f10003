import type { MachineContext } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { isMade } from '../attempts/moved-attempts.ts'
import { ownLeftOf } from '../attempts/returned.ts'

/** The requested amount at most, less what came back of it. */
export function chargeOf(payout: Payout, context: Pick<MachineContext, 'attemptsOf'>): bigint {
  const paid = paidBy(payout, context)
  return paid === undefined ? payout.amount : ownLeftOf(paid, payout.amount)
}

/** The attempt that the account has not paid for yet. A late payout is a full one: other amounts have another reason. */
export function paidBy(payout: Payout, context: Pick<MachineContext, 'attemptsOf'>): Attempt | undefined {
  const { amount, reason } = payout
  const made = context.attemptsOf(payout).filter(({ state }) => state === 'succeeded')
  return reason === 'late_success'
    ? made.find((attempt) => isMade(attempt) && (attempt.amountMoved ?? attempt.amount) === amount)
    : made.at(-1)
}

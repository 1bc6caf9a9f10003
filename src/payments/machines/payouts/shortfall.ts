import { amountText } from '#kernel'
import type { CaseReason, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { movedAttempts } from '../attempts/moved-attempts.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'

/**
 * A payout was stated in full, and its rail made less. Its account has paid the rest, which is in suspense under the
 * attempt. It goes back once the rail has returned all that it made, unless an operator has settled it before.
 */
export function shortfallIn({ suspended }: Attempt): bigint {
  return suspended?.why === 'wrong_amount' ? suspended.amount : 0n
}

export function shortOf(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter((attempt) => shortfallIn(attempt) > 0n)
}

export function withShortfall(attempt: Attempt, amount: bigint): Attempt {
  return withSuspendedPart(attempt, amount, 'wrong_amount')
}

export function withoutShortfall(attempt: Attempt): Attempt {
  return withSuspendedPart(attempt, -shortfallIn(attempt))
}

/** The case is over with it, unless it is about clawbacks as well. */
export function settlesShortfall(payout: Payout, attempt: Attempt, context: MachineContext): Transition {
  if (shortfallIn(attempt) === 0n) return {}
  return movedAttempts(payout, 'wrong_amount', context).length === 0 ? { settles: ['wrong_amount'] } : {}
}

/** A statement on the case covers what it showed: clawbacks, and the rest of a payout once there are none. */
export function settlingShortfall(
  payout: Payout,
  about: CaseReason,
  step: Transition,
  context: MachineContext,
): Transition {
  const short = shortOf(context.attemptsOf(payout))
  if (about !== 'wrong_amount' || short.length === 0 || step.caseChange !== 'resolved') return step
  if (movedAttempts(payout, about, context).length === 0) {
    return { ...step, attempts: [...(step.attempts ?? []), ...short.map(asSettled)] }
  }
  const left = short.reduce((sum, attempt) => sum + shortfallIn(attempt), 0n)
  const detail = `${step.note ?? ''} ${amountText(left, payout.asset)} that its account has paid and its rail has not are in suspense.`
  return { ...step, note: detail, caseChange: { why: about, detail } }
}

/** Verification has to know how much of suspense the operator has answered for. */
function asSettled(attempt: Attempt): Attempt {
  return { ...withoutShortfall(attempt), delivered: (attempt.delivered ?? 0n) + shortfallIn(attempt) }
}

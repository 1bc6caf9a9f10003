import { amountText } from '#kernel'
import type { CaseReason, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'

/**
 * Money of a refund or payout that came back, and that the accounts that had paid for it cannot take. It is in suspense
 * under its attempt, and an operator retries. No other decision on the payment's money in suspense touches it.
 */
export function bouncedIn({ suspended }: Attempt): bigint {
  return suspended?.why === 'returned' ? suspended.amount : 0n
}

export function bouncedOf(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter((attempt) => bouncedIn(attempt) > 0n)
}

export function withoutBounced(attempt: Attempt): Attempt {
  const { suspended: _, ...rest } = attempt
  return bouncedIn(attempt) > 0n ? rest : attempt
}

/** Of an action on the case of such money: `retry` books each part again. */
export function retriedBounced(
  {
    attempts,
    action,
    asset,
  }: { readonly attempts: readonly Attempt[]; readonly action: string; readonly asset: string },
  bookAgain: (attempt: Attempt) => Transition,
): Transition {
  const [next, ...others] = bouncedOf(attempts)
  if (next === undefined) return { note: 'Nothing that came back is in suspense any more.', caseChange: 'resolved' }
  if (action !== 'retry') return still(`"${action}" could not be carried out: the accounts that had paid get it back.`)
  const step = bookAgain(next)
  if (others.length === 0 || step.caseChange !== 'resolved') return step
  const left = others.reduce((sum, attempt) => sum + bouncedIn(attempt), 0n)
  const detail = `${step.note ?? ''} ${amountText(left, asset)} more came back, and are in suspense.`
  return { ...step, caseChange: { why: refusedByBooks, detail, isNext: true } }
}

export const refusedByBooks: CaseReason = 'booking_refused'

export function still(detail: string): Transition {
  return { note: detail, caseChange: { why: refusedByBooks, detail } }
}

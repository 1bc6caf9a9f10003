import type { RailOutcome } from '#rails'
import type { Attempt, Returned } from '../../payment.ts'
import { byHand } from '../booking/by-hand.ts'
import { affirmed } from './attempt-policy.ts'

/** Reason of a refund's or payout's attempt, and of the refund or payout, that came back whole. */
export const cameBack = 'returned'

export function returnedOf({ returned = [] }: Attempt): bigint {
  return returned.reduce((sum, { amount }) => sum + amount, 0n)
}

/** What a success has given back already, by the same report. It is booked next, and must not be refunded as well. */
export function backIn(outcome: RailOutcome): bigint {
  if (outcome.kind !== 'succeeded') return 0n
  return (outcome.returns ?? []).reduce((sum, { amount }) => sum + amount, 0n)
}

/** The part of the moved amount that has not come back. */
export function leftOf(attempt: Attempt): bigint {
  const { amount, amountMoved = amount } = attempt
  return amountMoved - returnedOf(attempt)
}

/** Of its first `amount`, the part that has not come back. Any excess beyond that comes back last. */
export function ownLeftOf(attempt: Attempt, amount: bigint): bigint {
  const { amountMoved = attempt.amount } = attempt
  const own = amountMoved < amount ? amountMoved : amount
  const returned = returnedOf(attempt)
  return returned < own ? own - returned : 0n
}

/** What moved beyond `amount` and has not come back. */
export function excessLeftOf(attempt: Attempt, amount: bigint): bigint {
  return leftOf(attempt) - ownLeftOf(attempt, amount)
}

/** Whether all of it came back. A later report of its success or failure then says nothing new. */
export function isAllReturned(attempt: Attempt): boolean {
  return attempt.reason === cameBack || (attempt.returned !== undefined && leftOf(attempt) <= 0n)
}

/** A return of all that is left, whatever that is by then. The same report again is the same return. */
export function returnedWhole(attempt: Attempt, returned: Omit<Returned, 'amount'>): Returned {
  const known = attempt.returned?.find(({ reference }) => reference === returned.reference)
  return { ...returned, amount: known?.amount ?? leftOf(attempt) }
}

/** Money that came back had moved before, whatever the rail reported in between. */
export function withReturned(attempt: Attempt, returned: Returned): Attempt {
  const known = attempt.reason === byHand ? attempt : affirmed(attempt)
  return { ...known, returned: [...(attempt.returned ?? []), returned] }
}

/** A refund or payout that came back whole has failed. Its amounts are those of its returns. */
export function withAllReturned({ amountMoved: _, ...attempt }: Attempt): Attempt {
  return { ...attempt, state: 'failed', reason: cameBack }
}

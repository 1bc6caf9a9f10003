import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { transfer, voidHolds } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { requirePayoutReview, succeeding } from '../payouts/payout-rows.ts'

/** The account pays for the earlier attempt. `isBooked`: that success was booked from suspense when it was reported. */
export function paidByEarlier(
  payout: Payout,
  { rail, railReference }: Attempt,
  isBooked: boolean,
  context: MachineContext,
): Transition {
  const { book, source, amount, asset, holds } = payout
  const clearing = context.accounts.clearing({ rail, asset })
  const suspense = context.accounts.suspense(asset)
  const note = `An earlier attempt of the rail ${rail} had paid it out after all.`
  const row: Payout = { ...payout, railReference }
  const freed = voidHolds(book, holds)
  const clawback = isBooked ? [] : [transfer(payout, { source: suspense, destination: clearing, amount }, context)]
  return {
    ...succeeding(row, note),
    commands: [...freed, transfer(payout, { source, destination: isBooked ? suspense : clearing, amount }, context)],
    caseChange: 'resolved',
    // Its success was an operator's case while the other attempt was under way.
    settles: ['late_success'],
    refused: ({ code }) => ({
      ...requirePayoutReview(
        { ...row, holds: [], currentAttempt: undefined },
        'late_success',
        `${note} The books refused to take it from ${source} (${code}); it is a clawback in suspense.`,
      ),
      commands: [...freed, ...clawback],
    }),
  }
}

/** The booked attempt, `denied`, did not happen. An earlier one, a clawback in suspense until now, is the payout. */
export function stillPaidBy(
  payout: Payout,
  { rail, railReference }: Attempt,
  denied: Attempt,
  note: string,
  context: MachineContext,
): Transition {
  const { asset, amount } = payout
  const source = context.accounts.clearing({ rail: denied.rail, asset })
  const leg = { source, destination: context.accounts.suspense(asset), amount }
  return {
    payout: { ...payout, railReference, currentAttempt: undefined },
    attempt: { ...denied, state: 'failed', reason: byHand },
    commands: [transfer(payout, leg, context)],
    note: `${note} Another attempt of the rail ${rail} had paid it out: what is booked is that.`,
    caseChange: 'resolved',
    settles: ['late_success'],
  }
}

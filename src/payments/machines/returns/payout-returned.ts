import { amountText } from '#kernel'
import type { MachineContext, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { bookedOf, madeBefore } from '../attempts/made-before.ts'
import { isMade, movedAttempts } from '../attempts/moved-attempts.ts'
import { isAllReturned, ownLeftOf, withAllReturned } from '../attempts/returned.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { paidBy } from '../payouts/payout-charge.ts'
import { failing } from '../payouts/payout-rows.ts'
import { settlesShortfall, shortfallIn, withoutShortfall } from '../payouts/shortfall.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'
import { bouncedIn, retriedBounced, still, withoutBounced } from './bounced.ts'
import { followReturn, type ReturnedInput, type Returning, restOfStated } from './follow-return.ts'

/**
 * A payout that came back goes to its account, up to the amount that the account has paid for it. The rest fills the
 * hole in suspense that an excess or a second payout has left. A payout that came back whole has failed. If it had been
 * stated in full and made in part, its account also gets the rest, which it had paid as well.
 */
export function onPayoutReturned(payout: Payout, input: ReturnedInput, context: MachineContext): Transition {
  const { attempt } = input
  const isCurrent = payout.currentAttempt === attempt.id
  return followReturn(payout, input, context, {
    isAwaited: isCurrent && payout.phase !== 'ended',
    isStated: isCurrent && payout.phase === 'ended' && payout.state === 'succeeded',
    book: (returning) =>
      bookedOf(payout, context.attemptsOf(payout)) === attempt.id
        ? ofBooked(payout, returning, context)
        : ofClawback(payout, returning, context),
  })
}

function ofBooked(payout: Payout, returning: Returning, context: MachineContext): Transition {
  const { attempt, amount, note } = returning
  const isWhole = amount === payout.amount && isAllReturned(attempt)
  const other = isWhole ? madeBefore(payout, attempt.id, context) : undefined
  if (other !== undefined) return paidByOther(payout, other, returning, context)
  const { asset } = payout
  const clearing = context.accounts.clearing({ rail: attempt.rail, asset })
  const suspense = context.accounts.suspense(asset)
  const before: Attempt = { ...attempt, returned: (attempt.returned ?? []).slice(0, -1) }
  const toAccount = ownLeftOf(before, payout.amount) - ownLeftOf(attempt, payout.amount)
  const beyond = amount - toAccount
  const rest = isAllReturned(attempt) ? shortfallIn(attempt) : 0n
  const legs = [
    { source: clearing, destination: payout.source, amount: toAccount },
    { source: clearing, destination: suspense, amount: beyond },
    { source: suspense, destination: payout.source, amount: rest },
  ]
  const row: Payout = { ...payout, amountReturned: (payout.amountReturned ?? 0n) + amount }
  return {
    ...whole(row, rest > 0n ? withoutShortfall(attempt) : attempt, note),
    ...(rest > 0n && settlesShortfall(payout, attempt, context)),
    ...(isAllReturned(attempt) && payout.phase === 'ended' && settlesExcess(payout, attempt, context)),
    commands: legs.filter((leg) => leg.amount > 0n).map((leg) => transfer(payout, leg, context)),
    refused: ({ code }) => {
      const bounced = withSuspendedPart(withoutShortfall(attempt), toAccount + shortfallIn(attempt), 'returned')
      const detail = `${note} The books refused to give it to ${payout.source} (${code}); it is in suspense.`
      return {
        payout: row,
        attempt: bounced,
        commands: [transfer(payout, { source: clearing, destination: suspense, amount }, context)],
        events: ['payout.returned'],
        ...still(detail),
        ...settlesShortfall(payout, attempt, context),
      }
    },
  }
}

/** It was stated in full, and its rail reported later that it had made more: nobody has to pay for that any more. */
function settlesExcess(payout: Payout, attempt: Attempt, context: MachineContext): Transition {
  const isMore = (attempt.amountMoved ?? 0n) > payout.amount
  return isMore && movedAttempts(payout, 'wrong_amount', context).length === 0 ? { settles: ['wrong_amount'] } : {}
}

/** It was stated in full and came back. Its rail reports only now that it had made no more than that. */
export function allReturnedBefore(
  payout: Payout,
  attempt: Attempt,
  { missing, detail }: { readonly missing: bigint; readonly detail: string },
  context: MachineContext,
): Transition {
  const { asset, source } = payout
  const clearing = context.accounts.clearing({ rail: attempt.rail, asset })
  const { rest, also } = restOfStated(attempt, missing, context)
  const leg = { source: clearing, destination: source, amount: rest }
  const bounced = bouncedIn(attempt) > 0n
  const { events = [], ...step } = whole(payout, attempt, detail)
  const inSuspense: Transition = {
    attempt: withSuspendedPart(attempt, rest, 'returned'),
    commands: [transfer(payout, { ...leg, destination: context.accounts.suspense(asset) }, context)],
    also,
  }
  if (bounced) return { ...inSuspense, note: detail }
  return {
    ...step,
    commands: rest === 0n ? [] : [transfer(payout, leg, context)],
    events: events.filter((type) => type !== 'payout.returned'),
    also,
    refused: ({ code }) => ({
      ...inSuspense,
      ...still(`${detail} The books refused to give the rest to ${source} (${code}); it is in suspense.`),
    }),
  }
}

/** `payout`, and its failure if nothing of it is left out or in suspense. */
function whole(payout: Payout, attempt: Attempt, note: string): Transition {
  const isOver = isAllReturned(attempt) && bouncedIn(attempt) === 0n
  if (!isOver) return { payout, attempt, events: ['payout.returned'], note }
  const { events = [], ...failed } = failing(payout, 'failed', { reason: 'returned', note })
  return { ...failed, attempt: withAllReturned(attempt), events: ['payout.returned', ...events] }
}

/** Another attempt had paid it out as well, and was a clawback in suspense until now. */
function paidByOther(
  payout: Payout,
  other: Attempt,
  { attempt, amount, note }: Returning,
  context: MachineContext,
): Transition {
  const { asset } = payout
  const source = context.accounts.clearing({ rail: attempt.rail, asset })
  const leg = { source, destination: context.accounts.suspense(asset), amount }
  return {
    payout: { ...payout, railReference: other.railReference, currentAttempt: undefined },
    attempt: withAllReturned(attempt),
    commands: [transfer(payout, leg, context)],
    events: ['payout.returned'],
    note: `${note} Another attempt of the rail ${other.rail} had paid it out: what is booked is that.`,
    settles: ['late_success'],
  }
}

/** It was booked from suspense. If it was the payout's only one, the payout has failed. */
function ofClawback(payout: Payout, { attempt, amount, note }: Returning, context: MachineContext): Transition {
  const { asset, phase, reason } = payout
  const isOwn = phase === 'review' && (reason === 'late_success' || reason === 'booking_refused')
  const isItsOwn = isOwn && paidBy(payout, context)?.id === attempt.id
  const row: Payout = isItsOwn ? { ...payout, amountReturned: (payout.amountReturned ?? 0n) + amount } : payout
  const source = context.accounts.clearing({ rail: attempt.rail, asset })
  const commands = [transfer(payout, { source, destination: context.accounts.suspense(asset), amount }, context)]
  const isSettled = attempt.reason === byHand
  const about =
    attempt.amountMoved === undefined || attempt.amountMoved === payout.amount ? 'late_success' : 'wrong_amount'
  if (isSettled) {
    const detail = `${note} It had been settled by hand: book it out of suspense to where that was booked from.`
    return {
      attempt: isAllReturned(attempt) ? withAllReturned(attempt) : attempt,
      commands,
      events: ['payout.returned'],
      note: detail,
      caseChange: { why: about, detail },
    }
  }
  const counted = isItsOwn ? { payout: row } : {}
  const step: Transition = { ...counted, attempt, commands, events: ['payout.returned'], note }
  if (!isAllReturned(attempt)) return step
  const gone: Transition = { ...step, attempt: withAllReturned(attempt) }
  const others = context.attemptsOf(payout).filter((one) => one.id !== attempt.id && isMade(one))
  if (isOwn && others.length === 0) {
    const { events = [], ...failed } = failing(row, 'failed', { reason: 'returned', note })
    return { ...gone, ...failed, commands, events: ['payout.returned', ...events] }
  }
  const left = movedAttempts(payout, about, context).filter(({ id }) => id !== attempt.id)
  return left.length === 0 && !(isOwn && reason === about) ? { ...gone, settles: [about] } : gone
}

/** The account may take it now. */
export function retryReturnedPayout(payout: Payout, { action }: SubjectAction, context: MachineContext): Transition {
  const { asset, source: account } = payout
  const attempts = context.attemptsOf(payout)
  return retriedBounced({ attempts, action, asset }, (attempt) => {
    const amount = bouncedIn(attempt)
    const note = `${amountText(amount, asset)} that came back were given to ${account}.`
    const leg = { source: context.accounts.suspense(asset), destination: account, amount }
    const { events = [], ...step } = whole(payout, withoutBounced(attempt), note)
    return {
      ...step,
      commands: [transfer(payout, leg, context)],
      refused: ({ code }) => still(`The books refused again to give what came back to ${account} (${code}).`),
      events: ['payout.resolved', ...events.filter((type) => type !== 'payout.returned')],
      caseChange: 'resolved',
    }
  })
}

import type { Uuid } from '#kernel'
import type { CaseReason, MachineContext, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons } from '../../machine.ts'
import type { Attempt, Payment, Payout, Refund } from '../../payment.ts'
import { postHold, transfer, voidHolds } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { withLost } from '../payments/payment-rows.ts'
import { isOfCaptured, succeeding } from '../refunds/refund-rows.ts'
import { isDecided, isDenied } from './attempt-policy.ts'

/**
 * A declined refund or payout is submitted again, but the first submission may happen after all. It then becomes the
 * refund or payout, unless its replacement has happened as well: a second one is a loss that goes to an operator.
 */
export type Tried = Refund | Payout

export function isUnderWay(tried: Tried, context: MachineContext): boolean {
  const current = context.attemptsOf(tried).find(({ id }) => id === tried.currentAttempt)
  return current !== undefined && !isDecided(current) && current.state !== 'not_sent'
}

/** The attempt that made the whole of it. `id`: another attempt, now known not to have happened. */
export function madeBefore(tried: Tried, id: string | undefined, context: MachineContext): Attempt | undefined {
  return context.attemptsOf(tried).find((other) => {
    const { amountMoved = other.amount } = other
    const isMade = other.state === 'succeeded' && !isDenied(other) && other.reason !== byHand
    return other.id !== id && isMade && amountMoved === tried.amount && other.returned === undefined
  })
}

/** The attempt by which an ended one is booked, if known; otherwise the current attempt. One of a lost server comes late. */
export function bookedBy(tried: Tried, context: Pick<MachineContext, 'attemptsOf'>): Attempt | undefined {
  const made = context
    .attemptsOf(tried)
    .filter(({ id, state, reason }) => id === tried.currentAttempt || (state === 'succeeded' && reason !== byHand))
  return made.findLast(({ exchange }) => exchange?.isLost !== true) ?? made.at(-1)
}

/** Whether a success of it is booked, as its own and not as a clawback. */
export function isBooked({ phase, state, reason, holds }: Tried): boolean {
  return state === 'succeeded' || (phase === 'review' && reason === 'wrong_amount' && holds.length === 0)
}

export function bookedOf(tried: Tried, attempts: readonly Attempt[]): Uuid | undefined {
  return isBooked(tried) ? bookedBy(tried, { attemptsOf: () => attempts })?.id : undefined
}

/** It is too early to decide about a late success: it becomes the refund or payout if its replacement fails. */
export function decidedTooEarly(
  tried: Tried,
  { action }: SubjectAction,
  about: CaseReason,
  context: MachineContext,
): Transition | undefined {
  if (action !== 'force' || about !== 'late_success' || tried.phase === 'ended' || tried.holds.length === 0) {
    return undefined
  }
  if (madeBefore(tried, tried.currentAttempt, context) === undefined) return undefined
  const detail =
    'An attempt has happened after all: who pays for it is decided once it is known what became of the other.'
  const isInReview = tried.phase === 'review'
  const own = isInReview ? caseReasons.find((code) => code === tried.reason) : 'late_success'
  return { note: detail, caseChange: { why: own ?? 'outcome_unknown', detail, isNext: isInReview } }
}

/**
 * An earlier attempt made the refund, and was booked from suspense when reported. It stays booked there if the refund
 * returned money from suspense; otherwise the accounts that were to pay do so now. `otherwise`: the ledger refuses.
 */
export function madeByEarlier(
  payment: Payment,
  refund: Refund,
  { rail }: Attempt,
  otherwise: Transition,
  context: MachineContext,
): Transition {
  const note = `An earlier attempt of the rail ${rail} had refunded it after all.`
  const { amount, book, holds } = refund
  const isCaptured = isOfCaptured(refund, context)
  const after = succeeding(payment, refund, note, context, isCaptured ? amount : 0n)
  // Its success was an operator's case while the other attempt was under way.
  const over = { caseChange: 'resolved', settles: ['late_success'] } as const
  if (!isCaptured) return { ...after, commands: voidHolds(book, holds), ...over }
  const source = context.accounts.clearing({ rail, asset: refund.asset })
  const destination = context.accounts.suspense(refund.asset)
  return {
    ...after,
    payment: withLost(after.payment ?? payment, -amount),
    commands: [...holds.map((id) => postHold(book, id)), transfer(refund, { source, destination, amount }, context)],
    refused: () => otherwise,
    ...over,
  }
}

import { amountText } from '#kernel'
import type { MachineContext, StuckDecision, StuckReason, Transition } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout } from '../payment.ts'
import { isContradicted, isDenied } from './attempt-policy.ts'
import { transfer } from './bookings.ts'
import { byHand } from './by-hand.ts'
import { amountOf, lyingOf, returned, withLying } from './lying.ts'
import { failing } from './payout-rows.ts'

/**
 * A rail said that it moved money, which lies in suspense as nobody could get it, or pay for it; and then that it had not.
 * When a person finds that it did not, it is taken out of suspense again: it must neither be delivered nor claimed. The
 * attempt has failed then, so that its success, should it come after all, is a late one.
 */
export function isStatedNotToHaveHappened(decision: StuckDecision, about: StuckReason | undefined): boolean {
  return decision.action === 'force' && decision.outcome === 'failed' && about === 'outcome_unknown'
}

/** A capture that lies in suspense for its payment, which a person has beside it. Undefined: no rail denies it. */
export function neverCaptured(
  payment: Payment,
  capture: Capture,
  note: string,
  context: MachineContext,
): Transition | undefined {
  const denied = onlyDenied(context.attemptsOf(capture), capture.call)
  if (capture.state !== 'failed' || denied === undefined) return undefined
  const step = notThere(payment, denied, context)
  // Delivered meanwhile, or on its way back: whose loss it is cannot be told from here.
  if (step === undefined) return cannot('what came of it does not lie in suspense any more')
  return { ...step, capture: { ...capture, reason: byHand, call: undefined }, note, stuck: 'resolved' }
}

/** Out of suspense what an attempt did not bring; undefined when not all of it lies there. */
function notThere(payment: Payment, denied: Attempt, context: MachineContext) {
  const { amountMoved: amount = denied.amount } = denied
  const lying = lyingOf(payment, context).filter(({ attempt }) => attempt.id === denied.id)
  if (amountOf(lying) < amount) return undefined
  const { payment: after, commands } = returned(payment, [{ attempt: denied, amount }], context)
  const row: Payment = after.call === denied.id ? { ...after, call: undefined } : after
  const attempt: Attempt = { ...withLying(denied, -amount), state: 'failed', reason: byHand }
  return { payment: row, attempt, commands }
}

/** A payout that a person has, and that was not paid. Undefined: no rail denies it. */
export function neverPaid(payout: Payout, note: string, context: MachineContext): Transition | undefined {
  const isContradictory = context.attemptsOf(payout).some(isContradicted)
  if (payout.holds.length > 0 || !isContradictory) return undefined
  const unclaimed = withoutClaim(payout, note, context)
  if (unclaimed !== undefined) return unclaimed
  return cannot('the rail had paid another amount')
}

function cannot(because: string): Transition {
  const detail = `"force" could not be carried out: ${because}; book by a transfer what comes back.`
  return { note: detail, stuck: { why: 'outcome_unknown', detail } }
}

/** One that lies as a claim in suspense. Undefined: what was booked of it is not clear. */
function withoutClaim(payout: Payout, note: string, context: MachineContext): Transition | undefined {
  const attempts = context.attemptsOf(payout)
  const denied = onlyDenied(attempts, undefined)
  const isOther = attempts.some((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
  const isClaim = payout.reason === 'late_success' || payout.reason === 'booking_refused'
  if (denied === undefined || isOther || !isClaim) return undefined
  const { rail, amountMoved: amount = denied.amount } = denied
  if (amount !== payout.amount) return undefined
  const { accounts } = context
  const leg = { source: accounts.clearing(rail, payout.asset), destination: accounts.suspense(payout.asset), amount }
  return {
    ...failing(payout, 'failed', byHand, note),
    attempt: { ...denied, state: 'failed', reason: byHand },
    commands: [transfer(payout, leg, context)],
  }
}

/**
 * The one of which its rail said both, or which lies in suspense as a person stated it, `call`, and its rail denies it.
 * Undefined when there are several: which one a person means is not clear.
 */
function onlyDenied(attempts: readonly Attempt[], call: string | undefined): Attempt | undefined {
  const isStated = (attempt: Attempt) => attempt.id === call && attempt.suspended !== undefined && isDenied(attempt)
  const [first, ...others] = attempts.filter((attempt) => isContradicted(attempt) || isStated(attempt))
  return others.length === 0 ? first : undefined
}

/**
 * The attempts once a person has found that what a rail denied did happen: that is settled, until the rail denies it once
 * more. None when it denied several, as which one is meant is not clear.
 */
export function affirmed(attempts: readonly Attempt[]): Attempt[] {
  const denied = onlyDenied(attempts, undefined)
  return denied === undefined ? [] : [{ ...denied, reason: undefined }]
}

/**
 * What is being refunded of a payment is not taken back from those who got it, and would stay theirs should the refund
 * fail: so it is decided when that has ended.
 */
export function refundedFirst({ amountRefunding, asset }: Payment): Transition | undefined {
  if (amountRefunding === 0n) return undefined
  const detail = `"force" could not be carried out: ${amountText(amountRefunding, asset)} of it are being refunded. Decide when that has ended.`
  return { note: detail, stuck: { why: 'outcome_unknown', detail } }
}

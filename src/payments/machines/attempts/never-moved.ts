import type { CaseReason, MachineContext, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { failing } from '../payouts/payout-rows.ts'
import { amountOf, returned, suspendedOf, withSuspendedPart } from '../suspense/suspended.ts'

/**
 * A rail reported a movement and then denied it. The money is in suspense, as no account could get it or pay for it.
 * If it did not move, it must be neither delivered nor clawed back. The attempt has then failed: a later success is
 * late.
 */
export function isStatedNotToHaveHappened(decision: SubjectAction, about: CaseReason): boolean {
  return decision.action === 'force' && decision.outcome === 'failed' && about === 'outcome_unknown'
}

/** A capture in suspense, as a case alongside its payment. */
export function neverCaptured(
  payment: Payment,
  capture: Capture,
  denied: Attempt,
  note: string,
  context: MachineContext,
): Transition {
  const step = notThere(payment, denied, context)
  // It was delivered meanwhile, or is being returned. Whose loss it is cannot be decided here.
  if (step === undefined) return cannot('what came of it is not in suspense any more')
  return { ...step, capture: { ...capture, reason: byHand, currentAttempt: undefined }, note, caseChange: 'resolved' }
}

/** Takes the attempt's money out of suspense; undefined when not all of it is there. */
function notThere(payment: Payment, denied: Attempt, context: MachineContext) {
  const { amountMoved: amount = denied.amount } = denied
  const suspended = suspendedOf(payment, context).filter(({ attempt }) => attempt.id === denied.id)
  if (amountOf(suspended) < amount) return undefined
  const { payment: after, commands } = returned(payment, [{ attempt: denied, amount }], context)
  const row: Payment = after.currentAttempt === denied.id ? { ...after, currentAttempt: undefined } : after
  const attempt: Attempt = { ...withSuspendedPart(denied, -amount), state: 'failed', reason: byHand }
  return { payment: row, attempt, commands }
}

/** The clawback for an attempt of a payout that was not paid is dropped. */
export function neverPaid(payout: Payout, denied: Attempt, note: string, context: MachineContext): Transition {
  const { phase, reason } = payout
  if (phase === 'review' && reason === 'wrong_amount') return cannot('the rail had paid another amount')
  const others = context
    .attemptsOf(payout)
    .filter((attempt) => attempt.id !== denied.id && attempt.state === 'succeeded' && attempt.reason !== byHand)
  const isOwn = phase === 'review' && (reason === 'late_success' || reason === 'booking_refused')
  const { rail, amountMoved: amount = denied.amount } = denied
  const { asset } = payout
  const leg = {
    source: context.accounts.clearing({ rail, asset }),
    destination: context.accounts.suspense(asset),
    amount,
  }
  const isWhole = (attempt: Attempt) => (attempt.amountMoved ?? attempt.amount) === payout.amount
  // A clawback that is still to be decided, whether its rail denies it or not, keeps the payout and its case.
  const isLast = others.every((attempt) => isWhole(attempt) !== isWhole(denied))
  return {
    ...(isOwn && others.length === 0
      ? failing(payout, 'failed', { reason: byHand, note })
      : { note, caseChange: 'resolved' }),
    attempt: { ...denied, state: 'failed', reason: byHand },
    commands: [transfer(payout, leg, context)],
    settles: isLast ? [isWhole(denied) ? 'late_success' : 'wrong_amount'] : [],
  }
}

function cannot(because: string): Transition {
  const detail = `"force" could not be carried out: ${because}; book by a transfer what comes back.`
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

/** An amount being refunded is not debited here, and would stay with the recipients if the refund failed. */
export function refundedFirst({ amountRefunding }: Payment): Transition | undefined {
  if (amountRefunding === 0n) return undefined
  const detail = '"force" could not be carried out: a part of it is being refunded. Decide when that has ended.'
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

import type { CaseReason, MachineContext, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand } from '../booking/by-hand.ts'
import { failing } from '../payouts/payout-rows.ts'
import { amountOf, returned, suspendedOf, withSuspendedPart } from '../suspense/suspended.ts'
import { isContradicted, isDenied } from './attempt-policy.ts'

/**
 * A rail reported a movement and then denied it. The money is in suspense, as no account could get it or pay for it.
 * If it did not move, it must be neither delivered nor clawed back. The attempt has then failed: a later success is
 * late.
 */
export function isStatedNotToHaveHappened(decision: SubjectAction, about: CaseReason): boolean {
  return decision.action === 'force' && decision.outcome === 'failed' && about === 'outcome_unknown'
}

/** A capture in suspense, as a case alongside its payment. Undefined: no rail denies it. */
export function neverCaptured(
  payment: Payment,
  capture: Capture,
  note: string,
  context: MachineContext,
): Transition | undefined {
  const denied = onlyDenied(context.attemptsOf(capture), capture.currentAttempt)
  if (capture.state !== 'failed' || denied === undefined) return undefined
  const step = notThere(payment, denied, context)
  // It was delivered meanwhile, or is being returned. Whose loss it is cannot be decided here.
  if (step === undefined) return cannot('what came of it is not in suspense any more')
  return { ...step, capture: { ...capture, reason: byHand, currentAttempt: undefined }, note, stuck: 'resolved' }
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

/** The clawback for a payout that was not paid is dropped. Undefined: no rail denies what it reported. */
export function neverPaid(payout: Payout, note: string, context: MachineContext): Transition | undefined {
  const attempts = context.attemptsOf(payout)
  if (!attempts.some(isContradicted)) return undefined
  const denied = onlyDenied(attempts)
  const isPaidByAccount = payout.phase === 'stuck' && payout.reason === 'wrong_amount'
  if (denied === undefined || isPaidByAccount) return cannot('the rail had paid another amount, or several times')
  const { rail, amountMoved: amount = denied.amount } = denied
  const { asset } = payout
  const clearing = context.accounts.clearing({ rail, asset })
  const leg = { source: clearing, destination: context.accounts.suspense(asset), amount }
  return {
    ...(isOwnClawback(payout, attempts)
      ? failing(payout, 'failed', { reason: byHand, note })
      : { note, stuck: 'resolved' }),
    attempt: { ...denied, state: 'failed', reason: byHand },
    commands: [transfer(payout, leg, context)],
    settles: [amount === payout.amount ? 'late_success' : 'wrong_amount'],
  }
}

function cannot(because: string): Transition {
  const detail = `"force" could not be carried out: ${because}; book by a transfer what comes back.`
  return { note: detail, stuck: { why: 'outcome_unknown', detail } }
}

function isOwnClawback({ phase, reason }: Payout, attempts: readonly Attempt[]): boolean {
  const isOther = attempts.some((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
  return phase === 'stuck' && !isOther && (reason === 'late_success' || reason === 'booking_refused')
}

/**
 * The one attempt that its rail has reported and denied, or that is in suspense as stated (`call`) and denied.
 * Undefined when there are several, because it is not clear which one the operator means.
 */
export function onlyDenied(attempts: readonly Attempt[], call?: string): Attempt | undefined {
  const isStated = (attempt: Attempt) => attempt.id === call && attempt.suspended !== undefined && isDenied(attempt)
  const [first, ...others] = attempts.filter((attempt) => isContradicted(attempt) || isStated(attempt))
  return others.length === 0 ? first : undefined
}

/** The denied attempts did happen, until the rail denies them again. `stated`: one that the rail may still confirm. */
export function affirmed(attempts: readonly Attempt[], stated: string | undefined): Attempt[] {
  return attempts.flatMap((attempt): Attempt[] => {
    if (isContradicted(attempt)) return [{ ...attempt, reason: undefined }]
    const isStated = attempt.id === stated && attempt.state !== 'succeeded' && isDenied(attempt)
    return isStated ? [{ ...attempt, state: 'unknown', reason: undefined }] : []
  })
}

/** An amount being refunded is not debited here, and would stay with the recipients if the refund failed. */
export function refundedFirst({ amountRefunding }: Payment): Transition | undefined {
  if (amountRefunding === 0n) return undefined
  const detail = '"force" could not be carried out: a part of it is being refunded. Decide when that has ended.'
  return { note: detail, stuck: { why: 'outcome_unknown', detail } }
}

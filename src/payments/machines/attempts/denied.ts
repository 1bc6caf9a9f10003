import { amountText } from '#kernel'
import type { MachineContext, SubjectAction, Transition } from '../../machine.ts'
import { reasonsOfSuspense } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { joined } from '../booking/joined.ts'
import { isForced, withLost, withSuspended } from '../payments/payment-rows.ts'
import { reasonOf } from '../payments/payment-stated.ts'
import { isStrayRelease } from '../payments/stray-releases.ts'
import { amountUndone, undo } from '../suspense/dispute.ts'
import { amountOf, ofReason, type Suspended, suspendedOf, withSuspendedPart } from '../suspense/suspended.ts'
import { endedWithThat, reversingStill } from '../suspense/suspense.ts'
import { affirmed, isContradicted, isDenied, isDoubted, withStated } from './attempt-policy.ts'
import { refundedFirst } from './never-moved.ts'

/**
 * Attempts that the books count as succeeded (reported, or stated by an operator) and their rails deny, oldest first.
 * They and the payment's own unknown outcome are one case, which names the next. Each is decided separately, in order.
 */
export function deniedOf(payment: Payment, attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(
    (attempt) =>
      attempt.operation !== 'void' && (isContradicted(attempt) || (isForced(payment, attempt) && isDenied(attempt))),
  )
}

/** Whether an outcome of this attempt may start or end a case about several attempts: all must then be known. */
export function mayBeOneOfSeveral(payment: Payment, attempt: Attempt): boolean {
  // Any answer to an inquiry may be the last one that the rail's schedule allows.
  const isAsked = attempt.state === 'unknown' || attempt.inquiries > 0 || attempt.exchange?.inquiredAt !== undefined
  return (
    payment.phase === 'review' ||
    isStrayRelease(payment, attempt) ||
    isAsked ||
    isDoubted(attempt) ||
    isForced(payment, attempt)
  )
}

/** `after`: the step of a payment in review when its own case is resolved. */
export function decideDenied(
  payment: Payment,
  denied: Attempt,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  context: MachineContext,
  after: (row: Payment) => Transition,
): Transition {
  const note = settledByHand(evidence)
  if (outcome === 'succeeded') {
    const stated = denied.state === 'succeeded' ? denied : withStated(denied)
    return { attempts: [affirmed(stated)], note, caseChange: 'resolved' }
  }
  if (isUndone(payment, denied)) {
    return refundedFirst(payment) ?? reversingStill(undo(payment, denied, evidence, context), context)
  }
  return notBrought(payment, denied, note, context, after)
}

/** How much a statement that it did not happen moves. If nothing: what the rail had reported. */
export function amountDenied(payment: Payment, denied: Attempt, context: Pick<MachineContext, 'accounts'>): bigint {
  const { amount, amountMoved = amount, suspended } = denied
  return isUndone(payment, denied) ? amountUndone(payment, denied, context) : (suspended?.amount ?? amountMoved)
}

function isUndone(payment: Payment, denied: Attempt): boolean {
  const isOver = payment.phase === 'ended' || payment.phase === 'reversing'
  return isOver && payment.amountCaptured > 0n && isBooked(payment, denied) && !isAllInSuspense(denied)
}

function isBooked({ currentAttempt, rail, railReference }: Payment, attempt: Attempt): boolean {
  if (attempt.operation === 'void' || attempt.originalReference !== undefined) return false
  const isNamed = attempt.rail === rail && attempt.railReference === railReference
  return attempt.id === currentAttempt || (attempt.state === 'succeeded' && isNamed)
}

function isAllInSuspense({ amount, amountMoved = amount, suspended }: Attempt): boolean {
  return suspended !== undefined && suspended.amount >= amountMoved
}

/** Money that the attempt did not bring leaves suspense: it must be neither delivered nor returned. */
function notBrought(
  payment: Payment,
  denied: Attempt,
  note: string,
  context: MachineContext,
  after: (row: Payment) => Transition,
): Transition {
  const isOther = ({ attempt }: Suspended) => attempt.id !== denied.id
  const all = suspendedOf(payment, context)
  const others = all.filter(isOther)
  const suspended = amountOf(all) - amountOf(others)
  const there = denied.suspended?.amount ?? 0n
  const known = settled(withSuspendedPart(denied, -suspended), there, there > suspended)
  const row = endedWithThat(withLost(withSuspended(payment, -suspended), there - suspended), [known], context)
  const { asset } = payment
  const { accounts } = context
  const clearing = accounts.clearing({ rail: denied.rail, asset })
  const leg = { source: accounts.suspense(asset), destination: clearing, amount: there }
  const isLastLate = denied.suspended?.why === 'late_success' && ofReason(others, 'late_success').length === 0
  const step: Transition = {
    payment: row.currentAttempt === denied.id ? { ...row, currentAttempt: undefined } : row,
    attempts: [known],
    commands: there === 0n ? [] : [transfer(payment, leg, context)],
    settles: isLastLate ? ['late_success'] : [],
    note: there === 0n ? `${note} What is booked stays.` : note,
    caseChange: 'resolved',
  }
  // The part that is being returned already is lost, unless that return has not happened either.
  if (there > suspended) {
    const detail = `${note} ${amountText(there - suspended, asset)} of it are on their way back, and are a loss in suspense.`
    return { ...step, note: detail, caseChange: { why: 'dispute_after_refund', detail, isNext: true } }
  }
  return isLastOfOwn(payment, denied, others) ? { ...joined(step, after(step.payment ?? row)), note } : step
}

function isLastOfOwn(payment: Payment, denied: Attempt, others: readonly Suspended[]): boolean {
  const own = reasonOf(payment)
  if (payment.phase !== 'review' || !reasonsOfSuspense.includes(own)) return false
  return ofReason([{ attempt: denied, amount: 0n }], own).length > 0 && ofReason(others, own).length === 0
}

/**
 * If all of it is `notCome`, a later success is a late one. Otherwise the rest has left suspense and stays booked as
 * received, or is still on its way out. If the rail then reports another amount, an operator decides.
 */
function settled(denied: Attempt, notCome: bigint, isGoing: boolean): Attempt {
  const { amount, amountMoved = amount } = denied
  if (amountMoved <= notCome && !isGoing) return { ...denied, state: 'failed', reason: byHand }
  return { ...denied, state: 'succeeded', amountMoved: amountMoved - notCome, reason: byHand }
}

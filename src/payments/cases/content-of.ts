import { amountText, type Uuid } from '#kernel'
import { type CaseReason, caseReasons } from '../machine.ts'
import { isContradicted, isDenied } from '../machines/attempts/attempt-policy.ts'
import { amountDenied, deniedOf } from '../machines/attempts/denied.ts'
import { isLeftOpen } from '../machines/attempts/lost-attempts.ts'
import { bookedBy, type Tried } from '../machines/attempts/made-before.ts'
import { movedAttempts } from '../machines/attempts/moved-attempts.ts'
import { excessLeftOf, leftOf } from '../machines/attempts/returned.ts'
import { isUnbooked } from '../machines/attempts/unbooked.ts'
import { excessOf } from '../machines/payments/beside-decision.ts'
import { owedOf } from '../machines/payments/payment-rows.ts'
import { reasonOf } from '../machines/payments/payment-stated.ts'
import { unreleasedOf } from '../machines/payments/stray-releases.ts'
import { chargeOf } from '../machines/payouts/payout-charge.ts'
import { shortfallIn, shortOf } from '../machines/payouts/shortfall.ts'
import { bouncedIn, bouncedOf } from '../machines/returns/bounced.ts'
import { beyondOf } from '../machines/suspense/dispute.ts'
import {
  type Arrivals,
  amountOf,
  ofReason,
  type Suspended,
  suspendedOf,
  suspenseText,
} from '../machines/suspense/suspended.ts'
import { openLossOf } from '../machines/suspense/uncovered-loss.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../payment.ts'

/** What a case is about: what an action on it moves, or settles. */
export type Content = {
  /** 0: nothing. */
  readonly amount: bigint
  readonly attempts: readonly Uuid[]
  /** Names amounts that may change. It ends the detail once there are others than the detail says. */
  readonly sentence: string
}

export type CaseRow =
  | { readonly kind: 'payment'; readonly row: Payment }
  | { readonly kind: 'capture'; readonly row: Capture; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly row: Refund }
  | { readonly kind: 'payout'; readonly row: Payout }

/** By the functions that decide the actions on it. */
export function contentOf(subject: CaseRow, reason: CaseReason, context: Arrivals): Content {
  const { kind, row } = subject
  if (kind === 'payment' && reason === 'dispute_after_refund') return ofLoss(row, context)
  const attempts = context.attemptsOf(row)
  if (reason === 'unbooked') {
    const left = attempts.filter(isUnbooked)
    if (left.length === 0) return wholeOf(row)
    return named(summed(left, reportedIn), { what: 'not booked', asset: assetOf(subject) })
  }
  const denied = attempts.find((attempt) => isUnbooked(attempt) && isDenied(attempt))
  if (reason === 'outcome_unknown' && denied !== undefined) return ofOne(denied)
  if (kind === 'payment') return ofPayment(row, reason, context)
  if (kind === 'capture') return ofCapture(row, subject.payment, attempts)
  return ofTried(subject, reason, attempts, context)
}

function assetOf(subject: CaseRow): string {
  return subject.kind === 'capture' ? subject.payment.asset : subject.row.asset
}

function wholeOf({ amount, currentAttempt }: Payment | Tried | Capture): Content {
  return { amount, attempts: currentAttempt === undefined ? [] : [currentAttempt], sentence: '' }
}

function reportedIn({ amount, amountMoved = amount }: Attempt): bigint {
  return amountMoved
}

function ofOne(attempt: Attempt, amount = reportedIn(attempt)): Content {
  return { amount, attempts: [attempt.id], sentence: '' }
}

type Summed = Pick<Content, 'amount' | 'attempts'>

function summed(attempts: readonly Attempt[], amountIn: (attempt: Attempt) => bigint): Summed {
  const amount = attempts.reduce((sum, attempt) => sum + amountIn(attempt), 0n)
  return { amount, attempts: attempts.map(({ id }) => id) }
}

type Named = { readonly what: string; readonly asset: string }

function named({ amount, attempts }: Summed, { what, asset }: Named): Content {
  const sentence = ` Now ${what}: ${amount > 0n ? amountText(amount, asset) : 'nothing'}.`
  return { amount, attempts, sentence }
}

function ofPayment(payment: Payment, reason: CaseReason, context: Arrivals): Content {
  switch (reason) {
    case 'late_success':
    case 'wrong_amount':
    case 'booking_refused':
      return ofArrived(payment, reason, context)
    case 'compensation_failed':
      return ofHolds(payment, context)
    case 'outcome_unknown': {
      const attempts = context.attemptsOf(payment)
      const [denied] = deniedOf(payment, attempts)
      if (denied === undefined) return isOwnOf(payment, reason) ? wholeOf(payment) : ofLost(payment, attempts)
      // What captures took of an authorization changes with each, and their steps do not read the authorization.
      return denied.operation === 'authorize' ? ofOne(denied) : ofOne(denied, amountDenied(payment, denied, context))
    }
    default:
      return wholeOf(payment)
  }
}

/** What a lost server may have submitted. */
function ofLost(row: Payment | Tried, attempts: readonly Attempt[]): Content {
  const lost = attempts.find(isLeftOpen)
  return lost === undefined ? wholeOf(row) : ofOne(lost)
}

function ofLoss(payment: Payment, context: Arrivals): Content {
  const amount = openLossOf(payment, context)
  return named({ amount, attempts: [] }, { what: 'lost and not accepted', asset: payment.asset })
}

type ReasonOfSuspense = 'late_success' | 'wrong_amount' | 'booking_refused'

function ofArrived(payment: Payment, reason: ReasonOfSuspense, context: Arrivals): Content {
  const isOwn = isOwnOf(payment, reason)
  const suspended = isOwn ? ofReason(suspendedOf(payment, context), reason) : besideOf(payment, reason, context)
  if (suspended.length > 0) return ofSuspended(payment, suspended)
  const { asset } = payment
  if (isOwn && heldOf(payment) > 0n) return { amount: heldOf(payment), attempts: [], sentence: '' }
  if (!isOwn && reason === 'booking_refused') {
    return named({ amount: owedOf(payment), attempts: [] }, { what: 'owed', asset })
  }
  const isAboutShort = reason === 'wrong_amount' && !isOwn && (payment.amountLost ?? 0n) > 0n
  const short = isAboutShort ? context.broughtBy(payment).filter(isShort) : []
  if (short.length > 0) return { ...summed(short, missingIn), sentence: '' }
  return named(nothing, { what: 'in suspense', asset })
}

const nothing: Content = { amount: 0n, attempts: [], sentence: '' }

/** What an operator may accept or release, when nothing of it is captured. */
export function heldOf({ amountCapturable, amountCaptured }: Payment): bigint {
  return amountCaptured === 0n ? amountCapturable : 0n
}

export function isOwnOf(payment: Payment, reason: CaseReason): boolean {
  return payment.phase === 'review' && reasonOf(payment) === reason
}

function besideOf(payment: Payment, reason: CaseReason, context: Arrivals): readonly Suspended[] {
  return reason === 'late_success'
    ? ofReason(suspendedOf(payment, context), reason)
    : excessOf(payment, reason, context)
}

function ofSuspended(payment: Payment, suspended: readonly Suspended[]): Content {
  const attempts = suspended.map(({ attempt }) => attempt.id)
  return { amount: amountOf(suspended), attempts, sentence: suspenseText(payment, suspended) }
}

/** Stated in full, and confirmed in a smaller amount. The difference is lost. Late money was never booked in full. */
function isShort(attempt: Attempt): boolean {
  const { operation, state, suspended, refundedBy } = attempt
  if (operation === 'refund' || state !== 'succeeded') return false
  return suspended === undefined && refundedBy === undefined && missingIn(attempt) > 0n
}

function missingIn(attempt: Attempt): bigint {
  return attempt.amount - reportedIn(attempt)
}

/** The release of the payment's own hold, and those of holds that came too late. */
function ofHolds(payment: Payment, context: Arrivals): Content {
  const attempts = context.attemptsOf(payment)
  const own = isOwnOf(payment, 'compensation_failed') ? payment.currentAttempt : undefined
  const held = [...attempts.filter(({ id }) => id === own), ...unreleasedOf(payment, context)]
  const total = summed(held, ({ amount }) => amount)
  return named(total, { what: 'held', asset: payment.asset })
}

function ofCapture(capture: Capture, payment: Payment, attempts: readonly Attempt[]): Content {
  const [attempt] = attempts
  if (attempt === undefined) return wholeOf(capture)
  const isBooked = capture.state === 'succeeded'
  return ofOne(attempt, isBooked ? capture.amount + beyondOf(payment, attempt) : reportedIn(attempt))
}

function ofTried(
  { kind, row }: Extract<CaseRow, { readonly kind: 'refund' | 'payout' }>,
  reason: CaseReason,
  attempts: readonly Attempt[],
  context: Arrivals,
): Content {
  const isOwn =
    row.phase === 'review' && (caseReasons.find((code) => code === row.reason) ?? 'outcome_unknown') === reason
  if (isOwn && reason === 'wrong_amount') return differenceOf(row, context)
  if (isOwn && kind === 'payout' && reason === 'booking_refused') return charged(row, context)
  if (isOwn) return { ...wholeOf(row), sentence: clawbacksOf(row, reason, context)?.sentence ?? '' }
  if (reason === 'outcome_unknown') {
    const denied = attempts.find((attempt) => isContradicted(attempt) || isStatedAndDenied(row, attempt))
    return denied === undefined ? ofLost(row, attempts) : ofOne(denied)
  }
  if (reason === 'booking_refused') {
    return named(summed(bouncedOf(attempts), bouncedIn), { what: 'back in suspense', asset: row.asset })
  }
  if (reason !== 'late_success' && reason !== 'wrong_amount') return wholeOf(row)
  const clawbacks = clawbacksOf(row, reason, context)
  if (clawbacks !== undefined) return clawbacks
  const short = kind === 'payout' && reason === 'wrong_amount' ? shortOf(attempts) : []
  if (short.length > 0) return named(summed(short, shortfallIn), { what: 'in suspense', asset: row.asset })
  return differenceOf(row, context)
}

/** Undefined when there are none. */
function clawbacksOf(tried: Tried, reason: CaseReason, context: Arrivals): Content | undefined {
  const moved = reason === 'late_success' || reason === 'wrong_amount' ? movedAttempts(tried, reason, context) : []
  if (moved.length === 0) return undefined
  return named(summed(moved, leftOf), { what: 'in suspense as clawbacks', asset: tried.asset })
}

function charged(payout: Payout, context: Arrivals): Content {
  const { id } = bookedBy(payout, context) ?? {}
  return { amount: chargeOf(payout, context), attempts: id === undefined ? [] : [id], sentence: '' }
}

function isStatedAndDenied({ state, currentAttempt }: Tried, attempt: Attempt): boolean {
  return state === 'succeeded' && attempt.id === currentAttempt && isDenied(attempt)
}

/** A rail made it in another amount, which is booked: the action accepts the difference. */
function differenceOf(tried: Tried, context: Arrivals): Content {
  const booked = bookedBy(tried, context)
  if (booked === undefined) return nothing
  const missing = tried.amount - reportedIn(booked)
  return ofOne(booked, missing > 0n ? missing : excessLeftOf(booked, tried.amount))
}

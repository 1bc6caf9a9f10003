import { amountText } from '#kernel'
import type { MachineContext, OpenedCase, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund, Share } from '../../payment.ts'
import { bookedOf, madeBefore } from '../attempts/made-before.ts'
import { isAllReturned, withAllReturned } from '../attempts/returned.ts'
import { transfer } from '../booking/bookings.ts'
import { spreadBack } from '../booking/off-shares.ts'
import { partsOf, sumOf, takenBack } from '../booking/shares.ts'
import { excessOf } from '../payments/beside-decision.ts'
import { owedOf, subjectOf, withLessOwed, withLost, withSuspended } from '../payments/payment-rows.ts'
import { asAskedFor, failing, isOfCaptured, requireRefundReview } from '../refunds/refund-rows.ts'
import {
  amountOf,
  asLate,
  notReturnedBy,
  type Suspended,
  suspendedOf,
  withSuspendedPart,
} from '../suspense/suspended.ts'
import { acceptedAt } from '../suspense/uncovered-loss.ts'
import { bouncedIn, retriedBounced, still, withoutBounced } from './bounced.ts'
import { fillingLoss, refundedByOther } from './clawback-returned.ts'
import { followReturn, type ReturnedInput, type Returning, restOfStated } from './follow-return.ts'

/**
 * A refund that came back goes to the accounts that paid for it, each in proportion to what it gave and has not got
 * back. What was written off for them, and then a debt of theirs, is paid first. Money of a refund from suspense is in suspense again, and an operator returns it
 * another way. A refund that came back whole has failed, and its amount can be refunded again.
 */
export function onRefundReturned(
  payment: Payment,
  refund: Refund,
  input: ReturnedInput,
  context: MachineContext,
): Transition {
  const { attempt } = input
  const isCurrent = refund.currentAttempt === attempt.id
  return followReturn(refund, input, context, {
    isAwaited: isCurrent && refund.phase !== 'ended',
    isStated: isCurrent && refund.phase === 'ended' && refund.state === 'succeeded',
    book: (returning) =>
      bookedOf(refund, context.attemptsOf(refund)) === attempt.id
        ? ofBooked(payment, refund, returning, context)
        : fillingLoss(payment, refund, returning, context),
  })
}

function ofBooked(payment: Payment, refund: Refund, returning: Returning, context: MachineContext): Transition {
  const { attempt, amount, note } = returning
  const isWhole = amount === refund.amount && isAllReturned(attempt)
  const other = isWhole ? madeBefore(refund, attempt.id, context) : undefined
  if (other !== undefined && (payment.amountLost ?? 0n) >= amount) {
    return refundedByOther(payment, refund, other, returning, context)
  }
  const clearing = context.accounts.clearing({ rail: attempt.rail, asset: refund.asset })
  const suspense = context.accounts.suspense(refund.asset)
  const row: Refund = { ...refund, amountReturned: (refund.amountReturned ?? 0n) + amount }
  const rest = restOf(payment, refund, attempt, context)
  const step =
    rest === 0n
      ? givenTo(payment, row, { ...returning, source: clearing }, context)
      : givenWithRest(payment, row, { ...returning, source: clearing }, rest, context)
  return {
    ...step,
    refused: ({ code }) => {
      const detail = `${note} The books refused to give it to those who had paid (${code}); it is in suspense.`
      const bounced = withSuspendedPart(attempt, amount, 'returned')
      return {
        payment: withSuspended(payment, amount),
        refund: row,
        attempt: bounced,
        commands: [transfer(refund, { source: clearing, destination: suspense, amount }, context)],
        events: ['refund.returned'],
        ...(bouncedIn(bounced) > 0n ? still(detail) : ofPayment(payment, bounced, detail)),
      }
    },
  }
}

/** It was stated in full and made in part, and nothing of it is left with the payer: the rest in suspense is theirs, too. */
function restOf(payment: Payment, refund: Refund, attempt: Attempt, context: MachineContext): bigint {
  if (!mayGetRest(payment, refund, context) || !isAllReturned(attempt) || attempt.suspended?.why !== 'wrong_amount')
    return 0n
  return suspendedOf(payment, context).find(({ attempt: { id } }) => id === attempt.id)?.amount ?? 0n
}

/** Otherwise the rest is an operator's. */
export function mayGetRest(payment: Payment, refund: Refund, context: MachineContext): boolean {
  return isOfCaptured(refund, context) && refund.phase === 'ended' && payment.phase === 'ended'
}

/** The rest goes by way of the rail's clearing account, so that each payer gets one transfer. */
function givenWithRest(
  payment: Payment,
  refund: Refund,
  given: Given,
  rest: bigint,
  context: MachineContext,
): Transition {
  const { attempt, amount, source, note } = given
  const all = { ...given, attempt: withSuspendedPart(attempt, -rest), amount: amount + rest }
  const { commands = [], also = [], ...step } = givenTo(withSuspended(payment, -rest), refund, all, context)
  const others = excessOf(payment, 'wrong_amount', context).filter((one) => one.attempt.id !== attempt.id)
  const over = { why: 'wrong_amount', detail: note, subject: subjectOf(payment), isOver: true } as const
  const leg = { source: context.accounts.suspense(refund.asset), destination: source, amount: rest }
  return {
    ...step,
    commands: [transfer(refund, leg, context), ...commands],
    also: others.length === 0 ? [...also, over] : also,
  }
}

/** It was stated in full and came back. Its rail reports only now that it had made no more than that. */
export function allRefundedBefore(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  { missing, detail }: { readonly missing: bigint; readonly detail: string },
  context: MachineContext,
): Transition {
  const { asset } = refund
  const { rest: amount, also } = restOfStated(attempt, missing, context)
  const row: Refund = { ...refund, currentAttempt: undefined }
  const source = context.accounts.clearing({ rail: attempt.rail, asset })
  const inSuspense: Transition = {
    payment: withSuspended(payment, amount),
    refund: row,
    attempt: withSuspendedPart(attempt, amount, 'returned'),
    commands: [transfer(refund, { source, destination: context.accounts.suspense(asset), amount }, context)],
    also,
  }
  if (bouncedIn(attempt) > 0n) return { ...inSuspense, note: detail }
  const { events = [], ...step } = givenTo(payment, row, { attempt, amount, note: detail, source }, context)
  return {
    ...step,
    events: events.filter((type) => type !== 'refund.returned'),
    also: [...(step.also ?? []), ...also],
    refused: ({ code }) => ({
      ...inSuspense,
      ...still(`${detail} The books refused to give the rest to those who had paid (${code}); it is in suspense.`),
    }),
  }
}

/** The attempt had money in suspense for another reason: that case shows all of it. */
function ofPayment(payment: Payment, { suspended }: Attempt, detail: string): Transition {
  const why = suspended?.why === 'wrong_amount' ? 'wrong_amount' : 'late_success'
  return { note: detail, caseChange: { why, detail, subject: subjectOf(payment) } }
}

type Given = Returning & { readonly source: string }

/** `source`: the rail's clearing account, or suspense if the accounts could not take it before. */
function givenTo(payment: Payment, refund: Refund, given: Given, context: MachineContext): Transition {
  const { attempt, amount, note, source } = given
  const gave = takenBack([refund])
  const all = sumOf(gave)
  const toPayers = amount < all ? amount : all
  const parts = partsOf(toPayers, gave)
  const isCaptured = isOfCaptured(refund, context)
  const { row, off, due } = isCaptured
    ? withLessOwed({ ...payment, amountRefunded: payment.amountRefunded - toPayers }, parts)
    : { row: withSuspended(payment, toPayers), off: 0n, due: [] }
  const filled = lossFilled(row, amount - toPayers)
  const ofNobody = amount - toPayers - filled + (isCaptured ? 0n : toPayers)
  const paid = withSuspended(withLost(row, -filled), amount - toPayers - filled)
  const known = withSuspendedPart(attempt, ofNobody)
  const suspense = context.accounts.suspense(refund.asset)
  const rest = amount - sumOf(due) - off
  const isSent = rest > 0n && source !== suspense
  const left: Refund = { ...refund, from: lessGiven(refund.from, parts) }
  const isOver = isAllReturned(known) && bouncedIn(known) === 0n && toPayers === all
  const end = isOver ? over(paid, left, known, note, context) : { payment: paid, refund: left, attempt: known, note }
  const step = isCaptured && refund.isReversal && toPayers > 0n ? stillToBeMade(paid, end, parts, context) : end
  const open = isOver && !isCaptured ? stillOpen(payment, refund, attempt, context) : []
  return {
    ...step,
    ...(open.length > 0 && { attempts: open.map(asLate) }),
    commands: [
      ...spreadBack(refund, source, { off, rest: due }, context),
      ...(isSent ? [transfer(refund, { source, destination: suspense, amount: rest }, context)] : []),
    ],
    events: ['refund.returned', ...(step.events ?? [])],
    also: [...(step.also ?? []), ...casesOf(payment, paid, { ofNobody, note: withOpen(note, open, refund) })],
  }
}

/** No operator has accepted that its rail returned less than asked, and none is asked once the refund has ended. */
function stillOpen(payment: Payment, refund: Refund, attempt: Attempt, context: MachineContext): Suspended[] {
  const { amount, amountMoved = amount } = attempt
  if (refund.phase !== 'review' || amountMoved >= refund.amount) return []
  return notReturnedBy(payment, refund, amountMoved, context)
}

function withOpen(note: string, open: readonly Suspended[], { asset }: Refund): string {
  return open.length === 0 ? note : `${note} ${amountText(amountOf(open), asset)} that it had not returned are left.`
}

function lossFilled({ amountLost = 0n }: Payment, amount: bigint): bigint {
  return amount < amountLost ? amount : amountLost
}

function lessGiven(from: readonly Share[], parts: readonly Share[]): Share[] {
  return from.map((share) => {
    const { amount, captured = amount } = share
    const back = sumOf(parts.filter(({ account }) => account === share.account))
    return { ...share, captured: captured - back }
  })
}

function over(payment: Payment, refund: Refund, attempt: Attempt, note: string, context: MachineContext): Transition {
  const reserved = isOfCaptured(refund, context) ? refund.amount : 0n
  const { commands: _, ...failed } = failing(
    { ...payment, amountRefunding: payment.amountRefunding + reserved },
    { ...refund, holds: [] },
    { reason: 'returned', note },
    context,
  )
  return { ...failed, attempt: withAllReturned(attempt) }
}

/**
 * A refund that undoes something has to reach the payer: an operator gets it. Made in part, the rest stays done, and
 * another refund of the part that came back takes its place.
 */
function stillToBeMade(
  payment: Payment,
  step: Transition,
  parts: readonly Share[],
  context: MachineContext,
): Transition {
  const { refund, note = '', events: _, caseChange: __, ...rest } = step
  if (refund === undefined) return step
  const detail = `${note} It undoes something, so it is still to be refunded.`
  const matter = { why: 'compensation_failed', detail } as const
  const refundable = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  if (refund.phase === 'ended' && refund.state === 'failed' && refund.amount <= refundable) {
    const row = { ...asAskedFor(refund), currentAttempt: undefined }
    return {
      ...rest,
      ...requireRefundReview(row, 'compensation_failed', detail),
      payment: { ...payment, amountRefunding: payment.amountRefunding + refund.amount },
      caseChange: { ...matter, isNext: true },
    }
  }
  const amount = sumOf(parts)
  const id = context.newId()
  const other: Refund = {
    ...{ id, book: refund.book, payment: payment.id, amount, asset: refund.asset, to: refund.to },
    ...{ from: parts.filter((share) => share.amount > 0n), state: 'requires_review', reason: 'compensation_failed' },
    ...{ phase: 'review', holds: [], currentAttempt: undefined, attempts: 0, isReversal: true },
    ...{ metadata: refund.metadata, createdAt: acceptedAt(payment, context.now), version: 1 },
  }
  const row = step.payment ?? payment
  return {
    ...step,
    payment: { ...row, amountRefunding: row.amountRefunding + amount },
    newRefunds: [other],
    also: [...(step.also ?? []), { ...matter, subject: { kind: 'refund', id } }],
  }
}

/** Money of nobody is in suspense again. A case about a debt is over once the debt is paid. */
function casesOf(
  before: Payment,
  after: Payment,
  { ofNobody, note }: { readonly ofNobody: bigint; readonly note: string },
): OpenedCase[] {
  const subject = subjectOf(after)
  const isPaid = owedOf(before) > 0n && owedOf(after) === 0n && after.phase !== 'review'
  const late = `${note} It is in suspense: return it some other way.`
  return [
    ...(ofNobody > 0n ? [{ why: 'late_success', detail: late, subject } as const] : []),
    ...(isPaid ? [{ why: 'booking_refused', detail: note, subject, isOver: true } as const] : []),
  ]
}

/** The accounts that had paid may take it now. */
export function retryReturnedRefund(
  payment: Payment,
  refund: Refund,
  { action }: SubjectAction,
  context: MachineContext,
): Transition {
  const { asset } = refund
  const attempts = context.attemptsOf(refund)
  return retriedBounced({ attempts, action, asset }, (attempt) => {
    const amount = bouncedIn(attempt)
    const note = `${amountText(amount, asset)} that came back were given to those who had paid.`
    const source = context.accounts.suspense(asset)
    const given = { attempt: withoutBounced(attempt), amount, note, source }
    const { events = [], caseChange, ...step } = givenTo(withSuspended(payment, -amount), refund, given, context)
    return {
      ...step,
      refused: ({ code }) => still(`The books refused again to give what came back to those who had paid (${code}).`),
      events: ['refund.resolved', ...events.filter((type) => type !== 'refund.returned')],
      caseChange: typeof caseChange === 'object' ? caseChange : 'resolved',
    }
  })
}

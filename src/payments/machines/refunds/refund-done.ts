import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund, Share } from '../../payment.ts'
import { isAllReturned } from '../attempts/returned.ts'
import { gather, postHold, transfer, voidHold, voidHolds } from '../booking/bookings.ts'
import { partsOf, stillPaying, takenBack } from '../booking/shares.ts'
import { withLost, withOwed, withSuspended } from '../payments/payment-rows.ts'
import { allRefundedBefore, mayGetRest } from '../returns/refund-returned.ts'
import { suspendedForRefund, takenFromSuspense, withSuspendedPart } from '../suspense/suspended.ts'
import { asAskedFor, isOfCaptured, requireRefundReview, succeeding } from './refund-rows.ts'

export function refunded(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const note = `The rail ${attempt.rail} refunded ${amountText(amount, refund.asset)}.`
  if (amount === refund.amount) {
    return {
      ...succeeding(payment, refund, note, context),
      commands: refund.holds.map((id) => postHold(refund.book, id)),
      refused: (refusal) => refundedButRefused(payment, refund, { rail: attempt.rail, amount, refusal }, context),
    }
  }
  return refundedOtherwise(payment, refund, attempt, amount, context)
}

/**
 * Booked from suspense, as a clawback from the accounts that were to pay. None owes an excess: an operator settles it.
 * A refund of money in suspense is booked as it should be: no account owes it.
 */
function refundedButRefused(
  payment: Payment,
  refund: Refund,
  { rail, amount, refusal }: { readonly rail: string; readonly amount: bigint; readonly refusal: LedgerRefusal },
  context: MachineContext,
): Transition {
  const isOwed = isOfCaptured(refund, context)
  const whose = isOwed ? 'those who pay for it' : 'what was held for it'
  const end = isOwed ? 'it is a clawback in suspense' : 'it is booked from suspense'
  const detail = `The rail ${rail} refunded ${amountText(amount, refund.asset)}, and the books refused to take it from ${whose} (${refusal.code}); ${end}.`
  const done = amount < refund.amount ? amount : refund.amount
  const after = succeeding(payment, refund, detail, context, done)
  const owing = partsOf(done, refund.from)
  const from = refund.from.map((share, at) => ({ ...share, captured: owing[at]?.amount ?? 0n }))
  const row = after.payment ?? payment
  const booked: Transition = {
    ...after,
    payment: withLost(isOwed ? withOwed(row, done, owing) : row, amount - done),
    ...(done < refund.amount && after.refund !== undefined && { refund: { ...after.refund, from } }),
    commands: [...voidHolds(refund.book, refund.holds), beyond(refund, rail, amount, context)],
  }
  const clawback = { why: 'booking_refused', detail, subject: { kind: 'payment', id: payment.id } } as const
  if (isOwed && amount <= refund.amount) return { ...booked, caseChange: clawback }
  if (amount === refund.amount) return booked
  return { ...booked, ...inAnotherAmount(refund, from, rail, amount), ...(isOwed && { also: [clawback] }) }
}

/** `from`: the amounts that were really paid, by account. */
function inAnotherAmount(refund: Refund, from: readonly Share[], rail: string, amount: bigint) {
  const detail = `The rail ${rail} refunded ${amountText(amount, refund.asset)} instead of ${amountText(refund.amount, refund.asset)}.`
  const row: Refund = { ...refund, from, holds: [], currentAttempt: undefined }
  return requireRefundReview(row, 'wrong_amount', detail)
}

function refundedOtherwise(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const { rail } = attempt
  const covered = amount < refund.amount ? amount : refund.amount
  const shares = refund.from.filter((share) => share.amount > 0n)
  const paid = partsOf(covered, shares)
  const posts = paid.map((part, at) => {
    const id = refund.holds[at] ?? ''
    return part.amount === 0n ? voidHold(refund.book, id) : postHold(refund.book, id, part.amount)
  })
  const excess = amount - covered
  const { payment: row = payment, attempts = [] } = succeeding(payment, refund, '', context, covered)
  // The rest of each share can still be refunded.
  const from = shares.map((share, at) => ({ ...share, captured: paid[at]?.amount ?? 0n }))
  return {
    ...inAnotherAmount(refund, from, rail, amount),
    payment: withLost(row, excess),
    attempts,
    commands: excess === 0n ? posts : [...posts, beyond(refund, rail, excess, context)],
    refused: (refusal) => refundedButRefused(payment, refund, { rail, amount, refusal }, context),
  }
}

/** The amount that no party pays, from suspense. Negative: booked but not paid by the rail, so returned to suspense. */
function beyond(refund: Refund, rail: string, amount: bigint, context: MachineContext) {
  const suspense = context.accounts.suspense(refund.asset)
  const clearing = context.accounts.clearing({ rail, asset: refund.asset })
  return amount > 0n
    ? transfer(refund, { source: suspense, destination: clearing, amount }, context)
    : transfer(refund, { source: clearing, destination: suspense, amount: -amount }, context)
}

/** If the payment still has the amount, the accounts that were to pay do. Otherwise suspense pays, and a case opens. */
export function refundedLate(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const { rail } = attempt
  const detail = `The rail ${rail} refunded ${amountText(amount, refund.asset)} after it had been given up.`
  const lost: Transition = {
    ...takenFromSuspense(payment, refund, amount, context),
    commands: [beyond(refund, rail, amount, context)],
    note: detail,
    caseChange: { why: 'late_success', detail },
  }
  const ended: Transition =
    refund.currentAttempt === attempt.id ? { ...lost, refund: { ...refund, currentAttempt: undefined } } : lost
  // It was booked and then undone: its amount is still reserved, without holds.
  const isReopened = refund.phase === 'review' && refund.reason === 'compensation_failed' && refund.holds.length === 0
  const reserved = { ...payment, amountRefunding: payment.amountRefunding + (isReopened ? 0n : amount) }
  const left = isOfCaptured(refund, context)
    ? payment.amountCaptured - payment.amountRefunded - reserved.amountRefunding + amount
    : suspendedForRefund(payment, refund, context)
  const isOpen = isReopened || (refund.phase === 'ended' && refund.state !== 'succeeded')
  if (!isOpen || amount !== refund.amount || amount > left) return ended
  const again = asAskedFor(refund)
  if (!isOfCaptured(refund, context)) {
    return { ...succeeding(payment, again, detail, context), commands: [beyond(refund, rail, amount, context)] }
  }
  // Other refunds may have been made meanwhile. The accounts that still have its money pay.
  const from = stillPaying(payment, takenBack(context.refundsOf(payment), payment), again.from)
  return {
    ...succeeding(reserved, { ...again, from }, detail, context),
    commands: gather(refund, from, context.accounts.clearing({ rail, asset: refund.asset }), context),
    refused: () => ended,
  }
}

/** No account has paid an excess. A shortfall is the payer's money, and is decided on the payment while in suspense. */
export function refundedOtherwiseThanStated(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const { rail, amount: stated } = attempt
  const more = amount - stated
  const detail = `The refund was settled by hand in full, and the rail ${rail} refunded ${amountText(amount, refund.asset)} instead of ${amountText(stated, refund.asset)}.`
  const step = { refund: { ...refund, currentAttempt: undefined }, commands: [beyond(refund, rail, more, context)] }
  if (more > 0n) {
    const taken = takenFromSuspense(payment, refund, more, context)
    return { ...step, ...taken, note: detail, caseChange: { why: 'late_success', detail } }
  }
  if (isAllReturned(attempt) && mayGetRest(payment, refund, context)) {
    return allRefundedBefore(payment, refund, attempt, { missing: -more, detail }, context)
  }
  const known = withSuspendedPart(attempt, -more, 'wrong_amount')
  const row = withSuspended(payment, -more)
  const text = `${detail} The ${amountText(-more, refund.asset)} that it did not return are in suspense.`
  const subject = { kind: 'payment', id: payment.id } as const
  return {
    ...step,
    payment: row,
    attempt: known,
    note: text,
    caseChange: { why: 'wrong_amount', detail: text, subject },
  }
}

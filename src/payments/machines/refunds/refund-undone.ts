import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { isDenied } from '../attempts/attempt-policy.ts'
import { bookedBy, isBooked, madeBefore } from '../attempts/made-before.ts'
import { transfer } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { backToOff, spreadBack } from '../booking/off-shares.ts'
import { sumOf, takenBack } from '../booking/shares.ts'
import { owedOf, withLost, withSuspended } from '../payments/payment-rows.ts'
import { suspendedOf, withSuspendedPart } from '../suspense/suspended.ts'
import { asAskedFor, isOfCaptured, requireRefundReview } from './refund-rows.ts'

/** Undoes what is booked of a refund that did not happen. Undefined: it is neither booked nor denied by its rail. */
export function neverRefunded(
  payment: Payment,
  refund: Refund,
  denied: Attempt | undefined,
  evidence: string,
  context: MachineContext,
): Transition | undefined {
  if (isBooked(refund)) return undone(payment, refund, evidence, context)
  if (denied === undefined) return undefined
  const { amountMoved: amount = denied.amount } = denied
  if (!isOfCaptured(refund, context) || (payment.amountLost ?? 0n) < amount) {
    return cannot('it is not clear what was booked of it; book by a transfer what comes back.')
  }
  return noLongerLost(payment, refund, denied, settledByHand(evidence), context)
}

/** The accounts that paid for it get it back, and the amount can be refunded again. */
function undone(payment: Payment, refund: Refund, evidence: string, context: MachineContext): Transition {
  const { rail } = payment
  const step = undoneButMade(payment, refund, settledByHand(evidence), context)
  if (step !== undefined) return step
  if (rail === undefined || !isOfCaptured(refund, context)) return cannot('give it back to the payer some other way.')
  if (owedOf(payment) > 0n) return cannot('what is owed for refunds and disputes of the payment is to be paid first.')
  const made = bookedBy(refund, context)
  if (made !== undefined && !isDenied(made)) {
    return cannot('another attempt is booked; book by a transfer what comes back of this one.')
  }
  const paid = takenBack([refund])
  const beyond = withoutBeyond(payment, refund, made, sumOf(paid), context)
  if (beyond === undefined) return cannot('the rail had refunded another amount; book by a transfer what comes back.')
  const clearing = context.accounts.clearing({ rail, asset: refund.asset })
  const less = { ...beyond.payment, amountRefunded: payment.amountRefunded - sumOf(paid) }
  const { row, ...back } = backToOff(less, paid)
  const note = `Undone, settled by hand: ${evidence}`
  const end = refund.isReversal ? stillToBeMade(row, refund, note) : failedAfterAll(row, refund, note)
  if (end === undefined) return cannot('a part of it was refunded again since; book by a transfer what comes back.')
  return {
    ...end,
    ...(beyond.attempt !== undefined && { attempt: neverMade(beyond.attempt) }),
    commands: [...spreadBack(refund, clearing, back, context), ...beyond.commands],
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
  }
}

function failedAfterAll(payment: Payment, refund: Refund, note: string): Transition {
  const row: Refund = { ...refund, state: 'failed', reason: byHand, phase: 'ended', currentAttempt: undefined }
  return { payment, refund: row, events: ['refund.failed'], note, caseChange: 'resolved' }
}

/** A refund that undoes something never just fails: an operator gets it. Undefined: too little is left to refund. */
function stillToBeMade(payment: Payment, refund: Refund, note: string): Transition | undefined {
  const { amount } = refund
  if (payment.amountCaptured - payment.amountRefunded - payment.amountRefunding < amount) return undefined
  const row = { ...asAskedFor(refund), currentAttempt: undefined }
  const detail = `${note} It undoes something, so it is still to be refunded.`
  return {
    ...requireRefundReview(row, 'compensation_failed', detail),
    payment: { ...payment, amountRefunding: payment.amountRefunding + amount },
    caseChange: { why: 'compensation_failed', detail, isNext: true },
  }
}

/** An earlier success, until now a loss in suspense, becomes the refund. Undefined: there is none, or no such loss. */
function undoneButMade(
  payment: Payment,
  refund: Refund,
  note: string,
  context: MachineContext,
): Transition | undefined {
  const made = bookedBy(refund, context)
  const earlier = made === undefined ? undefined : madeBefore(refund, made.id, context)
  const { amount } = refund
  const isWhole = made !== undefined && isDenied(made) && (made.amountMoved ?? amount) === amount
  if (!isWhole || earlier === undefined || (payment.amountLost ?? 0n) < amount) return undefined
  const text = `${note} Another attempt of the rail ${earlier.rail} had refunded it: what is booked is that.`
  return { ...noLongerLost(payment, refund, made, text, context), refund: { ...refund, currentAttempt: undefined } }
}

function noLongerLost(
  payment: Payment,
  refund: Refund,
  denied: Attempt,
  note: string,
  context: MachineContext,
): Transition {
  const { rail, asset, amountMoved: amount = denied.amount } = denied
  const clearing = context.accounts.clearing({ rail, asset })
  const leg = { source: clearing, destination: context.accounts.suspense(asset), amount }
  return {
    payment: withLost(payment, -amount),
    attempt: neverMade(denied),
    commands: [transfer(refund, leg, context)],
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
    note,
    caseChange: 'resolved',
    settles: ['late_success'],
  }
}

/** The attempt has then failed, so a later success is a late one. */
function neverMade(attempt: Attempt): Attempt {
  return { ...attempt, state: 'failed', reason: byHand }
}

function cannot(because: string): Transition {
  const detail = `"force" could not be carried out: ${because}`
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

/** Reverses the difference to what was paid: an excess was lost, a shortfall is in suspense. Undefined: not there. */
function withoutBeyond(
  payment: Payment,
  refund: Refund,
  made: Attempt | undefined,
  paid: bigint,
  context: MachineContext,
) {
  const beyond = (made?.amountMoved ?? paid) - paid
  if (made === undefined || beyond === 0n) return { payment, attempt: made, commands: [] }
  const clearing = context.accounts.clearing({ rail: made.rail, asset: refund.asset })
  const suspense = context.accounts.suspense(refund.asset)
  if (beyond > 0n) {
    if ((payment.amountLost ?? 0n) < beyond) return undefined
    const leg = { source: clearing, destination: suspense, amount: beyond }
    return { payment: withLost(payment, -beyond), attempt: made, commands: [transfer(refund, leg, context)] }
  }
  const suspended = suspendedOf(payment, context).find(({ attempt }) => attempt.id === made.id)
  if ((suspended?.amount ?? 0n) < -beyond) return undefined
  const leg = { source: suspense, destination: clearing, amount: -beyond }
  const row = withSuspended(payment, beyond)
  return { payment: row, attempt: withSuspendedPart(made, beyond), commands: [transfer(refund, leg, context)] }
}

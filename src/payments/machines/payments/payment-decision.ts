import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import type { Payment, Refund, Share } from '../../payment.ts'
import { atOnce } from '../attempts/attempt-policy.ts'
import { decideDenied, deniedOf } from '../attempts/denied.ts'
import { spread } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { decidedFirst, joined } from '../booking/joined.ts'
import { lessOf, partsOf, sharesOf, uncapturedOf, withCaptured } from '../booking/shares.ts'
import { wantedRefund } from '../captures/capture-rows.ts'
import { reversalIdOf, withReversal } from '../suspense/reversals.ts'
import {
  amountOf,
  asDelivered,
  leftAfter,
  ofReason,
  outOf,
  returned,
  type Suspended,
  suspendedOf,
  taken,
} from '../suspense/suspended.ts'
import { reverseEach, reversingStill } from '../suspense/suspense.ts'
import { release, releaseOnceFree } from './authorization.ts'
import { decideBeside } from './beside-decision.ts'
import {
  endedAsCaptured,
  ending,
  failing,
  isUnwanted,
  isWantedBack,
  type PendingRequest,
  pendingRequestOf,
  strongerOf,
  subjectOf,
} from './payment-rows.ts'
import { cannot, forceSuccess, reasonOf, resolving } from './payment-stated.ts'
import { askForStrays, releasedByHand, releaseStraysAgain } from './stray-releases.ts'

/** A decision that cannot be carried out leaves the payment in review. The detail of its case names the reason. */
export function onPaymentDecision(
  payment: Payment,
  decision: SubjectAction,
  context: MachineContext,
  { about, seen }: { readonly about?: CaseReason; readonly seen?: Seen } = {},
): Transition {
  const isInReview = payment.phase === 'review'
  const own = reasonOf(payment)
  if (decision.action === 'force' && (about ?? (isInReview ? own : 'outcome_unknown')) === 'outcome_unknown') {
    const [denied] = deniedOf(payment, context.attemptsOf(payment))
    const after = (row: Payment) => afterReturn(row, context)
    const step = denied && decideDenied(payment, denied, decision, context, after)
    const { phase } = step?.payment ?? payment
    if (step !== undefined) return phase === 'review' ? decidedFirst(step, own) : step
  }
  const beside = () => decideBeside(payment, decision, context, { about, seen })
  if (!isInReview) return beside()
  if (about !== undefined && about !== own) return decidedFirst(beside(), own)
  switch (own) {
    case 'rail_unavailable':
      return decideUnreached(payment, decision, context)
    case 'compensation_failed':
      return decideRelease(payment, decision, context, seen)
    case 'wrong_amount':
    case 'booking_refused':
    case 'late_success':
      return decideArrived(payment, decision, ofReason(suspendedOf(payment, context), own), context)
    default:
      return decideUnknown(payment, decision, context)
  }
}

function decideArrived(
  payment: Payment,
  decision: SubjectAction,
  suspended: readonly Suspended[],
  context: MachineContext,
): Transition {
  if (suspended.length > 0) return decideSuspended(payment, decision, suspended, context)
  if (payment.amountCapturable > 0n && payment.amountCaptured === 0n)
    return decideAuthorized(payment, decision, context)
  return decideNothingLeft(payment, decision, context)
}

function decideUnknown(payment: Payment, decision: SubjectAction, context: MachineContext): Transition {
  const { currentAttempt, rail } = payment
  if (currentAttempt === undefined || rail === undefined) return cannot(payment, decision, 'no attempt is under way.')
  switch (decision.action) {
    case 'inquire':
      return {
        timers: [atOnce('inquire', subjectOf(payment), currentAttempt, context)],
        note: `Asking the rail ${rail} again.`,
      }
    case 'force':
      if (decision.outcome === 'succeeded') return forceSuccess(payment, { rail, evidence: decision.evidence }, context)
      return isUnwanted(payment)
        ? ending(payment, endedAsCaptured(payment), settledByHand(decision.evidence))
        : failing(payment, { reason: byHand, note: settledByHand(decision.evidence) })
    default:
      return cannot(payment, decision, 'it may have happened, so it is neither repeated nor reversed.')
  }
}

/** No rail could be reached: nothing has happened anywhere. */
function decideUnreached(payment: Payment, decision: SubjectAction, context: MachineContext): Transition {
  const { currentAttempt } = payment
  if (decision.action === 'reverse' || (decision.action === 'force' && decision.outcome === 'failed')) {
    return failing(payment, { reason: 'rail_unavailable', note: 'Given up; no rail had been reached.' })
  }
  if (decision.action !== 'retry' || currentAttempt === undefined)
    return cannot(payment, decision, 'no rail has been reached.')
  return {
    payment: { ...payment, phase: 'new', state: 'processing' },
    timers: [atOnce('overdue', subjectOf(payment), currentAttempt, context)],
    events: ['payment.resolved'],
    note: 'To be submitted again.',
    caseChange: 'resolved',
  }
}

function decideRelease(
  payment: Payment,
  decision: SubjectAction,
  context: MachineContext,
  seen: Seen | undefined,
): Transition {
  const { currentAttempt } = payment
  if (decision.action === 'force' && decision.outcome === 'succeeded') {
    return releasedByHand(payment, { evidence: decision.evidence, seen }, context)
  }
  if (currentAttempt === undefined) return cannot(payment, decision, 'no attempt is under way.')
  if (decision.action === 'inquire') {
    const step = {
      timers: [atOnce('inquire', subjectOf(payment), currentAttempt, context)],
      note: 'Asking the rail again.',
    }
    return joined(askForStrays(payment, context) ?? {}, step)
  }
  if (decision.action !== 'retry')
    return cannot(payment, decision, 'the authorization stands until it is released or lapses.')
  const captured = payment.amountCaptured > 0n
  const request: PendingRequest = pendingRequestOf(payment) ?? 'cancel_requested'
  const step: Transition = {
    payment: {
      ...payment,
      phase: 'releasing',
      state: captured ? 'succeeded' : 'processing',
      reason: captured ? undefined : request,
    },
    timers: [atOnce('overdue', subjectOf(payment), currentAttempt, context)],
    events: ['payment.resolved'],
    note: 'To be released again.',
    caseChange: 'resolved',
  }
  return joined(releaseStraysAgain(payment, context) ?? {}, step)
}

function decideAuthorized(payment: Payment, decision: SubjectAction, context: MachineContext): Transition {
  const held: Payment = { ...payment, phase: 'held', reason: undefined }
  if (decision.action === 'reverse') {
    return resolving(releasing(held, context))
  }
  if (decision.action !== 'force' || decision.outcome !== 'succeeded') {
    return cannot(payment, decision, 'what is held can be accepted or released.')
  }
  if (isWantedBack(held)) return { ...resolving(releasing(held, context)), note: settledByHand(decision.evidence) }
  return {
    payment: { ...held, state: 'authorized' },
    timers: held.expiresAt === undefined ? [] : [{ input: 'expire', subject: subjectOf(payment), at: held.expiresAt }],
    events: ['payment.authorized'],
    note: settledByHand(decision.evidence),
    caseChange: 'resolved',
  }
}

function releasing(held: Payment, context: MachineContext): Transition {
  if (held.amountCapturing === 0n) return release(held, context)
  return releaseOnceFree(held, strongerOf(held, 'cancel_requested'), context)
}

function decideSuspended(
  payment: Payment,
  decision: SubjectAction,
  suspended: readonly Suspended[],
  context: MachineContext,
): Transition {
  const { action } = decision
  const isLate = payment.reason === 'late_success'
  if (action === 'force' && (isLate || decision.outcome === 'failed')) {
    return returnedByHand(payment, decision.evidence, suspended, context)
  }
  if (action === 'reverse' || (action === 'retry' && isLate)) return giveBack(payment, decision, suspended, context)
  if (action === 'retry' || action === 'force') return deliver(payment, decision, suspended, context)
  const { currentAttempt } = payment
  if (currentAttempt === undefined)
    return cannot(payment, decision, 'what arrived is known; there is nothing to ask.', suspended)
  return { timers: [atOnce('inquire', subjectOf(payment), currentAttempt, context)], note: 'Asking the rail again.' }
}

/** The money that came is gone again: the rail debited it by itself. */
function decideNothingLeft(payment: Payment, decision: SubjectAction, context: MachineContext): Transition {
  if (decision.action === 'inquire') return cannot(payment, decision, 'there is nothing to ask.')
  const note = decision.action === 'force' ? settledByHand(decision.evidence) : 'Nothing is left of what arrived.'
  return { ...openToWord(payment, afterReturn(payment, context)), note }
}

/** An automatic payment must be paid in full. A manual one captures the amount that came. */
function deliver(
  payment: Payment,
  decision: SubjectAction,
  suspended: readonly Suspended[],
  context: MachineContext,
): Transition {
  const came = amountOf(suspended)
  const isAutomatic = payment.capture === 'automatic'
  const room = payment.amount - payment.amountCaptured - payment.amountCapturing - payment.amountCapturable
  const amount = came < room ? came : room
  if (amount === 0n || (isAutomatic && amount < payment.amount)) {
    return cannot(payment, decision, `${amountText(came, payment.asset)} arrived, which is not enough.`, suspended)
  }
  const parts = isAutomatic ? sharesOf(payment) : partsOf(amount, uncapturedOf(payment))
  const arrived = outOf(suspended, amount)
  const isBack = isWantedBack(payment)
  const used = arrived.map(asDelivered).map((one) => (isBack ? { ...one, attempt: withReversal(one.attempt) } : one))
  const { payment: delivered, attempts } = taken(withCaptured(payment, amount), used)
  const newRefunds = isBack ? refundsOf(delivered, arrived, parts, context) : []
  const refunding = newRefunds.reduce((sum, refund) => sum + refund.amount, delivered.amountRefunding)
  const done = 'Delivered from suspense to those who were to get it.'
  const note = newRefunds.length === 0 ? done : `${done} It is refunded, as the payer wants.`
  const commands = spread(payment, context.accounts.suspense(payment.asset), parts, context)
  const row = { ...delivered, amountRefunding: refunding }
  const step = { ...goOn(payment, row, note, context), commands, attempts, newRefunds }
  const left = leftAfter(suspended, used)
  const tooMuch = `${note} ${amountText(amountOf(left), payment.asset)} too much came.`
  const back = reverseEach(step.payment ?? row, left, { why: 'wrong_amount', note: tooMuch }, context)
  return {
    ...(left.length === 0 ? step : joined(step, back)),
    refused: (refusal: LedgerRefusal) =>
      cannot(payment, decision, `the books refused it (${refusal.code}).`, suspended),
  }
}

/** Those who get it give it back: of each arrival, what its capture would have refunded. */
function refundsOf(
  payment: Payment,
  arrived: readonly Suspended[],
  parts: readonly Share[],
  context: MachineContext,
): Refund[] {
  let left = parts
  return arrived.map(({ attempt, amount }) => {
    const own = partsOf(amount, left)
    left = lessOf(left, own)
    return wantedRefund(payment, { id: reversalIdOf(attempt, context), parts: own }, context)
  })
}

/** A manual payment continues with the amount that is still held. Otherwise it has ended. */
function goOn(before: Payment, after: Payment, note: string, context: MachineContext): Transition {
  if (after.amountCapturable + after.amountCapturing === 0n) {
    return reversingStill(ending(before, endedAsCaptured(after), note), context)
  }
  const row: Payment = { ...after, state: 'authorized', phase: 'held', reason: undefined }
  // No timer is left: its time has passed, or its end was requested, while an operator had the payment.
  if (isWantedBack(row) || (row.expiresAt !== undefined && row.expiresAt <= context.now)) {
    if (row.amountCapturing === 0n) return resolving(release(row, context))
    const waiting: Payment = { ...row, state: 'processing', reason: strongerOf(row, 'expired') }
    return { payment: waiting, events: ['payment.resolved'], note, caseChange: 'resolved' }
  }
  return { payment: row, events: ['payment.resolved'], note, caseChange: 'resolved' }
}

function giveBack(
  payment: Payment,
  decision: SubjectAction,
  suspended: readonly Suspended[],
  context: MachineContext,
): Transition {
  const isNamed = suspended.every(({ attempt }) => attempt.railReference !== undefined)
  if (!isNamed || payment.currentAttempt !== undefined) {
    return cannot(payment, decision, 'the rail itself has not confirmed it yet.', suspended)
  }
  const before = afterReturn(payment, context)
  const note = `${amountText(amountOf(suspended), payment.asset)} came and is not kept.`
  const why = payment.reason ?? 'late_success'
  return joined(before, reverseEach(before.payment ?? payment, suspended, { why, note }, context))
}

function returnedByHand(
  payment: Payment,
  evidence: string,
  suspended: readonly Suspended[],
  context: MachineContext,
): Transition {
  const { payment: row, ...step } = returned(payment, suspended, context)
  return { ...openToWord(payment, afterReturn(row, context)), ...step, note: settledByHand(evidence) }
}

/** A statement stays open to the rail's own report, unless a release is under way and waited for. */
function openToWord({ currentAttempt }: Payment, step: Transition): Transition {
  const { payment } = step
  return payment === undefined
    ? step
    : { ...step, payment: { ...payment, currentAttempt: payment.currentAttempt ?? currentAttempt } }
}

/** Once its money in suspense is being returned, the payment resumes, or fails if it had nothing else. */
function afterReturn(payment: Payment, context: MachineContext): Transition {
  const isManual = payment.capture === 'manual' && payment.amountCapturable + payment.amountCapturing > 0n
  if (isManual || payment.amountCaptured > 0n) return goOn(payment, payment, 'Goes on without it.', context)
  const reason = payment.reason ?? byHand
  return reversingStill(failing(payment, { reason, note: 'What came is not kept.' }), context)
}

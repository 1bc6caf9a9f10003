import { amountText } from '#kernel'
import type { RailOutcome } from '#rails'
import type { CaseReason, MachineContext, Machines, SubjectAction, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment } from '../../payment.ts'
import {
  affirmed,
  atOnce,
  inquiry,
  isDecided,
  isPatienceOver,
  submission,
  submitOrWait,
} from '../attempts/attempt-policy.ts'
import { followAttempt, ignored } from '../attempts/follow-attempt.ts'
import { askingForLost, refusedNote } from '../attempts/lost-attempts.ts'
import { neverCaptured, refundedFirst } from '../attempts/never-moved.ts'
import { backIn } from '../attempts/returned.ts'
import { unbooked } from '../attempts/unbooked.ts'
import { unknownsOf } from '../attempts/unknown-outcomes.ts'
import { spread } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { eitherWay, joined } from '../booking/joined.ts'
import { partsOf, uncapturedOf, withCaptured } from '../booking/shares.ts'
import { onNotice } from '../notices/on-notice.ts'
import { release } from '../payments/authorization.ts'
import { lateReturned } from '../payments/beside-decision.ts'
import { endedAsCaptured, pendingRequestOf } from '../payments/payment-rows.ts'
import { captureFromWallet } from '../payments/wallet-payment.ts'
import { onCaptureReturned } from '../returns/charge-returned.ts'
import { undoPart } from '../suspense/dispute.ts'
import { reverseLateSuccess } from '../suspense/suspense.ts'
import { capturedPayment, failedCapture, refundedAtOnce, withLostCapture } from './capture-rows.ts'
import { capturedButRefused, capturedOtherwise, confirmed, ofPayment } from './capture-suspense.ts'

/**
 * The amount was moved from capturable to capturing when the capture was accepted. From a wallet it is booked at once.
 * Over a rail it stays `processing` until the outcome is known, or an operator decides about an unknown one. Several
 * captures may be under way. The rest is released when the last of them has ended and one of them was final.
 */
export const captureMachine: Machines['capture'] = (payment, capture, input, context) => {
  switch (input.kind) {
    case 'start':
      return begin(payment, capture, context)
    case 'capture':
      // The first message of one that was refused when it was requested.
      if (capture.state === 'failed') {
        return askingForIt(payment, capture, { note: refusedNote(capture.reason) }, context)
      }
      return begin(payment, capture, context)
    case 'outcome':
      return onOutcome(payment, capture, input.attempt, input.outcome, context)
    case 'overdue':
      return onOverdue(payment, capture, input.attempt, context)
    case 'returned':
      return onCaptureReturned(payment, capture, input, context)
    case 'notice':
      return onNotice('capture', input)
    case 'decision':
      return onDecision(payment, capture, input.decision, context, input.about)
    case 'increment':
    case 'cancel':
    case 'expire':
    case 'dispute':
      return ignored('it concerns the payment, not one of its captures')
  }
}

function begin(payment: Payment, capture: Capture, context: MachineContext): Transition {
  if (capture.state !== 'processing' || capture.currentAttempt !== undefined) return ignored('the capture has begun')
  if (payment.phase !== 'held') {
    const failed = failedCapture(payment, capture, {
      reason: 'payment_not_authorized',
      note: 'Nothing is held that could be captured.',
    })
    return askingForIt(payment, capture, failed, context)
  }
  const { source, rail, railReference } = payment
  if (source.kind === 'wallet') return captureFromWallet(payment, capture, source.account, context)
  if (
    rail === undefined ||
    railReference === undefined ||
    context.capabilities(rail)?.operations.has('capture') === false
  ) {
    return failedCapture(payment, capture, { reason: 'operation_not_supported', note: 'The rail cannot capture.' })
  }
  const refusal = context.refusalOf?.(payment)
  if (refusal !== undefined) {
    return askingForIt(payment, capture, goOn(notAsked(payment, capture, refusal), context), context)
  }
  const call = callOf(capture, { rail, railReference, instrument: source.instrument })
  const { amount } = capture
  const { id, newAttempts, timers } = submission(call, context, { count: 1 })
  return {
    capture: { ...capture, currentAttempt: id },
    newAttempts,
    timers,
    note: `Asked the rail ${rail} to capture ${amountText(amount, payment.asset)}.`,
  }
}

type Original = { readonly rail: string; readonly railReference: string; readonly instrument: string }

function callOf({ id, amount }: Capture, { rail, railReference: originalReference, instrument }: Original) {
  return {
    subject: { kind: 'capture', id },
    rail,
    operation: 'capture',
    amount,
    instrument,
    originalReference,
  } as const
}

function askingForIt(payment: Payment, capture: Capture, step: Transition, context: MachineContext): Transition {
  const { source, rail, railReference } = payment
  if (source.kind === 'wallet' || rail === undefined || railReference === undefined) return step
  const call = callOf(capture, { rail, railReference, instrument: source.instrument })
  return askingForLost(call, { createdAt: capture.createdAt, counts: [1] }, step, context)
}

function notAsked(payment: Payment, capture: Capture, refusal: string): Transition {
  const note = `The books would refuse the way on of what is captured (${refusal}), so the rail was not asked.`
  return failedCapture(payment, capture, { reason: refusal, note })
}

function onOutcome(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition {
  if (attempt.operation !== 'capture') return ignored('it is not an attempt to capture')
  const isForced = capture.state !== 'processing' && capture.currentAttempt === attempt.id
  const isAwaited = capture.state === 'processing' && capture.currentAttempt === attempt.id
  const cleared = resolved(capture)
  return followAttempt(attempt, outcome, context, {
    isAwaited,
    isForced,
    isWanted: capture.reason !== 'outcome_unknown' && context.refusalOf?.(payment) === undefined,
    asking: () => ({ capture: { ...capture, reason: undefined }, ...cleared }),
    succeeded: (known, amount) => {
      const step = captured(payment, capture, known, amount, context)
      // A matter of the payment takes its place.
      return step.caseChange === undefined ? { ...step, ...cleared } : step
    },
    declined: (_, decline) => {
      const note = `The rail ${attempt.rail} declined the capture: ${decline.message}`
      const failed = failedCapture(payment, capture, { reason: decline.code, note })
      const end = decline.code === 'authorization_expired' ? lapsed : goOn
      return { ...end(failed, context), ...cleared }
    },
    absent: () => {
      const note = `The rail ${attempt.rail} never received the capture.`
      return { ...goOn(failedCapture(payment, capture, { reason: 'rail_unavailable', note }), context), ...cleared }
    },
    deferred: (known) => {
      const note = `The rail ${attempt.rail} is away; the capture waits for it.`
      if (!isPatienceOver(known, context)) return { note }
      const stays = `The rail ${attempt.rail} stays away.`
      const failed = failedCapture(payment, capture, { reason: 'rail_unavailable', note: stays })
      return askingForIt(payment, capture, goOn(failed, context), context)
    },
    givenUp: (_, why) => ({
      capture: { ...capture, reason: 'outcome_unknown' },
      note: why,
      caseChange: { why: 'outcome_unknown', detail: why },
    }),
    late: (known, amount) => {
      if (isForced) return confirmed(payment, capture, known, amount, context)
      const again = takenUpAgain(payment, capture, amount)
      if (again !== undefined) return captured(again, capture, known, amount, context)
      return ofPayment(payment, reverseLateSuccess(payment, known, { amount, back: backIn(outcome) }, context))
    },
    contradicted: (detail) => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } }),
  })
}

function resolved({ state, reason }: Capture): Transition {
  return state === 'processing' && (reason === 'outcome_unknown' || reason === unbooked)
    ? { caseChange: 'resolved' }
    : {}
}

/** A failed capture that happened after all counts again, as long as that amount is still held. */
function takenUpAgain(payment: Payment, { amount }: Capture, done: bigint): Payment | undefined {
  if (payment.phase !== 'held' || done !== amount || payment.amountCapturable < amount) return undefined
  return {
    ...payment,
    amountCapturable: payment.amountCapturable - amount,
    amountCapturing: payment.amountCapturing + amount,
  }
}

function captured(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  amount: bigint,
  context: MachineContext,
): Transition {
  const { rail } = attempt
  if (amount !== attempt.amount) return capturedOtherwise(payment, capture, attempt, amount, context)
  const parts = partsOf(amount, uncapturedOf(payment))
  const row = withCaptured(capturedPayment(payment, capture), amount)
  const source = context.accounts.clearing({ rail, asset: payment.asset })
  const done: Transition = {
    payment: row,
    capture: { ...capture, state: 'succeeded', reason: undefined, currentAttempt: undefined },
    commands: spread(payment, source, parts, context),
    refused: (refusal) => capturedButRefused(payment, capture, attempt, refusal, context),
    events: ['payment.captured'],
    note: `The rail ${rail} captured ${amountText(amount, payment.asset)}.`,
  }
  return goOn(refundedAtOnce(payment, done, { capture, parts, attempt }, context), context)
}

function goOn(step: Transition, context: MachineContext): Transition {
  const { payment } = step
  if (payment === undefined || payment.phase !== 'held' || payment.amountCapturing > 0n) return step
  if (payment.amountCapturable === 0n) {
    const row = endedAsCaptured(payment)
    return { ...step, payment: row, events: [...(step.events ?? []), `payment.${row.state}`] }
  }
  if (pendingRequestOf(payment) === undefined) return step
  const released = release(payment, context)
  return { ...joined(step, released), note: `${step.note ?? ''} ${released.note ?? ''}`.trim() }
}

function lapsed(before: Transition, context: MachineContext): Transition {
  const step = withLostCapture(before, context)
  const { payment } = step
  if (payment === undefined || payment.phase !== 'held') return step
  const rest: Payment = { ...payment, amountCapturable: 0n, reason: 'expired', state: 'processing' }
  if (rest.amountCapturing > 0n) return { ...step, payment: rest }
  const row = endedAsCaptured(rest)
  return { ...step, payment: row, events: [`payment.${row.state}`] }
}

function onOverdue(payment: Payment, capture: Capture, attempt: Attempt, context: MachineContext): Transition {
  if (capture.state !== 'processing' || capture.currentAttempt !== attempt.id)
    return ignored('the capture has gone on without it')
  if (attempt.state === 'not_sent') {
    const refusal = context.refusalOf?.(payment)
    if (refusal !== undefined) {
      return askingForIt(payment, capture, goOn(notAsked(payment, capture, refusal), context), context)
    }
    return submitOrWait(attempt, context, { note: 'Asked the rail again.' })
  }
  if (isDecided(attempt)) return ignored('the attempt is decided')
  const isWanted = context.refusalOf?.(payment) === undefined
  return inquiry(attempt, context, { isByOperator: capture.reason === 'outcome_unknown', isWanted })
}

function onDecision(
  payment: Payment,
  capture: Capture,
  decision: SubjectAction,
  context: MachineContext,
  about: CaseReason = 'outcome_unknown',
): Transition {
  const { currentAttempt } = capture
  const subject = { kind: 'capture', id: capture.id } as const
  const isOver = capture.state !== 'processing' || payment.rail === undefined || about === 'late_success'
  if (decision.action === 'force' && isOver) {
    return forceEnded(payment, capture, decision, context, about)
  }
  if (capture.state !== 'processing' || currentAttempt === undefined || payment.rail === undefined) {
    return { note: 'Nothing of the capture is open.' }
  }
  if (decision.action === 'inquire') {
    return {
      timers: [atOnce('inquire', subject, currentAttempt, context)],
      note: `Asking the rail ${payment.rail} again.`,
    }
  }
  if (decision.action !== 'force') {
    const detail = `"${decision.action}" could not be carried out: the capture may have happened.`
    return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
  }
  const note = settledByHand(decision.evidence)
  if (decision.outcome === 'failed') {
    return { ...goOn(failedCapture(payment, capture, { reason: byHand, note }), context), caseChange: 'resolved' }
  }
  const attempt = context.attemptsOf(capture).find(({ id }) => id === currentAttempt)
  if (attempt === undefined) return { note: 'The rail was not asked for the capture.' }
  return { ...forceSuccess(payment, capture, attempt, note, context), caseChange: 'resolved' }
}

/** Undoes what is booked only when the rail denies it. */
function forceEnded(
  payment: Payment,
  capture: Capture,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  context: MachineContext,
  about: CaseReason,
): Transition {
  const note = settledByHand(evidence)
  if (about === 'late_success') return lateReturned(payment, note, context, capture)
  if (about !== 'outcome_unknown') return { note, caseChange: 'resolved' }
  const [denied] = unknownsOf(capture, context.attemptsOf(capture))
  if (outcome === 'succeeded') {
    return { attempts: denied === undefined ? [] : [affirmed(denied)], note, caseChange: 'resolved' }
  }
  if (capture.state === 'failed') {
    return denied === undefined
      ? { note, caseChange: 'resolved' }
      : neverCaptured(payment, capture, denied, note, context)
  }
  if (denied === undefined) {
    const detail = '"force" could not be carried out: the capture is booked, and its rail does not deny it.'
    return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
  }
  return refundedFirst(payment) ?? undone(payment, capture, denied, evidence, context)
}

function undone(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  evidence: string,
  context: MachineContext,
): Transition {
  const failed: Capture = { ...capture, state: 'failed', reason: byHand, currentAttempt: undefined }
  const step = undoPart(payment, { amount: capture.amount, attempt, capture }, evidence, context)
  return eitherWay(step, (end) => ofPayment(payment, { ...end, capture: failed }))
}

/** The current attempt stays, to match the rail's own report when it comes. */
function forceSuccess(
  payment: Payment,
  capture: Capture,
  attempt: Attempt,
  note: string,
  context: MachineContext,
): Transition {
  const parts = partsOf(capture.amount, uncapturedOf(payment))
  const source = context.accounts.clearing({ rail: attempt.rail, asset: payment.asset })
  const done: Transition = {
    payment: withCaptured(capturedPayment(payment, capture), capture.amount),
    capture: { ...capture, state: 'succeeded', reason: undefined },
    commands: spread(payment, source, parts, context),
    events: ['payment.captured'],
    note,
  }
  return {
    ...goOn(refundedAtOnce(payment, done, { capture, parts, attempt }, context), context),
    refused: (refusal) => capturedButRefused(payment, capture, attempt, refusal, context),
  }
}

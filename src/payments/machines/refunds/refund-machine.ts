import { amountText, assert } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { RailOutcome } from '#rails'
import type { CaseReason, Input, MachineContext, Machines, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { refundRetry } from '../../retry-policies.ts'
import {
  asks,
  atOnce,
  inquiry,
  isDecided,
  isPatienceOver,
  submission,
  submitOrWait,
  tryLater,
} from '../attempts/attempt-policy.ts'
import { followAttempt, ignored, isByPerson } from '../attempts/follow-attempt.ts'
import { askingForLost, isNeverReceived, sentAgain } from '../attempts/lost-attempts.ts'
import { isUnderWay, madeBefore, madeByEarlier } from '../attempts/made-before.ts'
import { gather, hold, holdIds } from '../booking/bookings.ts'
import { keepingExcess } from '../booking/excess.ts'
import { onNotice } from '../notices/on-notice.ts'
import { onRefundReturned } from '../returns/refund-returned.ts'
import { isFromSuspense } from '../suspense/suspended.ts'
import { recoveringLoss } from '../suspense/uncovered-loss.ts'
import { onRefundDecision } from './refund-decision.ts'
import { refunded, refundedLate, refundedOtherwiseThanStated } from './refund-done.ts'
import { askedForRefused, askingForWaiting, refundCall, withLostRefund } from './refund-lost.ts'
import { failing, isOfCaptured, requireRefundReview, succeeding } from './refund-rows.ts'

/**
 * The amount was reserved on the payment when the refund was accepted. A refund to a wallet is booked at once. Over a
 * rail, the money is held first, and the holds are posted or voided by the outcome. `new` with a current attempt means
 * deferred, until a timer brings it. One that undoes something (`isReversal`) never just fails: it goes to an operator.
 */
export const refundMachine: Machines['refund'] = (payment, refund, input, context) => {
  const step = recoveringLoss(payment, following(payment, refund, input, context), context)
  return keepingExcess(refund, input, step, (end) => end.refund, context)
}

function following(payment: Payment, refund: Refund, input: Input, context: MachineContext): Transition {
  switch (input.kind) {
    case 'start':
      return begin(payment, refund, context)
    case 'outcome':
      if (input.attempt.operation !== 'refund') return ignored('it is not an attempt to refund')
      return onOutcome(payment, refund, input.attempt, input.outcome, context)
    case 'overdue':
      return onOverdue(payment, refund, input.attempt, context)
    case 'cancel':
      return onCancel(payment, refund, context)
    case 'returned':
      return onRefundReturned(payment, refund, input, context)
    case 'notice':
      return onNotice('refund', input)
    case 'decision':
      return onRefundDecision(payment, refund, input.decision, context, input)
    case 'capture':
    case 'increment':
    case 'expire':
    case 'dispute':
      return ignored('it concerns the payment, not one of its refunds')
  }
}

/** `lost`: its rail has never received it, and gets it under the id that it had at a lost server. */
function begin(payment: Payment, refund: Refund, context: MachineContext, lost?: Attempt): Transition {
  if (refund.phase !== 'new') return askedForRefused(payment, refund, context) ?? ignored('the refund has begun')
  const subject = { kind: 'refund', id: refund.id } as const
  if (refund.currentAttempt !== undefined && lost === undefined)
    return { timers: [atOnce('overdue', subject, refund.currentAttempt, context)] }
  const { source } = payment
  if (refund.to.kind === 'wallet') return toWallet(payment, refund, refund.to.account, context)
  if (source.kind === 'wallet') return toWallet(payment, refund, source.account, context)
  const { rail, railReference } = payment
  if (
    rail === undefined ||
    railReference === undefined ||
    context.capabilities(rail)?.operations.has('refund') === false
  ) {
    const note = `The rail ${rail ?? ''} cannot refund; refund to a wallet instead.`
    return refuse(payment, refund, { reason: 'operation_not_supported', note }, context)
  }
  const call = refundCall(payment, refund)
  assert(call !== undefined, 'a refund over a rail has a call')
  const destination = context.accounts.clearing({ rail, asset: refund.asset })
  const commands = refund.from
    .filter((share) => share.amount > 0n)
    .map(({ account, amount }) => hold(refund, { source: account, destination, amount }, context))
  const { id, ...sent } =
    lost === undefined
      ? submission(call, context, callOf(refund))
      : sentAgain(lost, context, refund.isReversal ? 'rollback' : undefined)
  const attempts = lost === undefined ? refund.attempts + 1 : refund.attempts
  return {
    refund: { ...refund, phase: 'calling', reason: undefined, holds: holdIds(commands), currentAttempt: id, attempts },
    commands,
    refused: (refusal) => {
      const step = refusedByBooks(payment, { ...refund, currentAttempt: undefined }, refusal, context)
      if (lost !== undefined) return step
      return askingForLost(call, { createdAt: refund.createdAt, counts: [refund.attempts + 1] }, step, context)
    },
    ...sent,
    note: `Asked the rail ${rail} to refund ${amountText(refund.amount, refund.asset)}.`,
  }
}

function callOf({ attempts, isReversal }: Refund) {
  return { count: attempts + 1, ...(isReversal && ({ lane: 'rollback' } as const)) }
}

function toWallet(payment: Payment, refund: Refund, account: string, context: MachineContext): Transition {
  return {
    ...succeeding(payment, refund, 'Booked.', context),
    commands: gather(refund, refund.from, account, context),
    refused: (refusal) => refusedByBooks(payment, refund, refusal, context),
  }
}

function refusedByBooks(payment: Payment, refund: Refund, refusal: LedgerRefusal, context: MachineContext): Transition {
  return refuse(
    payment,
    refund,
    { reason: refusal.code, note: `The books refused the refund: ${refusal.message}` },
    context,
  )
}

function refuse(
  payment: Payment,
  refund: Refund,
  { reason, note }: { readonly reason: string; readonly note: string },
  context: MachineContext,
): Transition {
  if (refund.isReversal) return requireRefundReview(refund, undoingReason(refund, context), note)
  return failing(payment, refund, { reason, note }, context)
}

function undoingReason(refund: Refund, context: MachineContext): CaseReason {
  return isFromSuspense(refund, context) ? 'late_success' : 'compensation_failed'
}

function isAwaited({ currentAttempt, phase }: Refund, { id }: Attempt): boolean {
  return currentAttempt === id && phase !== 'ended'
}

function onOutcome(
  payment: Payment,
  refund: Refund,
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition {
  const isForced = refund.phase === 'ended' && refund.state === 'succeeded' && refund.currentAttempt === attempt.id
  /** This attempt has not happened; an earlier one may have happened after all. */
  const unlessMade = (step: Transition): Transition => {
    const earlier = refund.holds.length === 0 ? undefined : madeBefore(refund, attempt.id, context)
    return earlier === undefined ? step : madeByEarlier(payment, refund, earlier, step, context)
  }
  return followAttempt(attempt, outcome, context, {
    isAwaited: isAwaited(refund, attempt),
    isForced,
    isWanted: !isByPerson(refund, outcome),
    asking: (phase) => ({
      refund: { ...refund, state: 'processing', phase, reason: undefined },
      ...(refund.phase === 'review' ? { events: ['refund.resolved'], caseChange: 'resolved' } : {}),
    }),
    succeeded: (known, amount) => refunded(payment, refund, known, amount, context),
    declined: (known, decline) => {
      const note = `The rail ${attempt.rail} declined the refund: ${decline.message}`
      const isLater = decline.remedy === 'later' && !isByPerson(refund, outcome)
      if (isLater && refund.attempts < refundRetry.attemptsMax) {
        const row: Refund = { ...refund, phase: 'new', reason: decline.code }
        const timers = [tryLater(known, refundRetry, refund.attempts, context)]
        return unlessMade({ refund: row, timers, note: `${note} It is tried later.` })
      }
      const refused = refuse(payment, refund, { reason: decline.code, note }, context)
      return unlessMade(
        decline.code === 'already_refunded' ? withLostRefund(payment, attempt, refused, context) : refused,
      )
    },
    absent: () => {
      const note = `The rail ${attempt.rail} never received the refund.`
      return unlessMade(refuse(payment, refund, { reason: 'rail_unavailable', note }, context))
    },
    deferred: (known) => {
      const detail = `The rail ${attempt.rail} has been away for too long.`
      if (isPatienceOver(known, context)) return unlessMade(requireRefundReview(refund, 'rail_unavailable', detail))
      return unlessMade({
        refund: { ...refund, phase: 'new', reason: 'rail_unavailable' },
        note: `The rail ${attempt.rail} is away; the refund waits for it.`,
      })
    },
    givenUp: (_, why) => requireRefundReview(refund, 'outcome_unknown', why),
    late: (known, amount) => {
      if (isForced && amount === attempt.amount) {
        return { refund: { ...refund, currentAttempt: undefined }, note: `The rail ${known.rail} confirms the refund.` }
      }
      if (isForced) return refundedOtherwiseThanStated(payment, refund, known, amount, context)
      const isOpen = refund.phase !== 'ended' && refund.holds.length > 0
      if (isOpen && amount === refund.amount && !isUnderWay(refund, context)) {
        return refunded(payment, refund, known, amount, context)
      }
      return refundedLate(payment, refund, known, amount, context)
    },
    contradicted: (detail) => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } }),
  })
}

function onOverdue(payment: Payment, refund: Refund, attempt: Attempt, context: MachineContext): Transition {
  if (attempt.operation !== 'refund' || !isAwaited(refund, attempt)) return ignored('the refund has gone on without it')
  const lane = refund.isReversal ? 'rollback' : undefined
  if (attempt.state === 'succeeded') return ignored('the attempt is decided')
  if (attempt.state === 'not_sent' || attempt.state === 'failed') {
    if (refund.phase !== 'new') return ignored('the attempt is decided')
    if (refund.holds.length === 0 && isNeverReceived(attempt)) return begin(payment, refund, context, attempt)
    const row: Refund = { ...refund, phase: 'calling', reason: undefined }
    const note = `Asked the rail ${attempt.rail} again to refund ${amountText(refund.amount, refund.asset)}.`
    if (attempt.state === 'not_sent') return submitOrWait(attempt, context, { refund: row, note }, lane)
    return resubmit(payment, row, attempt, note, context)
  }
  if (isDecided(attempt)) return ignored('the attempt is decided')
  const isInReview = refund.phase === 'review'
  const asked = inquiry(attempt, context, { isByOperator: isInReview })
  if (isInReview || !asks(asked) || attempt.state === 'pending') return asked
  return { ...asked, refund: { ...refund, phase: 'inquiring' } }
}

function resubmit(payment: Payment, row: Refund, attempt: Attempt, note: string, context: MachineContext): Transition {
  const { rail, instrument, originalReference = payment.railReference } = attempt
  const subject = { kind: 'refund', id: row.id } as const
  const base = { subject, rail, operation: 'refund', amount: row.amount, instrument } as const
  const call = originalReference === undefined ? base : { ...base, originalReference }
  const { id, newAttempts, timers } = submission(call, context, callOf(row))
  return { refund: { ...row, currentAttempt: id, attempts: row.attempts + 1 }, newAttempts, timers, note }
}

function onCancel(payment: Payment, refund: Refund, context: MachineContext): Transition {
  if (refund.phase !== 'new' || !isOfCaptured(refund, context)) return ignored('the refund is under way or has ended')
  const ended = failing(payment, refund, { reason: 'cancel_requested', note: 'Canceled.' }, context)
  const canceled: Transition = {
    ...ended,
    ...(ended.refund === undefined ? {} : { refund: { ...ended.refund, state: 'canceled' } }),
    events: ['refund.canceled'],
  }
  return askingForWaiting(payment, refund, canceled, context)
}

import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { RailDecline, RailOutcome } from '#rails'
import type { Input, MachineContext, Machines, Transition } from '../../machine.ts'
import type { Attempt, Payout } from '../../payment.ts'
import { payoutRetry } from '../../retry-policies.ts'
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
import {
  askingElsewhere,
  askingForRefused,
  isLost,
  type LostCalls,
  mayHaveBeenMade,
  neverReceived,
  sentAgain,
} from '../attempts/lost-attempts.ts'
import { isUnderWay, madeBefore } from '../attempts/made-before.ts'
import { paidByEarlier } from '../attempts/paid-before.ts'
import { isAllReturned } from '../attempts/returned.ts'
import { hold, postHold, transfer, voidHolds } from '../booking/bookings.ts'
import { keepingExcess } from '../booking/excess.ts'
import { onNotice } from '../notices/on-notice.ts'
import { deadlinePassed, isLate } from '../payments/late.ts'
import { capableRails, firstRail, railAfter, upRailAfter } from '../payments/rail-choice.ts'
import { allReturnedBefore, onPayoutReturned } from '../returns/payout-returned.ts'
import { onPayoutDecision } from './payout-decision.ts'
import { failing, requirePayoutReview, resolved, succeeding } from './payout-rows.ts'
import { askingForRecalled, onRecalledOverdue } from './recalled.ts'
import { withShortfall } from './shortfall.ts'

/**
 * The money is held first, towards the clearing account of the chosen rail. Another rail means another hold. The
 * hold is posted or voided by the outcome. `new` with a current attempt means deferred, until a timer brings it.
 */
export const payoutMachine: Machines['payout'] = (payout, input, context) => {
  const step = askingElsewhere('payout', payout, following(payout, input, context), callsElsewhere, context)
  return keepingExcess(payout, input, step, (end) => end.payout, context)
}

/** One that is tried again later may have been at its next submission. */
function callsElsewhere(payout: Payout, context: MachineContext): LostCalls {
  const { id, amount, instrument, attempts, phase } = payout
  const subject = { kind: 'payout', id } as const
  const of = (rail: string) => ({ subject, rail, operation: 'payout', amount, instrument }) as const
  const rails = capableRails(choiceOf(payout, context), context)
  const isWaiting = phase === 'new' || phase === 'ended'
  const countOf = (at: number) => (isWaiting ? Math.max(at + 2, attempts + 1) : at + 1)
  return mayHaveBeenMade({ rails, from: id, before: 0, countOf }, of, context)
}

function following(payout: Payout, input: Input, context: MachineContext): Transition {
  switch (input.kind) {
    case 'start':
      return begin(payout, context)
    case 'outcome':
      if (input.attempt.operation !== 'payout') return ignored('it is not an attempt to pay out')
      return onOutcome(payout, input.attempt, input.outcome, context)
    case 'overdue':
      return onOverdue(payout, input.attempt, context)
    case 'cancel':
      if (payout.phase !== 'new') return ignored('the payout is under way or has ended')
      return failing(payout, 'canceled', { reason: 'cancel_requested', note: 'Canceled before any rail had it.' })
    case 'returned':
      return onPayoutReturned(payout, input, context)
    case 'notice':
      return input.notice.kind === 'recall'
        ? askingForRecalled(payout, onNotice('payout', input), context)
        : onNotice('payout', input)
    case 'decision':
      return onPayoutDecision(payout, input.decision, context, input)
    case 'capture':
    case 'increment':
    case 'expire':
    case 'dispute':
      return ignored('it concerns payments, not payouts')
  }
}

function choiceOf(payout: Payout, context: MachineContext) {
  const { rail, otherRails, asset } = payout
  const isFixed = context.mayBeLost?.(payout) === true
  return { rails: [rail, ...otherRails], operation: 'payout', asset, isFixed } as const
}

function begin(payout: Payout, context: MachineContext): Transition {
  if (payout.phase !== 'new') {
    return askingForRefused('payout', payout, callsElsewhere, context) ?? ignored('the payout has begun')
  }
  const subject = { kind: 'payout', id: payout.id } as const
  if (isLate(payout, context)) return notBegun(payout)
  if (payout.currentAttempt !== undefined)
    return { timers: [atOnce('overdue', subject, payout.currentAttempt, context)] }
  const rail = firstRail(choiceOf(payout, context), context)
  if (rail === undefined) {
    const note = `No rail of the payout can pay out ${payout.asset}.`
    return failing(payout, 'failed', { reason: 'operation_not_supported', note })
  }
  return submitOn(rail, payout, context)
}

function submitOn(rail: string, payout: Payout, context: MachineContext): Transition {
  const { amount, source, instrument } = payout
  const destination = context.accounts.clearing({ rail, asset: payout.asset })
  const held = hold(payout, { source, destination, amount }, context)
  const subject = { kind: 'payout', id: payout.id } as const
  const call = { subject, rail, operation: 'payout', amount, instrument } as const
  const lost = payout.attempts === 0 ? [] : neverReceived(context.attemptsOf(payout))
  const again = lost.find((one) => one.rail === rail)
  if (lost.some((one) => one !== again)) {
    const note = 'An earlier attempt may have been made over another way, so it is not submitted again.'
    return failing(payout, 'failed', { reason: 'rail_unavailable', note })
  }
  const { id, attempts, ...sent } =
    again === undefined
      ? { ...submission(call, context, { count: payout.attempts + 1 }), attempts: payout.attempts + 1 }
      : { ...sentAgain(again, context), attempts: payout.attempts }
  return {
    payout: {
      ...payout,
      ...{ state: 'processing', reason: undefined, phase: 'calling', holds: [held.id] },
      ...{ currentAttempt: id, railReference: undefined, attempts },
    },
    commands: [...voidHolds(payout.book, payout.holds), held],
    refused: (refusal) =>
      failing(payout, 'failed', { reason: refusal.code, note: `The books refused it: ${refusal.message}` }),
    ...sent,
    note: `Asked the rail ${rail} to pay out ${amountText(amount, payout.asset)}.`,
    ...resolved(payout),
  }
}

/** Requires that no attempt is under way: what is held goes back. */
function notBegun(payout: Payout): Transition {
  return failing(payout, 'canceled', { reason: deadlinePassed, note: 'Its deadline had passed before it was sent.' })
}

function isAwaited({ currentAttempt, phase }: Payout, { id }: Attempt): boolean {
  return currentAttempt === id && phase !== 'ended'
}

function isForced({ currentAttempt, state }: Payout, { id }: Attempt): boolean {
  return currentAttempt === id && state === 'succeeded'
}

function onOutcome(payout: Payout, attempt: Attempt, outcome: RailOutcome, context: MachineContext): Transition {
  const { rail } = attempt
  const late = isLate(payout, context, outcome)
  /** This attempt has not happened; an earlier one may have happened after all. */
  const unlessMade = (step: () => Transition): Transition => {
    const earlier = payout.holds.length === 0 ? undefined : madeBefore(payout, attempt.id, context)
    return earlier === undefined ? step() : paidByEarlier(payout, earlier, true, context)
  }
  return followAttempt(attempt, outcome, context, {
    isAwaited: isAwaited(payout, attempt),
    isForced: isForced(payout, attempt),
    isWanted: !late && !isByPerson(payout, outcome),
    asking: (phase) => ({
      payout: { ...payout, state: 'processing', phase, reason: undefined },
      ...resolved(payout),
    }),
    succeeded: (known, amount, railReference) => paidOut({ ...payout, railReference }, known, amount, context),
    declined: (known, decline) =>
      unlessMade(() => {
        const note = `The rail ${rail} declined it: ${decline.message}`
        if (late || isByPerson(payout, outcome)) return failing(payout, 'failed', { reason: decline.code, note })
        return declinedBy(payout, known, decline, context)
      }),
    absent: () =>
      unlessMade(() => {
        if (late) return notBegun(payout)
        // It may still happen there, so it is not sent over another rail: it could be paid twice.
        return failing(payout, 'failed', { reason: 'rail_unavailable', note: `The rail ${rail} never received it.` })
      }),
    deferred: (known) => unlessMade(() => (late ? notBegun(payout) : defer(payout, known, context))),
    givenUp: (_, why) => requirePayoutReview(payout, 'outcome_unknown', why),
    late: (known, amount, railReference) => {
      const reported: Attempt = { ...known, railReference }
      const isOpen = payout.phase !== 'ended' && payout.holds.length > 0
      // The replacement is not submitted: the payout would be paid twice.
      if (isOpen && amount === payout.amount && !isUnderWay(payout, context)) {
        return paidByEarlier(payout, reported, false, context)
      }
      return paidOutLate(payout, reported, amount, context)
    },
    contradicted: (detail) => ({ note: detail, caseChange: { why: 'outcome_unknown', detail } }),
  })
}

/** An earlier attempt was reversed, and is said to have happened: nothing is submitted again meanwhile. */
function unlessInDoubt(payout: Payout, { id, rail }: Attempt, context: MachineContext): Transition | undefined {
  if (!context.attemptsOf(payout).some((other) => other.id !== id && isLost(other))) return undefined
  const note = `The rail ${rail} did not pay it out, and an earlier attempt may have: it is not submitted again.`
  return failing(payout, 'failed', { reason: 'rail_unavailable', note })
}

function declinedBy(payout: Payout, attempt: Attempt, decline: RailDecline, context: MachineContext): Transition {
  const { rail } = attempt
  const inDoubt = decline.remedy === 'never' ? undefined : unlessInDoubt(payout, attempt, context)
  if (inDoubt !== undefined) return inDoubt
  const another = decline.remedy === 'rail' || decline.remedy === 'later'
  const other = another ? railAfter(rail, choiceOf(payout, context), context) : undefined
  if (other !== undefined) return submitOn(other, payout, context)
  const note = `The rail ${rail} declined it: ${decline.message}`
  if (decline.remedy === 'later' && payout.attempts < payoutRetry.attemptsMax) {
    const row: Payout = { ...payout, phase: 'new', reason: decline.code }
    return {
      payout: row,
      timers: [tryLater(attempt, payoutRetry, payout.attempts, context)],
      note: `${note} It is tried later.`,
    }
  }
  return failing(payout, 'failed', { reason: decline.code, note })
}

function defer(payout: Payout, attempt: Attempt, context: MachineContext): Transition {
  const { rail } = attempt
  const inDoubt = unlessInDoubt(payout, attempt, context)
  if (inDoubt !== undefined) return inDoubt
  const other = upRailAfter(rail, choiceOf(payout, context), context)
  if (other !== undefined) return submitOn(other, payout, context)
  if (isPatienceOver(attempt, context)) {
    return requirePayoutReview(payout, 'rail_unavailable', `The rail ${rail} has been away for too long.`)
  }
  return {
    payout: { ...payout, phase: 'new', reason: 'rail_unavailable' },
    note: `The rail ${rail} is away; the payout waits for it.`,
  }
}

function paidOut(payout: Payout, attempt: Attempt, amount: bigint, context: MachineContext): Transition {
  const [held = ''] = payout.holds
  const note = `The rail ${attempt.rail} paid out ${amountText(amount, payout.asset)}.`
  if (amount === payout.amount) {
    return {
      ...succeeding(payout, note),
      commands: [postHold(payout.book, held)],
      refused: (refusal) => paidButRefused(payout, attempt, amount, refusal, context),
    }
  }
  const detail = `The rail ${attempt.rail} paid out ${amountText(amount, payout.asset)} instead of ${amountText(payout.amount, payout.asset)}.`
  const covered = amount < payout.amount ? amount : payout.amount
  const excess = amount - covered
  const beyond = excess === 0n ? [] : [fromSuspense(payout, attempt.rail, excess, context)]
  return {
    ...requirePayoutReview({ ...payout, holds: [], currentAttempt: undefined }, 'wrong_amount', detail),
    commands: [postHold(payout.book, held, covered), ...beyond],
    refused: (refusal) => paidButRefused(payout, attempt, amount, refusal, context),
  }
}

function paidButRefused(
  payout: Payout,
  { rail }: Attempt,
  amount: bigint,
  refusal: LedgerRefusal,
  context: MachineContext,
): Transition {
  const detail = `The rail ${rail} paid out ${amountText(amount, payout.asset)}, and the books refused to take it from ${payout.source} (${refusal.code}); it is a clawback in suspense.`
  return {
    ...requirePayoutReview({ ...payout, holds: [], currentAttempt: undefined }, 'booking_refused', detail),
    commands: [...voidHolds(payout.book, payout.holds), fromSuspense(payout, rail, amount, context)],
  }
}

/** What the rail paid beyond the account. Negative: booked, but not paid by the rail. */
function fromSuspense(payout: Payout, rail: string, amount: bigint, context: MachineContext) {
  const suspense = context.accounts.suspense(payout.asset)
  const clearing = context.accounts.clearing({ rail, asset: payout.asset })
  return amount > 0n
    ? transfer(payout, { source: suspense, destination: clearing, amount }, context)
    : transfer(payout, { source: clearing, destination: suspense, amount: -amount }, context)
}

/** An operator decides who pays suspense back, because the payout may have been made again. */
function paidOutLate(payout: Payout, attempt: Attempt, amount: bigint, context: MachineContext): Transition {
  const { rail, railReference } = attempt
  const wasForced = isForced(payout, attempt)
  const known: Payout = { ...payout, railReference, currentAttempt: undefined }
  if (wasForced && amount === attempt.amount) return { payout: known, note: `The rail ${rail} confirms the payout.` }
  const booked = wasForced ? attempt.amount : 0n
  const commands = [fromSuspense(payout, rail, amount - booked, context)]
  const isOpen = payout.phase === 'ended' && payout.state !== 'succeeded'
  const isWhole = !wasForced && amount === payout.amount
  const why = isWhole ? 'late_success' : 'wrong_amount'
  const detail = wasForced
    ? `It was settled by hand in full, and the rail ${rail} paid out ${amountText(amount, payout.asset)}.`
    : `The rail ${rail} paid out ${amountText(amount, payout.asset)} after it had been given up; it is a clawback in suspense.`
  if (isOpen && isWhole) {
    // What came back of another attempt did not come back of this one.
    const { amountReturned: _, ...row } = known
    return { ...requirePayoutReview(row, 'late_success', detail), commands }
  }
  const missing = booked > amount ? booked - amount : 0n
  if (missing > 0n) {
    if (isAllReturned(attempt)) return allReturnedBefore(known, attempt, { missing, detail }, context)
    return {
      payout: known,
      attempt: withShortfall(attempt, missing),
      commands,
      note: detail,
      caseChange: { why, detail },
    }
  }
  // Another attempt may be the payout's own, with its own reference.
  return { payout: wasForced ? known : payout, commands, note: detail, caseChange: { why, detail } }
}

function onOverdue(payout: Payout, attempt: Attempt, context: MachineContext): Transition {
  if (attempt.operation !== 'payout') return ignored('it is not an attempt to pay out')
  if (!isAwaited(payout, attempt)) return onRecalledOverdue(attempt, context)
  const isInReview = payout.phase === 'review'
  if (attempt.state === 'not_sent' || attempt.state === 'failed') {
    if (payout.phase !== 'new') return ignored('the attempt is decided')
    const inDoubt = unlessInDoubt(payout, attempt, context)
    if (inDoubt !== undefined) return inDoubt
    if (isLate(payout, context)) return notBegun(payout)
    const other = context.isUp(attempt.rail) ? undefined : upRailAfter(attempt.rail, choiceOf(payout, context), context)
    if (other !== undefined) return submitOn(other, payout, context)
    if (attempt.state === 'failed') return submitOn(attempt.rail, payout, context)
    const row: Payout = { ...payout, phase: 'calling', reason: undefined }
    return submitOrWait(attempt, context, { payout: row, note: `Asked the rail ${attempt.rail} again.` })
  }
  if (isDecided(attempt)) return ignored('the attempt is decided')
  const asked = inquiry(attempt, context, { isByOperator: isInReview, isWanted: !isLate(payout, context) })
  if (isInReview || !asks(asked) || attempt.state === 'pending') return asked
  return { ...asked, payout: { ...payout, phase: 'inquiring' } }
}

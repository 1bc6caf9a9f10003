import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons } from '../../machine.ts'
import type { Payout } from '../../payment.ts'
import { atOnce, isDenied } from '../attempts/attempt-policy.ts'
import { bookedBy, decidedTooEarly, madeBefore } from '../attempts/made-before.ts'
import { asSettled, isMade, settledBeside } from '../attempts/moved-attempts.ts'
import { isStatedNotToHaveHappened, neverPaid } from '../attempts/never-moved.ts'
import { paidByEarlier, stillPaidBy } from '../attempts/paid-before.ts'
import { excessLeftOf } from '../attempts/returned.ts'
import { unknownsOf } from '../attempts/unknown-outcomes.ts'
import { postHold, transfer } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { decidedFirst } from '../booking/joined.ts'
import { retryReturnedPayout } from '../returns/payout-returned.ts'
import { chargeOf, paidBy } from './payout-charge.ts'
import { failing, requirePayoutReview, succeeding } from './payout-rows.ts'
import { settlingShortfall } from './shortfall.ts'

/** A decision that cannot be carried out leaves the payout in review. The detail of its case names the reason. */
export function onPayoutDecision(
  payout: Payout,
  decision: SubjectAction,
  context: MachineContext,
  { about, seen }: { readonly about?: CaseReason; readonly seen?: Seen } = {},
): Transition {
  if (payout.phase !== 'review') return beside(payout, decision, context, about, seen)
  const why = caseReasons.find((code) => code === payout.reason) ?? 'outcome_unknown'
  if (about !== undefined && about !== why) return decidedFirst(beside(payout, decision, context, about, seen), why)
  const cannot = (because: string): Transition =>
    requirePayoutReview(payout, why, `"${decision.action}" could not be carried out: ${because}`)
  const subject = { kind: 'payout', id: payout.id } as const
  switch (decision.action) {
    case 'inquire':
      if (payout.currentAttempt === undefined) return cannot('no rail is being asked.')
      return { timers: [atOnce('inquire', subject, payout.currentAttempt, context)], note: 'Asking the rail again.' }
    case 'retry':
      if (why === 'late_success' || why === 'booking_refused') {
        return leavingExcess(payout, charge(payout, 'Tried again.', cannot, context), context)
      }
      if (why !== 'rail_unavailable' || payout.currentAttempt === undefined) {
        return cannot('it may have happened, so it is not repeated.')
      }
      return {
        payout: { ...payout, state: 'processing', phase: 'new' },
        timers: [atOnce('overdue', subject, payout.currentAttempt, context)],
        events: ['payout.resolved'],
        note: 'To be submitted again.',
        caseChange: 'resolved',
      }
    case 'reverse':
      if (why !== 'rail_unavailable') return cannot('the rail may have paid.')
      return failing(payout, 'failed', { reason: 'rail_unavailable', note: 'Given up; no rail had been reached.' })
    case 'force':
      return force(payout, decision, cannot, context)
    case 'write_off':
      return cannot('nothing of it can be written off.')
  }
}

type Cannot = (because: string) => Transition

function force(
  payout: Payout,
  { outcome, evidence }: Extract<SubjectAction, { action: 'force' }>,
  cannot: Cannot,
  context: MachineContext,
): Transition {
  const note = settledByHand(evidence)
  const [held] = payout.holds
  if (payout.reason === 'late_success' || payout.reason === 'booking_refused') {
    return outcome === 'succeeded' ? charge(payout, note, cannot, context) : acceptLost(payout, note, context)
  }
  // The amount that the rail paid is booked already. The operator accepts the difference.
  if (held === undefined && outcome === 'succeeded') return accept(payout, 'succeeded', note)
  if (held === undefined) return cannot('the rail has paid, in another amount, and does not deny it.')
  if (outcome === 'failed') {
    const earlier = madeBefore(payout, payout.currentAttempt, context)
    if (earlier !== undefined) return paidByEarlier(payout, earlier, true, context)
    return failing(payout, 'failed', { reason: byHand, note })
  }
  // The attempt stays, to match the rail's own report when it comes.
  const { payout: row, ...rest } = succeeding(payout, note)
  return {
    ...rest,
    ...(row === undefined ? {} : { payout: { ...row, currentAttempt: payout.currentAttempt } }),
    commands: [postHold(payout.book, held)],
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
  }
}

/** The account pays suspense, which had paid for what the rail paid out. */
function charge(payout: Payout, note: string, cannot: Cannot, context: MachineContext): Transition {
  const { source } = payout
  const amount = chargeOf(payout, context)
  const destination = context.accounts.suspense(payout.asset)
  return {
    ...succeeding(payout, note),
    commands: amount > 0n ? [transfer(payout, { source, destination, amount }, context)] : [],
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
  }
}

function leavingExcess(payout: Payout, charged: Transition, context: MachineContext): Transition {
  const paid = paidBy(payout, context)
  const excess = paid === undefined ? 0n : excessLeftOf(paid, payout.amount)
  if (excess === 0n) return charged
  const detail = `The rail paid out ${amountText(excess, payout.asset)} more than asked, which are a clawback in suspense.`
  return { ...charged, caseChange: { why: 'wrong_amount', detail, isNext: true } }
}

function acceptLost(payout: Payout, note: string, context: MachineContext): Transition {
  const made = context.attemptsOf(payout).find(isMade)
  return { ...accept(payout, 'failed', note), attempts: made === undefined ? [] : [asSettled(made)] }
}

function accept(payout: Payout, state: 'succeeded' | 'failed', note: string): Transition {
  const reason = state === 'failed' ? (payout.reason ?? byHand) : undefined
  return {
    payout: { ...payout, state, reason, phase: 'ended', currentAttempt: undefined },
    events: [`payout.${state}`],
    note,
    caseChange: 'resolved',
  }
}

function beside(
  payout: Payout,
  decision: SubjectAction,
  context: MachineContext,
  about: CaseReason = 'outcome_unknown',
  seen?: Seen,
): Transition {
  if (about === 'booking_refused') return retryReturnedPayout(payout, decision, context)
  if (decision.action !== 'force') return { note: 'Nothing of the payout is open.' }
  const tooEarly = decidedTooEarly(payout, decision, about, context)
  if (tooEarly !== undefined) return tooEarly
  if (isStatedNotToHaveHappened(decision, about)) {
    if (payout.phase === 'ended' && payout.state === 'succeeded') return undone(payout, decision.evidence, context)
    const [denied] = unknownsOf(payout, context.attemptsOf(payout))
    if (denied !== undefined) return neverPaid(payout, denied, settledByHand(decision.evidence), context)
  }
  return settlingShortfall(payout, about, settledBeside(payout, decision, { about, seen }, context), context)
}

function undone(payout: Payout, evidence: string, context: MachineContext): Transition {
  const { source, amount, asset } = payout
  const cannot = (because: string): Transition => {
    const detail = `"force" could not be carried out: ${because}`
    return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
  }
  const refusedBy = ({ code }: LedgerRefusal): Transition => cannot(`the books refused it (${code}).`)
  const made = bookedBy(payout, context)
  if (made === undefined || (made.amountMoved ?? amount) !== amount) {
    return cannot('the rail had paid another amount; book by a transfer what comes back.')
  }
  if (!isDenied(made)) return cannot('another attempt is booked; book by a transfer what comes back of this one.')
  const note = settledByHand(evidence)
  const earlier = madeBefore(payout, made.id, context)
  if (earlier !== undefined) return { ...stillPaidBy(payout, earlier, made, note, context), refused: refusedBy }
  const leg = { source: context.accounts.clearing({ rail: made.rail, asset }), destination: source, amount }
  return {
    payout: { ...payout, state: 'failed', reason: byHand, currentAttempt: undefined },
    attempt: { ...made, state: 'failed', reason: byHand },
    commands: [transfer(payout, leg, context)],
    refused: refusedBy,
    events: ['payout.failed'],
    note: `Undone, settled by hand: ${evidence}`,
    caseChange: 'resolved',
  }
}

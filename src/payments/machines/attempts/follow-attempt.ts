import type { RailDecline, RailOutcome } from '#rails'
import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment, Payout, Refund } from '../../payment.ts'
import { eitherWay } from '../booking/joined.ts'
import {
  firstInquiry,
  hinted,
  inquiry,
  isDecided,
  isDoubted,
  isGivenUp,
  mayResubmit,
  resubmission,
  waitedForAgain,
} from './attempt-policy.ts'
import { isLost } from './lost-attempts.ts'
import { reportedOtherwise } from './reported-otherwise.ts'
import { isOfReversal, isToBeReversed } from './reversal.ts'
import { withSettlement } from './settlement.ts'
import { judge, type Verdict, withInquiry } from './verdict.ts'

/** A subject's reactions to verdicts. The updated attempt is added to each answer. */
export type Reactions = {
  /** Whether the subject still waits for this attempt; if not, it was given up. */
  readonly isAwaited: boolean
  /** Whether an operator stated that it succeeded: a failure at the rail then contradicts the books. */
  readonly isForced?: boolean
  /** False once a cancel is pending, or the books would refuse it: it is then not submitted again. */
  readonly isWanted: boolean
  readonly asking: (phase: 'calling' | 'awaiting' | 'inquiring') => Transition
  readonly succeeded: (attempt: Attempt, amount: bigint, railReference: string) => Transition
  readonly declined: (attempt: Attempt, decline: RailDecline) => Transition
  /** It certainly did not happen, and is not submitted again. */
  readonly absent: (attempt: Attempt) => Transition
  readonly deferred: (attempt: Attempt) => Transition
  readonly givenUp: (attempt: Attempt, why: string) => Transition
  readonly late: (attempt: Attempt, amount: bigint, railReference: string) => Transition
  /** The rail or an operator stated success before, and the rail reports failure now. */
  readonly contradicted: (detail: string) => Transition
}

export function ignored(because: string): Transition {
  return { ignored: because }
}

/** Only an operator inquires about a subject in review. The answer never leads to a submission. */
export function isByPerson({ phase }: Pick<Payment | Refund | Payout, 'phase'>, outcome: RailOutcome): boolean {
  return (
    phase === 'review' && (outcome.kind === 'not_found' || (outcome.kind !== 'unavailable' && outcome.isAsked === true))
  )
}

export function followAttempt(
  before: Attempt,
  reported: RailOutcome,
  context: MachineContext,
  reactions: Reactions,
): Transition {
  const outcome = askedIfReused(before, reported)
  const heard = withSettlement(withInquiry(before, outcome, context), outcome)
  const attempt = withHandle(withAnswer(heard, outcome, context), outcome)
  const verdict = judge(attempt, outcome, context)
  const otherwise = reportedOtherwise(attempt, outcome, context)
  if (verdict.kind === 'known') {
    if (attempt !== before) return { attempt, ...otherwise }
    return otherwise ?? ignored(`the attempt: ${verdict.because}`)
  }
  if (verdict.kind === 'unsent') return { attempt: verdict.attempt }
  if (verdict.kind === 'to_be_reversed') {
    return {
      attempt: verdict.attempt,
      note: `The rail ${attempt.rail} does not say whether it happened: it is reversed.`,
    }
  }
  if (verdict.kind === 'reported_reversed') {
    return { ...inquiry(hinted(verdict.attempt), context), note: verdict.detail }
  }
  if (verdict.kind === 'doubted') return { ...inquiry(verdict.attempt, context), note: askedWhich(verdict.detail) }
  if (verdict.kind === 'confirmed')
    return { note: `The rail ${attempt.rail} confirms that it succeeded.`, ...otherwise, attempt: verdict.attempt }
  if (verdict.kind === 'contradicted') return { attempt: verdict.attempt, ...reactions.contradicted(verdict.detail) }
  const answer = reactions.isAwaited ? react(verdict, context, reactions) : reactTooLate(verdict, reactions)
  return withAttempt(verdict.attempt, answer)
}

/**
 * The rail has something else under the id: a lost server had sent it, for example in another amount. The rail is asked
 * for that. Of a release it means that nothing is left to release.
 */
function askedIfReused({ operation }: Attempt, outcome: RailOutcome): RailOutcome {
  if (outcome.kind !== 'failed' || outcome.decline.code !== 'duplicate') return outcome
  if (operation === 'void' || outcome.isAsked === true) return outcome
  return { kind: 'unknown', why: 'its id is known there with other content' }
}

/** An answer that is not that of an inquiry: the submission is not under way any more. */
function withAnswer(attempt: Attempt, outcome: RailOutcome, { now }: MachineContext): Attempt {
  const isOpen = attempt.state === 'submitting' || attempt.state === 'unknown'
  if (!isOpen || outcome.kind !== 'unknown' || outcome.isAsked === true) return attempt
  return { ...attempt, exchange: { ...attempt.exchange, answeredAt: now } }
}

/** An answer may bring references that later inquiries need. */
function withHandle(attempt: Attempt, outcome: RailOutcome): Attempt {
  if ((outcome.kind !== 'pending' && outcome.kind !== 'unknown') || outcome.handle === undefined) return attempt
  if (isOfReversal(outcome)) return attempt
  const handle = { ...attempt.exchange?.handle, ...outcome.handle }
  return { ...attempt, exchange: { ...attempt.exchange, handle } }
}

/** Keeps the updated attempt even if the ledger refuses. */
function withAttempt(attempt: Attempt, answer: Transition): Transition {
  return eitherWay(answer, (step) => ({ attempt, ...step }))
}

function askedWhich(detail: string): string {
  return `${detail} It is asked which holds.`
}

/** Inquiries that do not depend on the subject: which of two reports holds, and those that an operator requested. */
export function followInquiry(input: Input, context: MachineContext): Transition | undefined {
  if (input.kind !== 'overdue') return undefined
  const { attempt, isByHand } = input
  if (isDoubted(attempt)) return inquiry(attempt, context)
  if (isLost(attempt) && isByHand !== true) return inquiry(attempt, context, { isByOperator: isGivenUp(attempt) })
  return isByHand === true ? inquiredByHand(attempt, context) : undefined
}

/** It never submits: nothing is asked about an attempt that was not sent. */
function inquiredByHand(attempt: Attempt, context: MachineContext): Transition {
  if (attempt.state === 'not_sent') return ignored('the attempt was not sent, so the rail knows nothing of it')
  if (isDecided(attempt)) return ignored('the attempt is decided')
  return inquiry(hinted(attempt), context, { isByOperator: true })
}

type ReportedVerdict = Exclude<
  Verdict,
  { kind: 'known' | 'unsent' | 'doubted' | 'confirmed' | 'contradicted' | 'to_be_reversed' | 'reported_reversed' }
>

function react(verdict: ReportedVerdict, context: MachineContext, reactions: Reactions): Transition {
  const { attempt } = verdict
  switch (verdict.kind) {
    case 'succeeded':
      return reactions.succeeded(attempt, verdict.amount, verdict.railReference)
    case 'declined':
      return reactions.declined(attempt, verdict.decline)
    case 'accepted': {
      const awaiting = reactions.asking('awaiting')
      const again = awaiting.caseChange === 'resolved' ? waitedForAgain(attempt, context) : {}
      const timers = [...(again.timers ?? []), ...(awaiting.timers ?? [])]
      return {
        ...awaiting,
        ...again,
        timers,
        note: `The rail ${attempt.rail} has accepted it and will report the outcome.`,
      }
    }
    case 'in_doubt':
      return {
        ...reactions.asking('inquiring'),
        ...firstInquiry(attempt, context),
        note: `The rail ${attempt.rail} did not say whether it happened (${attempt.reason}); it will be ${isToBeReversed(attempt, context) ? 'reversed' : 'asked'}.`,
      }
    case 'absent':
      if (!reactions.isWanted || !mayResubmit(attempt)) return reactions.absent(attempt)
      // A submission would not be let through now. The timer that was set with the inquiry repeats it.
      if (!context.isUp(attempt.rail)) return { attempt: { ...attempt, state: 'unknown' } }
      return {
        ...reactions.asking('calling'),
        ...resubmission(attempt, context),
        note: `The rail ${attempt.rail} has never heard of it: submitted again under the same key.`,
      }
    case 'deferred':
      return reactions.deferred(attempt)
    case 'given_up':
      return reactions.givenUp(attempt, verdict.why)
  }
}

/** The subject has continued without it. Only a success still moves money, or a failure of a stated success. */
function reactTooLate(verdict: ReportedVerdict, reactions: Reactions): Transition {
  if (verdict.kind === 'succeeded') return reactions.late(verdict.attempt, verdict.amount, verdict.railReference)
  if (verdict.kind === 'given_up' && isLost(verdict.attempt)) return reactions.contradicted(verdict.why)
  if (reactions.isForced !== true) return {}
  const settled = `The ${verdict.attempt.operation} was settled by hand as succeeded, and the rail ${verdict.attempt.rail}`
  if (verdict.kind === 'declined') {
    return reactions.contradicted(`${settled} says that it failed (${verdict.decline.code}).`)
  }
  return verdict.kind === 'absent' ? reactions.contradicted(`${settled} has never heard of it.`) : {}
}

import type { RailDecline, RailOutcome } from '#rails'
import type { MachineContext } from '../../machine.ts'
import type { Attempt, Declined } from '../../payment.ts'
import { byHand } from '../booking/by-hand.ts'
import {
  contradicted,
  doubted,
  isDecided,
  isDenied,
  isDoubted,
  isPatienceOver,
  unbookedContradicted,
  unbookedDoubted,
  unsent,
} from './attempt-policy.ts'
import { isAbsentAt, isAskedEnough, isFinallyAbsent, isPerhapsUnderWay, scheduleOf } from './inquiry-schedule.ts'
import { isAllReturned } from './returned.ts'
import { isOfReversal, judgeReversal, mayBeReversed, withReversal, withReversalAnswer } from './reversal.ts'
import { isUnbooked, unbooked } from './unbooked.ts'

/**
 * The meaning of an outcome for an attempt. `submitting`: stored, before the rail gets it. `pending`: the rail will
 * report. `unknown`: it may have happened; inquiries repeat until it is known or an operator is needed. `not_sent`: it
 * certainly has not happened, and may be submitted again under its id. A success that is not booked keeps that mark.
 *
 * `succeeded` and `failed` are decided. Later outcomes change nothing, with two exceptions. A success after a failure
 * moved unexpected money. A failure after a success contradicts the books, unless the rail then confirms the success.
 */
export type Verdict =
  | { readonly kind: 'succeeded'; readonly attempt: Attempt; readonly amount: bigint; readonly railReference: string }
  | { readonly kind: 'declined'; readonly attempt: Attempt; readonly decline: RailDecline }
  | { readonly kind: 'accepted'; readonly attempt: Attempt }
  | { readonly kind: 'in_doubt'; readonly attempt: Attempt }
  | { readonly kind: 'given_up'; readonly attempt: Attempt; readonly why: string }
  | { readonly kind: 'absent'; readonly attempt: Attempt }
  | { readonly kind: 'deferred'; readonly attempt: Attempt }
  /** The last submission is still in Munim's own queue. The timer that was set with it submits it again. */
  | { readonly kind: 'unsent'; readonly attempt: Attempt }
  /** A success before, and a failure now. It may be an old message, so Munim inquires which report holds. */
  | { readonly kind: 'doubted'; readonly attempt: Attempt; readonly detail: string }
  /** The rail still reports failure, or does not answer which report holds. */
  | { readonly kind: 'contradicted'; readonly attempt: Attempt; readonly detail: string }
  | { readonly kind: 'confirmed'; readonly attempt: Attempt }
  /** Inquiries were in vain: the timer that was set with the last one reverses it. */
  | { readonly kind: 'to_be_reversed'; readonly attempt: Attempt }
  /** Its reversal was acknowledged, and now it succeeded. That may be an old message, so Munim inquires. */
  | { readonly kind: 'reported_reversed'; readonly attempt: Attempt; readonly detail: string }
  | { readonly kind: 'known'; readonly because: string }

/** The rail was away when it was to be submitted. */
const unavailable = 'rail_unavailable'

export function judge(attempt: Attempt, outcome: RailOutcome, context: MachineContext): Verdict {
  const { reversal } = attempt.exchange ?? {}
  const reversed = reversal && judgeReversal(attempt, outcome, context, isNever(attempt, outcome, context))
  if (reversed !== undefined) return reversed
  switch (outcome.kind) {
    case 'succeeded':
      return judgeSuccess(attempt, outcome)
    case 'failed':
      return judgeFailure(attempt, outcome, context)
    case 'pending':
      return judgePending(attempt, outcome.railReference, context)
    case 'unknown':
      return judgeUnknown(attempt, outcome.why, context)
    case 'unavailable':
      if (outcome.unsent !== undefined) return judgeUnsent(attempt, outcome.unsent.inquiries)
      // Only for the first submission does this mean that nothing happened. After an inquiry, an earlier submission may
      // still happen, and an inquiry that was not sent proves nothing.
      if (attempt.state !== 'submitting') return judgeUnknown(attempt, outcome.why, context)
      if (attempt.inquiries > 0) return judgeUnknown(attempt, unavailable, context)
      return { kind: 'deferred', attempt: { ...attempt, state: 'not_sent', reason: unavailable } }
    case 'not_found':
      return judgeAbsence(attempt, outcome, context)
  }
}

type Absence = Extract<RailOutcome, { kind: 'not_found' }>

function judgeAbsence(attempt: Attempt, outcome: Absence, context: MachineContext): Verdict {
  if (isDoubted(attempt)) return judgeDoubted(attempt, context)
  if (isDecided(attempt)) return known('its outcome is known')
  if (attempt.state === 'not_sent') return known('it is known not to have happened')
  if (isOfReversal(outcome)) return judgeUnknown(attempt, 'not_found', context)
  // It answers an inquiry from before the last submission.
  if (attempt.state === 'submitting' || isFromBefore(attempt, outcome)) return known('it is being submitted again')
  if (isOlder(attempt, outcome)) return known('it has been asked for since')
  // The rail accepted it and may have forgotten the key: a resubmission could be a second operation.
  if (attempt.state === 'pending' || !isFinallyAbsent(attempt, outcome, context)) {
    return judgeUnknown(attempt, 'not_found', context)
  }
  // An inquiry was made, in any state: nothing is certain about the first submission any more.
  return {
    kind: 'absent',
    attempt: { ...attempt, state: 'not_sent', reason: 'not_found', inquiries: Math.max(attempt.inquiries, 1) },
  }
}

function isNever(attempt: Attempt, outcome: RailOutcome, context: MachineContext): boolean {
  if (outcome.kind !== 'not_found' || outcome.finality === 'not_yet') return false
  return isAbsentAt(attempt, outcome.askedAt, context)
}

function isFromBefore({ exchange }: Attempt, { askedAt }: Extract<RailOutcome, { kind: 'not_found' }>): boolean {
  return askedAt !== undefined && askedAt < (exchange?.submittedAt ?? 0)
}

/** The answer to a later inquiry counts: since this one, the rail may have heard of the submission. */
function isOlder({ exchange }: Attempt, { askedAt }: Extract<RailOutcome, { kind: 'not_found' }>): boolean {
  return askedAt !== undefined && askedAt < (exchange?.inquiredAt ?? 0)
}

/** It is the last submission only if no inquiry was answered since it was planned. Another may be on its way. */
function judgeUnsent(attempt: Attempt, inquiries: number): Verdict {
  // `unknown`: its timer has fired already, and the inquiry is made all the same.
  const isLast = attempt.inquiries === inquiries && (attempt.state === 'submitting' || attempt.state === 'unknown')
  if (!isLast) return known('it has been asked for since')
  return { kind: 'unsent', attempt: { ...attempt, reason: unsent } }
}

/**
 * Counts one more answered inquiry. None counts while the rail is down, because a missing answer proves nothing then.
 * Nor does `not_found` for an attempt that was unsent, could not be sent or is perhaps under way: it uses up no
 * repetition. The count is used up when a rail is down for longer than operations wait.
 */
export function withInquiry(attempt: Attempt, outcome: RailOutcome, context: MachineContext): Attempt {
  if (isOfReversal(outcome)) {
    const isOpen = attempt.state === 'unknown' && attempt.exchange?.reversal?.endedAt === undefined
    return isOpen ? withReversalAnswer(attempt, outcome, context, isPatienceOver(attempt, context)) : attempt
  }
  const isSilent = outcome.kind === 'unknown' || (outcome.kind === 'unavailable' && outcome.unsent === undefined)
  if (isSilent && !context.isUp(attempt.rail) && attempt.state === 'unknown' && isPatienceOver(attempt, context)) {
    return { ...attempt, inquiries: Math.max(attempt.inquiries, scheduleOf(attempt, context).atMost) }
  }
  const isAsked = outcome.kind === 'not_found' || (outcome.kind !== 'unavailable' && outcome.isAsked === true)
  if (!isAsked || attempt.state === 'not_sent' || (isDecided(attempt) && !isDoubted(attempt))) return attempt
  if (!context.isUp(attempt.rail)) return heard(attempt, context)
  const isSent = attempt.reason !== unsent && attempt.reason !== unavailable
  if (outcome.kind === 'not_found' && !isSent && !isPatienceOver(attempt, context)) return heard(attempt, context)
  if (outcome.kind === 'not_found' && isPerhapsUnderWay(attempt, outcome.askedAt, context))
    return heard(attempt, context)
  return { ...attempt, inquiries: attempt.inquiries + 1, exchange: { ...attempt.exchange, heardAt: context.now } }
}

function judgeSuccess(attempt: Attempt, outcome: Extract<RailOutcome, { kind: 'succeeded' }>): Verdict {
  const { railReference, amount, isPartial, isAsked = false } = outcome
  if (isAllReturned(attempt)) return known('it succeeded, and all of it has come back')
  if (isDoubted(attempt)) {
    // An unsolicited report may be older than the failure.
    if (!isAsked) return known('the rail is being asked which of its answers holds')
    return { kind: 'confirmed', attempt: { ...attempt, reason: isUnbooked(attempt) ? unbooked : undefined } }
  }
  if (attempt.state === 'succeeded') return known('its success is known')
  const succeeded: Attempt = { ...attempt, state: 'succeeded', railReference, amountMoved: amount, reason: undefined }
  return { kind: 'succeeded', attempt: isPartial ? { ...succeeded, isPartial } : succeeded, amount, railReference }
}

function heard(attempt: Attempt, { now }: Pick<MachineContext, 'now'>): Attempt {
  return { ...attempt, exchange: { ...attempt.exchange, heardAt: now } }
}

function givenUp(attempt: Attempt): Attempt {
  return { ...attempt, exchange: { ...attempt.exchange, isGivenUp: true } }
}

function known(because: string): Verdict {
  return { kind: 'known', because }
}

function judgeFailure(attempt: Attempt, outcome: Failure, context: MachineContext): Verdict {
  const { decline, railReference } = outcome
  if (attempt.state === 'failed') return known('its failure is known')
  if (isAllReturned(attempt)) return known('all of it has come back')
  if (attempt.state === 'succeeded') {
    const detail = `The rail ${attempt.rail} said that the ${attempt.operation} succeeded, and then that it failed (${decline.code}).`
    if (isDoubted(attempt)) return contradicting(attempt, detail)
    if (isDenied(attempt)) return known('an operator saw that the rail contradicts itself')
    if (isSettledNotToHaveCome(attempt)) return known('an operator has found that it did not happen')
    return { kind: 'doubted', attempt: inDoubt(attempt), detail }
  }
  return {
    kind: 'declined',
    decline,
    attempt: {
      ...attempt,
      state: 'failed',
      reason: decline.code,
      railReference: railReference ?? attempt.railReference,
      ...(decline.raw !== undefined && {
        exchange: { ...attempt.exchange, decline: declinedBy(attempt, decline, context) },
      }),
    },
  }
}

type Failure = Extract<RailOutcome, { kind: 'failed' }>

function declinedBy(attempt: Attempt, { raw, advice }: RailDecline, context: MachineContext): Declined {
  const scheme = isTry(attempt) ? context.capabilities(attempt.rail)?.retries?.schemeOf(attempt.instrument) : undefined
  return { ...(raw !== undefined && { raw }), ...(advice && { advice }), ...(scheme !== undefined && { scheme }) }
}

/** Only such attempts count against a scheme's budget. */
function isTry({ operation, originalReference }: Attempt): boolean {
  return (operation === 'authorize' || operation === 'charge') && originalReference === undefined
}

export function inDoubt(attempt: Attempt): Attempt {
  const { inquireAt: _, isGivenUp: __, made: ___, ...exchange } = attempt.exchange ?? {}
  return { ...attempt, reason: isUnbooked(attempt) ? unbookedDoubted : doubted, inquiries: 0, exchange }
}

function contradicting(attempt: Attempt, detail: string): Verdict {
  if (!isUnbooked(attempt)) return { kind: 'contradicted', attempt: { ...attempt, reason: contradicted }, detail }
  return {
    kind: 'contradicted',
    attempt: { ...attempt, reason: unbookedContradicted },
    detail: `${detail} Nothing of it is booked.`,
  }
}

function judgeDoubted(attempt: Attempt, context: MachineContext): Verdict {
  if (!isAskedEnough(attempt, context)) return known('the rail is being asked which of its answers holds')
  const detail = `The rail ${attempt.rail} said that the ${attempt.operation} succeeded, then that it failed, and does not say which holds.`
  return contradicting(attempt, detail)
}

/** Only for incoming money. On outgoing money, `byHand` means that it did happen, besides the booked one. */
function isSettledNotToHaveCome({ operation, reason }: Attempt): boolean {
  return reason === byHand && operation !== 'refund' && operation !== 'payout'
}

function judgePending(attempt: Attempt, railReference: string, context: MachineContext): Verdict {
  if (isDoubted(attempt)) return judgeDoubted(attempt, context)
  if (isDecided(attempt)) return known('its outcome is known')
  if (attempt.state !== 'pending') {
    const accepted: Attempt = { ...attempt, state: 'pending', railReference, reason: undefined }
    return { kind: 'accepted', attempt: heard(accepted, context) }
  }
  if (!isAskedEnough(attempt, context)) return known('it is known to be pending')
  const why = `The rail ${attempt.rail} accepted the ${attempt.operation} and does not tell how it ended.`
  return { kind: 'given_up', attempt: givenUp(attempt), why }
}

function judgeUnknown(attempt: Attempt, why: string, context: MachineContext): Verdict {
  if (isDoubted(attempt)) return judgeDoubted(attempt, context)
  if (isDecided(attempt)) return known('its outcome is known')
  if (attempt.state === 'not_sent') return known('it is known not to have happened')
  if (attempt.state === 'submitting') {
    return { kind: 'in_doubt', attempt: heard({ ...attempt, state: 'unknown', reason: why }, context) }
  }
  if (!isAskedEnough(attempt, context)) return known('it is being asked for')
  if (mayBeReversed(attempt, context)) return { kind: 'to_be_reversed', attempt: withReversal(attempt, context) }
  return {
    kind: 'given_up',
    attempt: givenUp({ ...attempt, reason: why }),
    why: `The rail ${attempt.rail} does not say whether the ${attempt.operation} happened (${why}).`,
  }
}

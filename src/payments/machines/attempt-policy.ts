import type { Timestamp } from '#kernel'
import type { RailDecline, RailOutcome } from '#rails'
import type { MachineContext, NewAttempt, Timer, Transition } from '../machine.ts'
import type { Attempt } from '../payment.ts'

/**
 * What an outcome means for an attempt, the same for payments, captures, refunds and payouts.
 *
 * An attempt is `submitting` when it is stored, before the rail hears of it. `pending`: the rail has it
 * and will tell. `unknown`: it may have happened; the rail is asked, with growing pauses, until it says
 * or a person is needed. `not_sent`: it certainly has not happened; the same attempt may be submitted
 * again under its id. `succeeded` and `failed` are decided: later outcomes change nothing, with two
 * exceptions that are never passed over: a success after a failure moved money that nobody expects any
 * more, and a failure after a success contradicts the books, unless the rail, asked again, says otherwise.
 */
export type Verdict =
  | { readonly kind: 'succeeded'; readonly attempt: Attempt; readonly amount: bigint; readonly railReference: string }
  | { readonly kind: 'declined'; readonly attempt: Attempt; readonly decline: RailDecline }
  | { readonly kind: 'accepted'; readonly attempt: Attempt }
  | { readonly kind: 'in_doubt'; readonly attempt: Attempt }
  /** It was asked for as often as it makes sense. */
  | { readonly kind: 'given_up'; readonly attempt: Attempt; readonly why: string }
  /** The rail has never heard of it. */
  | { readonly kind: 'absent'; readonly attempt: Attempt }
  | { readonly kind: 'put_off'; readonly attempt: Attempt }
  /** The rail said success before and failure now. It may be an old message, so the rail is asked which holds. */
  | { readonly kind: 'doubted'; readonly attempt: Attempt; readonly detail: string }
  /** It says failure still. */
  | { readonly kind: 'contradicted'; readonly attempt: Attempt; readonly detail: string }
  /** It says success still. */
  | { readonly kind: 'confirmed'; readonly attempt: Attempt }
  | { readonly kind: 'known'; readonly because: string }

/** Inquiries after which a person is asked; with the pauses below, about 45 seconds for a rail that answers at once. */
export const inquiriesMax = 9
/** A rail that has never heard of a submission gets it again, unless it was asked more often than this. */
const resubmitInquiriesMax = 4
/** New submissions of what a rail declined for now (`try_again_later`), the first included. */
export const submissionsMax = 4
/** How long something waits for a rail that is away before a person is told. */
const patienceMs = 24 * 3_600_000
/** On top of a rail's own time to answer: the time an answer may need to be written down. */
const overdueMarginMs = 1_000
const inquiryPauseMs = 1_000
/** No longer, so that what a slow rail has done in the meantime is known soon after. */
const inquiryPauseMaxMs = 6_000
const pendingDoublingsMax = 3
const awayPauseMs = 5_000
/** What waits for a rail that is away looks again after this part of the time that it has waited, at most after so long. */
const waitingShare = 0.25
const waitingPauseMaxMs = 30_000
const unknownRail = { inquireAfterMs: 5_000 }

/** Reasons of an attempt that succeeded, and of which the rail said later that it had failed. */
const doubted = 'doubted'
const contradicted = 'contradicted'

/** Whether the rail is being asked which of its two answers holds. */
export function isDoubted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === doubted
}

export function isDecided({ state }: Attempt): boolean {
  return state === 'succeeded' || state === 'failed'
}

/** Whether its rail says, last or when it is asked which holds, that it did not happen, or does not say. */
export function isDenied({ state, reason }: Attempt): boolean {
  return state === 'failed' || state === 'not_sent' || reason === contradicted
}

/** Whether its rail says that what is booked of it did not happen, and nobody has settled that yet. */
export function isContradicted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === contradicted
}

/** Judges an outcome against what was known of the attempt before. */
export function judge(attempt: Attempt, outcome: RailOutcome): Verdict {
  switch (outcome.kind) {
    case 'succeeded':
      return judgeSuccess(attempt, outcome)
    case 'failed':
      return judgeFailure(attempt, outcome.decline, outcome.railReference)
    case 'pending':
      return judgePending(attempt, outcome.railReference)
    case 'unknown':
      return judgeUnknown(attempt, outcome.why)
    case 'unavailable':
      // Only of the first submission does it say that nothing happened: once it was asked for, an earlier one may
      // happen still, and an inquiry that was not sent says nothing.
      if (attempt.state !== 'submitting' || attempt.inquiries > 0) return judgeUnknown(attempt, outcome.why)
      return {
        kind: 'put_off',
        attempt: { ...attempt, state: 'not_sent', reason: 'rail_unavailable' },
      }
    case 'not_found':
      if (isDoubted(attempt)) return judgeDoubted(attempt)
      if (isDecided(attempt)) return known('its outcome is known')
      if (attempt.state === 'not_sent') return known('it is known not to have happened')
      // The answer to an inquiry from before the last submission.
      if (attempt.state === 'submitting') return known('it is being submitted again')
      // It has accepted it before and may have forgotten the key since: submitted again it would be a second one.
      if (attempt.state === 'pending') return judgeUnknown(attempt, 'not_found')
      // Whatever the rail was believed to be, it was asked: nothing is certain of the first submission any more.
      return {
        kind: 'absent',
        attempt: { ...attempt, state: 'not_sent', reason: 'not_found', inquiries: Math.max(attempt.inquiries, 1) },
      }
  }
}

function judgeSuccess(attempt: Attempt, outcome: Extract<RailOutcome, { kind: 'succeeded' }>): Verdict {
  const { railReference, amount, isAsked = false } = outcome
  if (isDoubted(attempt)) {
    // What comes by itself may be from before the failure.
    if (!isAsked) return known('the rail is being asked which of its answers holds')
    return { kind: 'confirmed', attempt: { ...attempt, reason: undefined } }
  }
  if (attempt.state === 'succeeded') return known('its success is known')
  const succeeded: Attempt = { ...attempt, state: 'succeeded', railReference, amountMoved: amount, reason: undefined }
  return { kind: 'succeeded', attempt: succeeded, amount, railReference }
}

function known(because: string): Verdict {
  return { kind: 'known', because }
}

function judgeFailure(attempt: Attempt, decline: RailDecline, railReference: string | undefined): Verdict {
  if (attempt.state === 'failed') return known('its failure is known')
  if (attempt.state === 'succeeded') {
    const detail = `The rail ${attempt.rail} said that the ${attempt.operation} succeeded, and then that it failed (${decline.code}).`
    if (isDoubted(attempt)) return { kind: 'contradicted', attempt: { ...attempt, reason: contradicted }, detail }
    if (attempt.reason === contradicted) return known('a person was told that the rail contradicts itself')
    return { kind: 'doubted', attempt: { ...attempt, reason: doubted, inquiries: 0 }, detail }
  }
  return {
    kind: 'declined',
    decline,
    attempt: {
      ...attempt,
      state: 'failed',
      reason: decline.code,
      railReference: railReference ?? attempt.railReference,
    },
  }
}

/** It cannot be learnt which of a rail's two answers holds. */
function judgeDoubted(attempt: Attempt): Verdict {
  if (attempt.inquiries < inquiriesMax) return known('the rail is being asked which of its answers holds')
  const detail = `The rail ${attempt.rail} said that the ${attempt.operation} succeeded, then that it failed, and does not say which holds.`
  return { kind: 'contradicted', attempt: { ...attempt, reason: contradicted }, detail }
}

function judgePending(attempt: Attempt, railReference: string): Verdict {
  if (isDoubted(attempt)) return judgeDoubted(attempt)
  if (isDecided(attempt)) return known('its outcome is known')
  if (attempt.state !== 'pending') {
    return { kind: 'accepted', attempt: { ...attempt, state: 'pending', railReference, reason: undefined } }
  }
  if (attempt.inquiries < inquiriesMax) return known('it is known to be pending')
  const why = `The rail ${attempt.rail} accepted the ${attempt.operation} and does not tell how it ended.`
  return { kind: 'given_up', attempt, why }
}

function judgeUnknown(attempt: Attempt, why: string): Verdict {
  if (isDoubted(attempt)) return judgeDoubted(attempt)
  if (isDecided(attempt)) return known('its outcome is known')
  if (attempt.state === 'not_sent') return known('it is known not to have happened')
  if (attempt.state === 'submitting') {
    return { kind: 'in_doubt', attempt: { ...attempt, state: 'unknown', reason: why } }
  }
  if (attempt.inquiries < inquiriesMax) return known('it is being asked for')
  return {
    kind: 'given_up',
    attempt: { ...attempt, reason: why },
    why: `The rail ${attempt.rail} does not say whether the ${attempt.operation} happened (${why}).`,
  }
}

/** Whether an attempt of which the rail has never heard is submitted once more under its id. */
export function mayResubmit(attempt: Attempt): boolean {
  return attempt.inquiries <= resubmitInquiriesMax
}

/** Whether it has waited for the rail so long that a person should know. */
export function isPatienceOver(attempt: Attempt, context: MachineContext): boolean {
  return context.now > attempt.createdAt + patienceMs * 1_000
}

type Submission = Pick<Required<Transition>, 'newAttempts' | 'timers'> & { readonly id: string }

/**
 * A new attempt, with the timer that asks for it when no answer comes. `lane`: of that timer. `count`: which
 * submission of its subject it is. Its id then follows from that and from what is asked for: should the database
 * lose it, after the rail has been asked, the rail is asked under the same key again and does it once.
 */
export function submission(
  parts: Omit<NewAttempt, 'id'>,
  context: MachineContext,
  { count, lane }: { readonly count?: number; readonly lane?: Timer['lane'] } = {},
): Submission {
  const id = count === undefined ? context.newId() : derivedAttemptId(parts, count, context)
  const at = later(context, overdueMs(parts.rail, context))
  return { id, newAttempts: [{ id, ...parts }], timers: [timer('overdue', { ...parts, id }, at, lane)] }
}

function derivedAttemptId(parts: Omit<NewAttempt, 'id'>, count: number, { derivedId }: MachineContext): string {
  const { subject, rail, operation, amount, instrument, concerns = '' } = parts
  return derivedId(subject.id, JSON.stringify([operation, count, rail, amount.toString(), instrument, concerns]))
}

/** The same attempt once more, under the same id. */
export function resubmission(attempt: Attempt, context: MachineContext, lane?: Timer['lane']): Transition {
  const again: Attempt = { ...attempt, state: 'submitting', reason: undefined }
  const at = later(context, overdueMs(attempt.rail, context))
  return { attempt: again, resubmit: again, timers: [timer('overdue', attempt, at, lane)] }
}

/**
 * A timer brought an attempt that was put off: submits it again, or goes on waiting while its rail is
 * known to be away, without a word. Whatever is put off waits for the timer that its submission has set
 * (`overdue`) and for no other: one timer an attempt, however long the rail is away. `calling`: what
 * becomes of the subject when the rail is asked. What has waited too long is submitted once more: when it
 * is put off again, a person is told.
 */
export function submitOrWait(
  attempt: Attempt,
  context: MachineContext,
  calling: Transition,
  lane?: Timer['lane'],
): Transition {
  const isWaiting = !context.isUp(attempt.rail) && !isPatienceOver(attempt, context)
  if (!isWaiting) return { ...resubmission(attempt, context, lane), ...calling }
  return { timers: [timer('overdue', attempt, later(context, waitingPauseMs(attempt, context)), lane)] }
}

function waitingPauseMs({ rail, createdAt }: Attempt, context: MachineContext): number {
  const waitedMs = (context.now - createdAt) / 1_000
  const pause = Math.max(overdueMs(rail, context), Math.min(waitedMs * waitingShare, waitingPauseMaxMs))
  return jittered(pause, context)
}

/**
 * Asks the rail what became of an attempt. The timer for the next time is set before the answer is
 * known, so that a crash in between loses nothing; not when `isStuck`: then a person asks. While the
 * rail is away it does not count: that it says nothing then tells nothing about the attempt.
 */
export function inquiry(attempt: Attempt, context: MachineContext, isStuck: boolean): Transition {
  const dueAt = attempt.createdAt + inquireAfterMs(attempt.rail, context) * 1_000
  const isEarly = attempt.state === 'pending' && attempt.inquiries === 0 && context.now < dueAt
  if (isEarly && !isStuck) return { timers: [timer('inquire', attempt, dueAt)] }
  const state = attempt.state === 'submitting' ? 'unknown' : attempt.state
  const isUp = context.isUp(attempt.rail)
  const asked: Attempt = { ...attempt, state, inquiries: attempt.inquiries + (isUp ? 1 : 0) }
  const pause = isUp ? pauseMs(asked, context) : waitingPauseMs(asked, context)
  const next = isStuck ? [] : [timer('inquire', asked, later(context, pause))]
  return { attempt: asked, inquire: asked, timers: next }
}

/** When to ask first for an attempt whose submission ended in doubt; none when its `overdue` timer comes as soon. */
export function firstInquiry(attempt: Attempt, context: MachineContext): readonly Timer[] {
  const at = later(context, pauseMs(attempt, context))
  const overdueAt = attempt.createdAt + overdueMs(attempt.rail, context) * 1_000
  return at < overdueAt ? [timer('inquire', attempt, at)] : []
}

/**
 * What was given up has been asked about again, and the rail has it after all: it is waited for as if it had
 * just been accepted. Nobody else comes back to it.
 */
export function waitedForAgain(attempt: Attempt, context: MachineContext): Transition {
  const again: Attempt = { ...attempt, inquiries: 0 }
  return { attempt: again, timers: [timer('inquire', again, later(context, pauseMs(again, context)))] }
}

/** To come back to what a rail declined for now, after the `submissions`-th time. */
export function tryLater(attempt: Attempt, submissions: number, context: MachineContext): Timer {
  return timer('overdue', attempt, later(context, jittered(awayPauseMs * 2 ** Math.min(submissions, 5), context)))
}

/** To come back to an attempt at once: a decision names none, and the timer brings it. */
export function atOnce(
  input: 'inquire' | 'overdue',
  subject: Timer['subject'],
  attempt: string,
  context: MachineContext,
): Timer {
  return { input, subject, attempt, at: context.now }
}

function timer(
  input: Timer['input'],
  { id, subject }: Pick<Attempt, 'id' | 'subject'>,
  at: Timestamp,
  lane?: Timer['lane'],
): Timer {
  return lane === undefined ? { input, subject, attempt: id, at } : { input, subject, attempt: id, at, lane }
}

function later(context: MachineContext, ms: number): Timestamp {
  return context.now + Math.round(ms * 1_000)
}

/**
 * How long a submission may have no answer. Not as long as a slow rail takes to settle what it has
 * accepted: what is put off waits for the same timer, and should go on soon after the rail is back.
 */
function overdueMs(rail: string, context: MachineContext): number {
  return Math.min(inquireAfterMs(rail, context), waitingPauseMaxMs) + overdueMarginMs
}

function inquireAfterMs(rail: string, context: MachineContext): number {
  return (context.manners(rail) ?? unknownRail).inquireAfterMs
}

/** The pause before the next inquiry: doubles each time, up to a limit, give or take a quarter. */
function pauseMs({ rail, state, inquiries }: Attempt, context: MachineContext): number {
  const afterMs = inquireAfterMs(rail, context)
  if (state === 'pending') return jittered(afterMs * 2 ** Math.min(inquiries, pendingDoublingsMax), context)
  const firstMs = Math.min(inquiryPauseMs, afterMs)
  return jittered(Math.min(firstMs * 2 ** inquiries, inquiryPauseMaxMs), context)
}

function jittered(ms: number, context: MachineContext): number {
  return ms * (0.75 + 0.5 * context.random())
}

import type { Timestamp } from '#kernel'
import type { MachineContext, NewAttempt, Timer, Transition } from '../machine.ts'
import type { Attempt } from '../payment.ts'
import { byHand } from './by-hand.ts'

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
export const doubted = 'doubted'
export const contradicted = 'contradicted'
/** The same of one of which nothing is booked, as the books had refused what the rail did. */
export const unbookedDoubted = 'unbooked_doubted'
export const unbookedContradicted = 'unbooked_contradicted'

/** Reason of an attempt whose last submission has not left our own line: whatever the rail knew of it before, it knows still. */
export const unsent = 'unsent'

/** Whether the rail is being asked which of its two answers holds. */
export function isDoubted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && (reason === doubted || reason === unbookedDoubted)
}

export function isDecided({ state }: Attempt): boolean {
  return state === 'succeeded' || state === 'failed'
}

/** Whether its rail says, last or when it is asked which holds, that it did not happen, or does not say. */
export function isDenied({ state, reason }: Attempt): boolean {
  return state === 'failed' || state === 'not_sent' || reason === contradicted || reason === unbookedContradicted
}

/** Whether its rail says that what is booked of it did not happen, and nobody has settled that yet. */
export function isContradicted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === contradicted
}

/** The attempt as a person has stated that it succeeded: the books have it so, whatever becomes of its subject. */
export function withStated(attempt: Attempt): Attempt {
  return { ...attempt, amountMoved: attempt.amount }
}

/** Whether a person has stated that it succeeded, and neither its rail has said so nor a person taken that back. */
export function isStated({ state, reason, amountMoved }: Attempt): boolean {
  return state !== 'succeeded' && reason !== byHand && amountMoved !== undefined
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
 * Asks the rail what became of an attempt; or submits it again, when its last submission has not left our own line and
 * it is wanted still. The timer for the next time is set before the answer is known, so that a crash in between loses
 * nothing; not when `isStuck`: then a person asks. It counts when the rail has answered (`withInquiry`).
 */
export function inquiry(attempt: Attempt, context: MachineContext, isStuck: boolean, isWanted = true): Transition {
  const isUnsent = attempt.state === 'submitting' && attempt.reason === unsent
  if (isUnsent && isWanted && !isStuck) return resubmission(attempt, context)
  const dueAt = attempt.createdAt + inquireAfterMs(attempt.rail, context) * 1_000
  const isEarly = attempt.state === 'pending' && attempt.inquiries === 0 && context.now < dueAt
  if (isEarly && !isStuck) return { timers: [timer('inquire', attempt, dueAt)] }
  const state = attempt.state === 'submitting' ? 'unknown' : attempt.state
  const isUp = context.isUp(attempt.rail)
  const asked: Attempt = { ...attempt, state }
  const next = { ...asked, inquiries: attempt.inquiries + 1 }
  const pause = isUp ? pauseMs(next, context) : waitingPauseMs(asked, context)
  const timers = isStuck ? [] : [timer('inquire', asked, later(context, pause))]
  return { attempt: asked, inquire: asked, timers }
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
  return overdueAfterMs(inquireAfterMs(rail, context)) + overdueMarginMs
}

/** The part of it in which a submission has to begin, or else is not made. */
export function overdueAfterMs(inquireAfterMs: number): number {
  return Math.min(inquireAfterMs, waitingPauseMaxMs)
}

function inquireAfterMs(rail: string, context: MachineContext): number {
  return (context.capabilities(rail) ?? unknownRail).inquireAfterMs
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

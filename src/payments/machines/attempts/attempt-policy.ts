import type { Timestamp, Uuid } from '#kernel'
import type { MachineContext, NewAttempt, Timer, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import {
  inquiryRetry,
  overdueMarginMs,
  pauseAfter,
  pendingInquiry,
  type RetryPolicy,
  resubmitInquiriesMax,
  unavailableRail,
  unknownRail,
} from '../../retry-policies.ts'
import { byHand } from '../booking/by-hand.ts'

/** Reasons of a successful attempt that the rail later reported as failed. */
export const doubted = 'doubted'
export const contradicted = 'contradicted'
/** The same, when the ledger refused to book the success. */
export const unbookedDoubted = 'unbooked_doubted'
export const unbookedContradicted = 'unbooked_contradicted'

/** The last submission is still in Munim's queue, so the rail's knowledge has not changed. */
export const unsent = 'unsent'

export function isDoubted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && (reason === doubted || reason === unbookedDoubted)
}

export function isDecided({ state }: Attempt): boolean {
  return state === 'succeeded' || state === 'failed'
}

/** Whether the rail's last report is a failure, or it does not answer which of its two reports holds. */
export function isDenied({ state, reason }: Attempt): boolean {
  return state === 'failed' || state === 'not_sent' || reason === contradicted || reason === unbookedContradicted
}

/** Whether the rail denies what is booked, and no operator has settled that yet. */
export function isContradicted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === contradicted
}

/** A denied attempt did happen, until its rail denies it again. The rail may still confirm a mere statement. */
export function affirmed(denied: Attempt): Attempt {
  return { ...denied, state: denied.state === 'succeeded' ? 'succeeded' : 'unknown', reason: undefined }
}

export function withStated(attempt: Attempt): Attempt {
  return { ...attempt, amountMoved: attempt.amount }
}

/** Stated as succeeded, and neither confirmed by the rail nor withdrawn by an operator. */
export function isStated({ state, reason, amountMoved }: Attempt): boolean {
  return state !== 'succeeded' && reason !== byHand && amountMoved !== undefined
}

export function mayResubmit(attempt: Attempt): boolean {
  return attempt.inquiries <= resubmitInquiriesMax
}

export function isPatienceOver(attempt: Attempt, context: MachineContext): boolean {
  return context.now > attempt.createdAt + unavailableRail.patienceMs * 1_000
}

type Submission = Pick<Required<Transition>, 'newAttempts' | 'timers'> & { readonly id: string }

/**
 * `count` numbers the submissions of the subject, or of the request `from`. The id is then derived from it and the
 * content. If the database loses an attempt that was sent, the rail gets it again under the same key, and does it once.
 */
export function submission(
  parts: Omit<NewAttempt, 'id'>,
  context: MachineContext,
  {
    count,
    from = parts.subject.id,
    lane,
  }: { readonly count?: number; readonly from?: Uuid; readonly lane?: Timer['lane'] } = {},
): Submission {
  const id = count === undefined ? context.newId() : derivedAttemptId(parts, from, count, context)
  const at = later(context, overdueMs(parts.rail, context))
  return { id, newAttempts: [{ id, ...parts }], timers: [timer('overdue', { ...parts, id }, at, lane)] }
}

function derivedAttemptId(
  parts: Omit<NewAttempt, 'id'>,
  from: Uuid,
  count: number,
  { derivedId }: MachineContext,
): string {
  const { rail, operation, amount, instrument, originalReference = '' } = parts
  return derivedId(from, JSON.stringify([operation, count, rail, amount.toString(), instrument, originalReference]))
}

export function resubmission(attempt: Attempt, context: MachineContext, lane?: Timer['lane']): Transition {
  const again: Attempt = { ...attempt, state: 'submitting', reason: undefined }
  const at = later(context, overdueMs(attempt.rail, context))
  return { attempt: again, resubmit: again, timers: [timer('overdue', attempt, at, lane)] }
}

/**
 * A deferred attempt has one timer, the `overdue` one of its submission, however long its rail is down. After too long
 * it is submitted once more; if deferred again, it goes to an operator. `calling`: the subject's change on submission.
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
  const pause = Math.max(
    overdueMs(rail, context),
    Math.min(waitedMs * unavailableRail.partOfWaiting, unavailableRail.maxMs),
  )
  return jittered(pause, context)
}

/**
 * The next timer is set before the answer is known, so that a crash in between loses nothing. There is none when
 * `isStuck`: an operator inquires. The inquiry counts once the rail has answered (`withInquiry`).
 */
export function inquiry(
  attempt: Attempt,
  context: MachineContext,
  { isStuck = false, isWanted = true }: { readonly isStuck?: boolean; readonly isWanted?: boolean } = {},
): Transition {
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

/** None when the `overdue` timer comes as soon. */
export function firstInquiry(attempt: Attempt, context: MachineContext): readonly Timer[] {
  const at = later(context, pauseMs(attempt, context))
  const overdueAt = attempt.createdAt + overdueMs(attempt.rail, context) * 1_000
  return at < overdueAt ? [timer('inquire', attempt, at)] : []
}

/** The rail has an attempt that was given up. It waits as if just accepted, because no other timer returns to it. */
export function waitedForAgain(attempt: Attempt, context: MachineContext): Transition {
  const again: Attempt = { ...attempt, inquiries: 0 }
  return { attempt: again, timers: [timer('inquire', again, later(context, pauseMs(again, context)))] }
}

export function tryLater(attempt: Attempt, policy: RetryPolicy, submissions: number, context: MachineContext): Timer {
  return timer('overdue', attempt, later(context, jittered(pauseAfter(policy, submissions), context)))
}

/** A decision names no attempt, so a timer brings it. */
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

/** Shorter than a slow rail takes to settle: a deferred attempt uses this timer, and should resume with its rail. */
function overdueMs(rail: string, context: MachineContext): number {
  return overdueAfterMs(inquireAfterMs(rail, context)) + overdueMarginMs
}

/** The part of the overdue time within which a submission must start; later it is not made. */
export function overdueAfterMs(inquireAfterMs: number): number {
  return Math.min(inquireAfterMs, unavailableRail.maxMs)
}

function inquireAfterMs(rail: string, context: MachineContext): number {
  return (context.capabilities(rail) ?? unknownRail).inquireAfterMs
}

/** Doubles each time up to a limit, with a jitter of ±25%. */
function pauseMs({ rail, state, inquiries }: Attempt, context: MachineContext): number {
  const afterMs = inquireAfterMs(rail, context)
  if (state === 'pending') {
    const { factor, doublingsMax } = pendingInquiry
    return jittered(afterMs * factor ** Math.min(inquiries, doublingsMax), context)
  }
  const policy = { ...inquiryRetry, firstMs: Math.min(inquiryRetry.firstMs, afterMs) }
  return jittered(pauseAfter(policy, inquiries + 1), context)
}

function jittered(ms: number, context: MachineContext): number {
  return ms * (0.75 + 0.5 * context.random())
}

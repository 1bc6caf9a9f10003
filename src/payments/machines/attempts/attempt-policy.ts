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

/** Reasons of an attempt that succeeded, and that the rail later reported as failed. */
export const doubted = 'doubted'
export const contradicted = 'contradicted'
/** The same for an attempt of which nothing is booked, because the ledger refused to book the rail's success. */
export const unbookedDoubted = 'unbooked_doubted'
export const unbookedContradicted = 'unbooked_contradicted'

/** Reason of an attempt whose last submission has not left Munim's queue: the rail knows what it knew before. */
export const unsent = 'unsent'

/** Whether the rail is being asked which of its two reports holds. */
export function isDoubted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && (reason === doubted || reason === unbookedDoubted)
}

export function isDecided({ state }: Attempt): boolean {
  return state === 'succeeded' || state === 'failed'
}

/** Whether the rail denies it: reports a failure, last or when asked which report holds, or does not answer that. */
export function isDenied({ state, reason }: Attempt): boolean {
  return state === 'failed' || state === 'not_sent' || reason === contradicted || reason === unbookedContradicted
}

/** Whether the rail denies what is booked of it, and no operator has settled that yet. */
export function isContradicted({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === contradicted
}

/** The attempt after an operator stated that it succeeded: the books show it so, whatever happens to its subject. */
export function withStated(attempt: Attempt): Attempt {
  return { ...attempt, amountMoved: attempt.amount }
}

/** Whether an operator stated that it succeeded, and neither the rail has confirmed nor an operator withdrawn that. */
export function isStated({ state, reason, amountMoved }: Attempt): boolean {
  return state !== 'succeeded' && reason !== byHand && amountMoved !== undefined
}

/** Whether an attempt that the rail does not know is submitted again under its id. */
export function mayResubmit(attempt: Attempt): boolean {
  return attempt.inquiries <= resubmitInquiriesMax
}

/** Whether it has waited so long for the rail that an operator should know. */
export function isPatienceOver(attempt: Attempt, context: MachineContext): boolean {
  return context.now > attempt.createdAt + unavailableRail.patienceMs * 1_000
}

type Submission = Pick<Required<Transition>, 'newAttempts' | 'timers'> & { readonly id: string }

/**
 * A new attempt, with the timer that asks for its outcome when no answer comes. `lane`: the lane of that timer.
 * `count`: the number of this submission of its subject, or of the request `from`; the id is then derived from it and
 * from the content. If the database loses the attempt after the rail was asked, the rail is asked again under the same
 * key, and does it once.
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

/** The same attempt once more, under the same id. */
export function resubmission(attempt: Attempt, context: MachineContext, lane?: Timer['lane']): Transition {
  const again: Attempt = { ...attempt, state: 'submitting', reason: undefined }
  const at = later(context, overdueMs(attempt.rail, context))
  return { attempt: again, resubmit: again, timers: [timer('overdue', attempt, at, lane)] }
}

/**
 * A timer brought a deferred attempt: submits it again, or keeps waiting without a note while its rail is known to be
 * down. A deferred attempt waits only for the timer that its submission set (`overdue`). So an attempt has one timer,
 * however long the rail is down. `calling`: the change of the subject when the rail is asked. An attempt that has
 * waited too long is submitted once more; if it is deferred again, it goes to an operator.
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
 * Asks the rail for the outcome of an attempt. If its last submission has not left Munim's queue and is still wanted,
 * submits it again instead. The next timer is set before the answer is known, so that a crash in between loses nothing.
 * When `isStuck` there is none: an operator asks. The inquiry counts once the rail has answered (`withInquiry`).
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

/** The first inquiry about an attempt with an unknown outcome; none when its `overdue` timer comes as soon. */
export function firstInquiry(attempt: Attempt, context: MachineContext): readonly Timer[] {
  const at = later(context, pauseMs(attempt, context))
  const overdueAt = attempt.createdAt + overdueMs(attempt.rail, context) * 1_000
  return at < overdueAt ? [timer('inquire', attempt, at)] : []
}

/**
 * An inquiry found that the rail has an attempt that was given up. The attempt waits as if the rail had just accepted
 * it, because no other timer comes back to it.
 */
export function waitedForAgain(attempt: Attempt, context: MachineContext): Transition {
  const again: Attempt = { ...attempt, inquiries: 0 }
  return { attempt: again, timers: [timer('inquire', again, later(context, pauseMs(again, context)))] }
}

/** Comes back to an operation that a rail declined for now, after its `submissions`-th submission. */
export function tryLater(attempt: Attempt, policy: RetryPolicy, submissions: number, context: MachineContext): Timer {
  return timer('overdue', attempt, later(context, jittered(pauseAfter(policy, submissions), context)))
}

/** Comes back to an attempt at once: a decision names no attempt, so a timer brings it. */
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
 * How long a submission may have no answer. This is shorter than a slow rail takes to settle an accepted operation. A
 * deferred attempt waits for the same timer, and should continue soon after the rail is back.
 */
function overdueMs(rail: string, context: MachineContext): number {
  return overdueAfterMs(inquireAfterMs(rail, context)) + overdueMarginMs
}

/** The part of that time within which a submission must start; later it is not made. */
export function overdueAfterMs(inquireAfterMs: number): number {
  return Math.min(inquireAfterMs, unavailableRail.maxMs)
}

function inquireAfterMs(rail: string, context: MachineContext): number {
  return (context.capabilities(rail) ?? unknownRail).inquireAfterMs
}

/** The pause before the next inquiry: doubles each time up to a limit, with a jitter of ±25%. */
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

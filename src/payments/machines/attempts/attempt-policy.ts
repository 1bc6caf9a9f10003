import type { Timestamp, Uuid } from '#kernel'
import type { MachineContext, NewAttempt, Timer, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import {
  overdueMarginMs,
  pauseAfter,
  type RetryPolicy,
  resubmitInquiriesMax,
  unavailableRail,
  unknownRail,
} from '../../retry-policies.ts'
import { byHand } from '../booking/by-hand.ts'
import {
  inquiriesMade,
  isRemembered,
  jitteredPauseMs,
  nextInquiryAt,
  pauseMsOf,
  startWithinMs,
} from './inquiry-schedule.ts'
import { isToBeReversed, sentOnceMore } from './reversal.ts'

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

/** Whether the rail was asked as often as its schedule allows. Rows of older programs have only the count. */
export function isGivenUp({ exchange, inquiries }: Attempt): boolean {
  return exchange === undefined ? inquiries >= inquiriesOfOlderPrograms : exchange.isGivenUp === true
}

const inquiriesOfOlderPrograms = 9

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
 * `count` numbers the submissions of the subject, or of the request `from`. The id is then derived from it, and from
 * nothing that depends on other rows. If the database loses an attempt that was sent, the rail gets it again under the
 * same key, and does it once.
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
  const at = later(context, overdueMs(parts, context))
  return { id, newAttempts: [{ id, ...parts }], timers: [timer('overdue', { ...parts, id }, at, lane)] }
}

/** Of a submission that was perhaps made: it has the id that it had then. */
export function lostSubmission(
  parts: Omit<NewAttempt, 'id'>,
  context: MachineContext,
  { count, from = parts.subject.id }: { readonly count: number; readonly from?: Uuid },
): { readonly attempt: NewAttempt; readonly timer: Timer } {
  const id = derivedAttemptId(parts, from, count, context)
  const createdAt = context.now
  const asked = { ...parts, id, createdAt, state: 'unknown' } as const
  const askedAt = Math.ceil(nextInquiryAt(asked, context))
  return { attempt: { id, ...parts, askedAt }, timer: timer('inquire', asked, askedAt) }
}

/** What a request does not name, such as the amount of a refund of all, may be another one when it is repeated. */
function derivedAttemptId(
  parts: Omit<NewAttempt, 'id'>,
  from: Uuid,
  count: number,
  { derivedId }: MachineContext,
): string {
  const { rail, operation } = parts
  return derivedId(from, JSON.stringify([operation, count, rail]))
}

export function resubmission(attempt: Attempt, context: MachineContext, lane?: Timer['lane']): Transition {
  const { handle } = attempt.exchange ?? {}
  const exchange = { submittedAt: context.now, ...(handle && { handle }) }
  const again: Attempt = { ...attempt, state: 'submitting', reason: undefined, exchange }
  const at = later(context, overdueMs(attempt, context))
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
  // It was sent before, and the rail may have forgotten its id: a repetition could be a second operation.
  if (attempt.inquiries > 0 && !isRemembered(attempt, context)) return inquiry(attempt, context)
  const isWaiting = !context.isUp(attempt.rail) && !isPatienceOver(attempt, context)
  if (!isWaiting) return { ...resubmission(attempt, context, lane), ...calling }
  return { timers: [timer('overdue', attempt, later(context, waitingPauseMs(attempt, context)), lane)] }
}

function waitingPauseMs(attempt: Attempt, context: MachineContext): number {
  const waitedMs = (context.now - attempt.createdAt) / 1_000
  const pause = Math.max(
    overdueMs(attempt, context),
    Math.min(waitedMs * unavailableRail.partOfWaiting, unavailableRail.maxMs),
  )
  return jittered(pause, context)
}

/**
 * The next timer is set before the answer is known, so that a crash in between loses nothing. There is none when
 * `isByOperator`: an operator inquires. The inquiry counts once the rail has answered (`withInquiry`). Where the rail wants it,
 * the attempt is reversed instead.
 */
export function inquiry(
  attempt: Attempt,
  context: MachineContext,
  { isByOperator = false, isWanted = true }: { readonly isByOperator?: boolean; readonly isWanted?: boolean } = {},
): Transition {
  const isUnsent = attempt.state === 'submitting' && attempt.reason === unsent
  if (isUnsent && isWanted && !isByOperator && isRemembered(attempt, context)) return resubmission(attempt, context)
  const { exchange = {} } = attempt
  const { inquireAt, isHinted = false, ...rest } = exchange
  const isDue = isHinted || inquireAt === undefined || context.now >= inquireAt
  if (!isByOperator && !isDue) return { ignored: 'another timer inquires later' }
  // The timer that was set with the last inquiry. An operator's inquiry has the same form and comes without `inquireAt`.
  if (isByOperator && isGivenUp(attempt) && inquireAt !== undefined && isDue && !isHinted)
    return { attempt: { ...attempt, exchange: rest } }
  const dueAt = nextInquiryAt(attempt, context)
  if (!isByOperator && !isHinted && context.now < dueAt) return inquiredAt({ ...attempt, exchange: rest }, dueAt)
  const state = attempt.state === 'submitting' ? 'unknown' : attempt.state
  const reversal = isToBeReversed(attempt, context) ? sentOnceMore(attempt, context) : undefined
  const made = inquiriesMade(attempt) + (reversal === undefined ? 1 : 0)
  // The answers of two inquiries of one moment cannot be told apart, so neither counts as the latest.
  const { inquiredAt: before = 0 } = rest
  const at = before >= context.now && before < context.now + 1_000 ? before + 1 : context.now
  const exchanged = { ...rest, inquiredAt: at, made, ...(reversal && { reversal }) }
  const asked: Attempt = { ...attempt, state, exchange: exchanged }
  const call = reversal === undefined ? 'inquire' : 'reverse'
  if (isByOperator) return { attempt: asked, [call]: asked, timers: [] }
  const scheduled = pauseMs(asked, context)
  const pause = context.isUp(attempt.rail) ? scheduled : Math.max(scheduled, waitingPauseMs(asked, context))
  const next = inquiredAt(asked, later(context, pause))
  return { ...next, [call]: next.attempt }
}

/** Whether the step asks the rail about an attempt, or for its reversal. */
export function asks({ inquire, reverse }: Transition): boolean {
  return inquire !== undefined || reverse !== undefined
}

/** The only timer that inquires: others of the attempt find its time, and have no effect. */
function inquiredAt(attempt: Attempt, at: Timestamp): { readonly attempt: Attempt; readonly timers: readonly Timer[] } {
  const inquireAt = Math.ceil(at)
  return {
    attempt: { ...attempt, exchange: { ...attempt.exchange, inquireAt } },
    timers: [timer('inquire', attempt, inquireAt)],
  }
}

/** The inquiry about it comes at once. */
export function hinted<Row extends Attempt>(attempt: Row): Row {
  return { ...attempt, exchange: { ...attempt.exchange, isHinted: true } }
}

export function isHinted({ exchange }: Attempt): boolean {
  return exchange?.isHinted === true
}

/** None when the `overdue` timer comes as soon. */
export function firstInquiry(attempt: Attempt, context: MachineContext): Transition {
  const at = later(context, pauseMs(attempt, context))
  const { submittedAt = attempt.createdAt } = attempt.exchange ?? {}
  const overdueAt = submittedAt + overdueMs(attempt, context) * 1_000
  return at < overdueAt ? inquiredAt(attempt, at) : {}
}

/** The rail has an attempt that was given up. It waits as if just accepted, because no other timer returns to it. */
export function waitedForAgain(attempt: Attempt, context: MachineContext): Transition {
  const { isGivenUp: _, made: __, ...exchange } = attempt.exchange ?? {}
  const again: Attempt = { ...attempt, inquiries: 0, exchange: { ...exchange, heardAt: context.now } }
  return inquiredAt(again, later(context, pauseMs(again, context)))
}

export function tryLater(attempt: Attempt, policy: RetryPolicy, submissions: number, context: MachineContext): Timer {
  return timer('overdue', attempt, later(context, jittered(pauseAfter(policy, submissions), context)))
}

/** A decision names no attempt, so a timer brings it. An operator's inquiry never submits. */
export function atOnce(
  input: 'inquire' | 'overdue',
  subject: Timer['subject'],
  attempt: string,
  context: MachineContext,
): Timer {
  return { input, subject, attempt, at: context.now, ...(input === 'inquire' && { isByHand: true }) }
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
function overdueMs({ rail, operation }: Pick<Attempt, 'rail' | 'operation'>, context: MachineContext): number {
  return startWithinMs(context.capabilities(rail) ?? unknownRail, operation) + overdueMarginMs
}

function pauseMs(attempt: Attempt, context: MachineContext): number {
  return jitteredPauseMs(pauseMsOf(attempt, context), context)
}

function jittered(ms: number, context: MachineContext): number {
  return ms * (0.75 + 0.5 * context.random())
}

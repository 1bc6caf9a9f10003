import type { Timestamp, Uuid } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { MachineContext, NewAttempt, Timer, Transition } from '../../machine.ts'
import type { Attempt, Payment, Payout, Refund } from '../../payment.ts'
import { isDecided, isGivenUp, lostSubmission, resubmission } from './attempt-policy.ts'
import { isAllReturned } from './returned.ts'

/**
 * Another server may have submitted a payment or payout over any of its rails, and may have been lost since. While that
 * is possible, the rails get it one after the other, in their order, under the same ids as before. A rail that is down
 * is not passed over. Once it has an outcome, the rails are asked for what may have been submitted otherwise. What has
 * happened then comes too late: it is returned, or an operator's.
 */
export function askingElsewhere<Row extends Payment | Payout>(
  kind: 'payment' | 'payout',
  before: Row,
  step: Transition,
  callsOf: (row: Row, context: MachineContext) => LostCalls,
  context: MachineContext,
): Transition {
  const { [kind]: after, refused: refusedStep } = step
  if (before.phase === 'ended' || context.mayBeLost?.(before) !== true) return step
  const asking = refusedStep && {
    refused: (refusal: LedgerRefusal) => askingElsewhere(kind, before, refusedStep(refusal), callsOf, context),
  }
  if (after === undefined || isOpen(after)) return { ...step, ...asking }
  const { calls, attempts } = callsOf(before, context)
  const isDone = after.phase === 'ended'
  const asked = calls.filter(({ attempt: { id } }) => {
    // In review, an operator may still have it submitted.
    const isOwn = id === before.currentAttempt
    return (isOpen(before) ? isDone || !isOwn : isDone && isOwn) && !isKnownBy(step, id)
  })
  if (asked.length === 0) return { ...step, ...asking }
  // Later submissions have other ids than these.
  const row = { ...after, attempts: Math.max(after.attempts, attempts) }
  return { ...step, ...withRow(kind, row), ...withAsked(step, asked), ...asking }
}

/** Submitted by this server, or its rail has just said that it has never received it. */
function isKnownBy({ attempt, attempts = [], newAttempts = [] }: Transition, id: Uuid): boolean {
  const changed = [...attempts, ...(attempt === undefined ? [] : [attempt])]
  const isSent = ({ state, reason }: Attempt) => state !== 'not_sent' || reason === 'not_found'
  return newAttempts.some((one) => one.id === id) || changed.some((one) => one.id === id && isSent(one))
}

export function withAsked({ newAttempts = [], timers = [] }: Transition, asked: readonly LostCall[]) {
  return {
    newAttempts: [...newAttempts, ...asked.map(({ attempt }) => attempt)],
    timers: [...timers, ...asked.map(({ timer }) => timer)],
  }
}

/**
 * An attempt under the id exists. If this server has not sent it, because its rail was away, a lost one may have: it is
 * asked for, and not submitted any more.
 */
export function askedInstead<Known extends Attempt>(known: Known, { askedAt }: NewAttempt, now: Timestamp): Known {
  if (askedAt === undefined || known.state !== 'not_sent' || isNeverReceived(known)) return known
  const { handle } = known.exchange ?? {}
  const exchange = { ...(handle && { handle }), submittedAt: now, isLost: true, inquireAt: askedAt } as const
  return { ...known, state: 'unknown', reason: undefined, inquiries: 0, exchange }
}

/** It was refused when it was requested. A lost server may have accepted it, so its rails are asked, once. */
export function askingForRefused<Row extends Payment | Payout>(
  kind: 'payment' | 'payout',
  row: Row,
  callsOf: (row: Row, context: MachineContext) => LostCalls,
  context: MachineContext,
): Transition | undefined {
  if (!isRefused(row) || context.mayBeLost?.(row) !== true) return undefined
  const { calls, attempts } = callsOf(row, context)
  if (calls.length === 0) return undefined
  return { ...withRow(kind, { ...row, attempts }), ...withAsked({}, calls), note: refusedNote(row.reason) }
}

function withRow(kind: 'payment' | 'payout', row: Payment | Payout): Transition {
  return kind === 'payment' ? { payment: row as Payment } : { payout: row as Payout }
}

/** Nothing was ever submitted for it, or asked about it. */
export function isRefused({ phase, state, attempts }: Payment | Refund | Payout): boolean {
  return phase === 'ended' && state === 'failed' && attempts === 0
}

export function refusedNote(reason = ''): string {
  return `It was refused (${reason}). A lost server may have submitted it, so its rail is asked.`
}

const open: ReadonlySet<string> = new Set<Payment['phase']>(['new', 'calling', 'awaiting', 'inquiring'])

function isOpen({ phase }: Payment | Payout): boolean {
  return open.has(phase)
}

type LostCall = { readonly attempt: NewAttempt; readonly timer: Timer }
/** `attempts`: the highest number of them. */
export type LostCalls = { readonly calls: readonly LostCall[]; readonly attempts: number }
export const nothingLost: LostCalls = { calls: [], attempts: 0 }

type Round = {
  readonly rails: readonly string[]
  /** The request whose submissions are numbered from 1. */
  readonly from: Uuid
  /** The attempts before it. */
  readonly before: number
  /** How many submissions may have ended with one over the rail at this place. */
  readonly countOf: (at: number) => number
}

/** A rail may have been the first to get it, or the next after any number of submissions before. */
export function mayHaveBeenMade(
  { rails, from, before, countOf }: Round,
  callOf: (rail: string) => Omit<NewAttempt, 'id'>,
  context: MachineContext,
): LostCalls {
  const calls = rails.flatMap((rail, at) =>
    Array.from({ length: countOf(at) }, (_, earlier) =>
      lostSubmission(callOf(rail), context, { count: earlier + 1, from }),
    ),
  )
  return { calls, attempts: before + Math.max(0, ...rails.map((_, at) => countOf(at))) }
}

/**
 * This server ends it without its submission, or leaves it to an operator, and a lost one may have made it: the rail is
 * asked for it. A refund is not made again before (`mayBeMade`), and then under another id.
 */
export function askingForLost(
  call: Omit<NewAttempt, 'id'>,
  { createdAt, counts }: { readonly createdAt: Timestamp; readonly counts: readonly number[] },
  step: Transition,
  context: MachineContext,
): Transition {
  if (context.mayBeLost?.({ createdAt }) !== true) return step
  const asked = counts.map((count) => lostSubmission(call, context, { count }))
  const { refund } = step
  return {
    ...step,
    ...(refund && { refund: { ...refund, attempts: Math.max(refund.attempts, ...counts) } }),
    ...withAsked(step, asked),
  }
}

export function isLost(attempt: Attempt): boolean {
  const isKnown = isDecided(attempt) || attempt.state === 'not_sent' || isAllReturned(attempt)
  return attempt.exchange?.isLost === true && !isKnown
}

/**
 * A lost server may have submitted them, and their rails have never received them. A rail may break that word: nothing
 * is submitted instead under another id.
 */
export function neverReceived(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(isNeverReceived)
}

export function isNeverReceived({ state, exchange }: Attempt): boolean {
  return state === 'not_sent' && exchange?.isLost === true
}

/** Such an attempt goes to its rail at last, under the id that it had then. The step may be about another attempt. */
export function sentAgain(
  lost: Attempt,
  context: MachineContext,
  lane?: Timer['lane'],
): Omit<Transition, 'attempt' | 'attempts'> & { readonly id: string } {
  const { attempt: _, attempts: __, ...sent } = resubmission(lost, context, lane)
  return { ...sent, id: lost.id }
}

/** Its rail does not say whether a lost server had made it, so a person does. */
export function isLeftOpen(attempt: Attempt): boolean {
  return isLost(attempt) && isGivenUp(attempt)
}

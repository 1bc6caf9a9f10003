import type { Timestamp } from '#kernel'
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
  if (!isOpen(before) || context.mayBeLost?.(before) !== true) return step
  const asking = refusedStep && {
    refused: (refusal: LedgerRefusal) => askingElsewhere(kind, before, refusedStep(refusal), callsOf, context),
  }
  if (after === undefined || isOpen(after)) return { ...step, ...asking }
  const { newAttempts, timers } = callsOf(before, context)
  // Later submissions have other ids than these.
  const row = { ...after, attempts: Math.max(after.attempts, newAttempts.length) }
  return {
    ...step,
    ...withRow(kind, row),
    newAttempts: [...(step.newAttempts ?? []), ...newAttempts],
    timers: [...(step.timers ?? []), ...timers],
    ...asking,
  }
}

/** It was refused when it was requested. A lost server may have accepted it, so its rails are asked, once. */
export function askingForRefused<Row extends Payment | Payout>(
  kind: 'payment' | 'payout',
  row: Row,
  callsOf: (row: Row, context: MachineContext) => LostCalls,
  context: MachineContext,
): Transition | undefined {
  if (!isRefused(row) || context.mayBeLost?.(row) !== true) return undefined
  const calls = callsOf(row, context)
  const { length } = calls.newAttempts
  if (length === 0) return undefined
  return { ...withRow(kind, { ...row, attempts: length }), ...calls, note: refusedNote(row.reason) }
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

type LostCalls = { readonly newAttempts: readonly NewAttempt[]; readonly timers: readonly Timer[] }

/**
 * A rail may have been the first to get it, or the next after any number of those before it. The only rail is asked when
 * this server has not submitted it: otherwise it has the same id here.
 */
export function mayHaveBeenMade(
  { rails, attempts }: { readonly rails: readonly string[]; readonly attempts: number },
  callOf: (rail: string) => Omit<NewAttempt, 'id'>,
  context: MachineContext,
): LostCalls {
  if (rails.length < 2 && attempts > 0) return { newAttempts: [], timers: [] }
  const calls = rails.flatMap((rail, at) =>
    Array.from({ length: at + 1 }, (_, earlier) => lostSubmission(callOf(rail), context, earlier + 1)),
  )
  return { newAttempts: calls.map(({ attempt }) => attempt), timers: calls.map(({ timer }) => timer) }
}

/**
 * This server ends it without its submission, or leaves it to an operator, and a lost one may have made it: the rail is
 * asked for it. A refund is not made again before (`mayBeMade`), and then under another id.
 */
export function askingForLost(
  call: Omit<NewAttempt, 'id'>,
  { createdAt, count }: { readonly createdAt: Timestamp; readonly count: number },
  step: Transition,
  context: MachineContext,
): Transition {
  if (context.mayBeLost?.({ createdAt }) !== true) return step
  const { attempt, timer } = lostSubmission(call, context, count)
  const { refund } = step
  return {
    ...step,
    ...(refund && { refund: { ...refund, attempts: Math.max(refund.attempts, count) } }),
    newAttempts: [...(step.newAttempts ?? []), attempt],
    timers: [...(step.timers ?? []), timer],
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

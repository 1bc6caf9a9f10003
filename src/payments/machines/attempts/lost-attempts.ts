import type { MachineContext, NewAttempt, Timer, Transition } from '../../machine.ts'
import type { Attempt, Payment, Payout } from '../../payment.ts'
import { isDecided, lostSubmission } from './attempt-policy.ts'

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
  const { [kind]: after, refused } = step
  if (after === undefined || !isOpen(before) || isOpen(after) || context.mayBeLost?.(before) !== true) return step
  const { newAttempts, timers } = callsOf(before, context)
  // Later submissions have other ids than these.
  const row = { ...after, attempts: Math.max(after.attempts, newAttempts.length) }
  return {
    ...step,
    ...(kind === 'payment' ? { payment: row as Payment } : { payout: row as Payout }),
    newAttempts: [...(step.newAttempts ?? []), ...newAttempts],
    timers: [...(step.timers ?? []), ...timers],
    ...(refused !== undefined && {
      refused: (refusal) => askingElsewhere(kind, before, refused(refusal), callsOf, context),
    }),
  }
}

const open: ReadonlySet<string> = new Set<Payment['phase']>(['new', 'calling', 'awaiting', 'inquiring'])

function isOpen({ phase }: Payment | Payout): boolean {
  return open.has(phase)
}

type LostCalls = { readonly newAttempts: readonly NewAttempt[]; readonly timers: readonly Timer[] }

/** A rail may have been the first to get it, or the next after any number of those before it. */
export function mayHaveBeenMade(
  rails: readonly string[],
  callOf: (rail: string) => Omit<NewAttempt, 'id'>,
  context: MachineContext,
): LostCalls {
  if (rails.length < 2) return { newAttempts: [], timers: [] }
  const calls = rails.flatMap((rail, at) =>
    Array.from({ length: at + 1 }, (_, earlier) => lostSubmission(callOf(rail), context, earlier + 1)),
  )
  return { newAttempts: calls.map(({ attempt }) => attempt), timers: calls.map(({ timer }) => timer) }
}

export function isLost(attempt: Attempt): boolean {
  return attempt.exchange?.isLost === true && !isDecided(attempt) && attempt.state !== 'not_sent'
}

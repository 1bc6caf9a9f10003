import type { Input, MachineContext, StuckReason, Transition } from '../machine.ts'
import type { Attempt } from '../payment.ts'
import { isDenied } from './attempt-policy.ts'
import type { Tried } from './made-before.ts'

/** Reasons that tell a person of what rails did beyond what was asked: who decides about them has seen it. */
const aboutExcess: readonly StuckReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/**
 * What rails did more than once for a refund or payout stays a person's when what it waited for beside that is over: it
 * lies as a claim in suspense, and the list has one entry for both. `before`, `after`: the row.
 */
export function keepingExcess(
  before: Tried,
  input: Input,
  step: Transition,
  after: (step: Transition) => Tried | undefined,
  context: MachineContext,
): Transition {
  const { refused } = step
  const kept: Transition =
    refused === undefined
      ? step
      : { ...step, refused: (no) => keepingExcess(before, input, refused(no), after, context) }
  if (step.stuck !== 'resolved' || hasSeen(before, input)) return kept
  const excess = excessOf(after(step) ?? before, step.attempt, context)
  if (excess <= 0n) return kept
  const detail = `Rails did it more than once: ${excess} ${before.asset} of it are nobody's and lie as a claim in suspense.`
  return { ...kept, stuck: { why: 'late_success', detail, isNext: true, unlessOpen: aboutExcess } }
}

function hasSeen({ reason }: Tried, input: Input): boolean {
  if (input.kind !== 'decision') return false
  return aboutExcess.some((why) => why === (input.about ?? reason))
}

/** How much was done by other attempts than the one that is the refund or payout. `told`: as it is after the step. */
function excessOf(row: Tried, told: Attempt | undefined, context: MachineContext): bigint {
  const isDone = row.state === 'succeeded'
  const made = context
    .attemptsOf(row)
    .map((attempt) => (attempt.id === told?.id ? told : attempt))
    .filter((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
  // What a person has stated to have succeeded keeps its attempt: that is it, whatever the rail says.
  const others =
    isDone && row.call !== undefined ? made.filter(({ id }) => id !== row.call) : made.slice(isDone ? 1 : 0)
  return others.reduce((sum, { amount, amountMoved = amount }) => sum + amountMoved, 0n)
}

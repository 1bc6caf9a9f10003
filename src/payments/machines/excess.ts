import { amountText } from '#kernel'
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
  const row = after(step) ?? before
  const excess = isOwnDecided(before, input)
    ? likeOwn(before, madeOf(row, step.attempt, context))
    : excessOf(row, madeOf(row, step.attempt, context))
  if (excess <= 0n) return kept
  const detail = `Rails did it more than once: ${amountText(excess, before.asset)} of it are nobody's and lie as a claim in suspense.`
  return { ...kept, stuck: { why: 'late_success', detail, isNext: true, unlessOpen: aboutExcess } }
}

/** Whether a person has decided about what came beside it. */
function hasSeen(before: Tried, input: Input): boolean {
  return isAboutExcess(before, input) && !isOwnDecided(before, input)
}

/** Whether a person has decided about the one attempt that it waited for itself: others that happened are not part of that. */
function isOwnDecided(before: Tried, input: Input): boolean {
  if (input.kind !== 'decision' || before.phase !== 'stuck' || !isAboutExcess(before, input)) return false
  return input.about === undefined || input.about === before.reason
}

function isAboutExcess({ reason }: Tried, input: Input): boolean {
  if (input.kind !== 'decision') return false
  return aboutExcess.some((why) => why === (input.about ?? reason))
}

/** The attempts that happened. `told`: as it is after the step. */
function madeOf(row: Tried, told: Attempt | undefined, context: MachineContext): Attempt[] {
  return context
    .attemptsOf(row)
    .map((attempt) => (attempt.id === told?.id ? told : attempt))
    .filter((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
}

/** How much was done by other attempts than the one that is the refund or payout. */
function excessOf(row: Tried, made: readonly Attempt[]): bigint {
  const isDone = row.state === 'succeeded'
  // What a person has stated to have succeeded keeps its attempt: that is it, whatever the rail says.
  const others =
    isDone && row.call !== undefined ? made.filter(({ id }) => id !== row.call) : made.slice(isDone ? 1 : 0)
  return sumMoved(others)
}

/** How much was done beside the one that a person has decided about, and told of as the same matter. */
function likeOwn({ amount, reason }: Tried, made: readonly Attempt[]): bigint {
  if (reason === 'booking_refused') return 0n
  const isLike = (attempt: Attempt) => (moved(attempt) === amount) === (reason === 'late_success')
  return sumMoved(made.filter(isLike).slice(1))
}

function sumMoved(made: readonly Attempt[]): bigint {
  return made.reduce((sum, attempt) => sum + moved(attempt), 0n)
}

function moved({ amount, amountMoved = amount }: Attempt): bigint {
  return amountMoved
}

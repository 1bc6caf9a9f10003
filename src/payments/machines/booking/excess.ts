import { amountText } from '#kernel'
import type { CaseReason, Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { isDenied } from '../attempts/attempt-policy.ts'
import type { Tried } from '../attempts/made-before.ts'

/** Reasons of entries that show the rails' excess: an operator who decides about one of them has seen it. */
const aboutExcess: readonly CaseReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/**
 * Rails may have made a refund or payout more than once. That stays an operator's matter when the subject's own matter
 * is over. The excess is in suspense as a claim, and the list has one entry for both. `before`, `after`: the row.
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
  const detail = `Rails did it more than once: ${amountText(excess, before.asset)} of it are nobody's and are a claim in suspense.`
  return { ...kept, stuck: { why: 'late_success', detail, isNext: true, unlessOpen: aboutExcess } }
}

/** Whether an operator has decided about the excess. */
function hasSeen(before: Tried, input: Input): boolean {
  return isAboutExcess(before, input) && !isOwnDecided(before, input)
}

/** Whether an operator has decided about the subject's own attempt: others that happened are not part of that. */
function isOwnDecided(before: Tried, input: Input): boolean {
  if (input.kind !== 'decision' || before.phase !== 'stuck' || !isAboutExcess(before, input)) return false
  return input.about === undefined || input.about === before.reason
}

function isAboutExcess({ reason }: Tried, input: Input): boolean {
  if (input.kind !== 'decision') return false
  return aboutExcess.some((why) => why === (input.about ?? reason))
}

/** The attempts that happened. `told`: the changed attempt, as it is after the step. */
function madeOf(row: Tried, reported: Attempt | undefined, context: MachineContext): Attempt[] {
  return context
    .attemptsOf(row)
    .map((attempt) => (attempt.id === reported?.id ? reported : attempt))
    .filter((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
}

/** The amount moved by attempts other than the one that is the refund or payout. */
function excessOf(row: Tried, made: readonly Attempt[]): bigint {
  const isDone = row.state === 'succeeded'
  // A subject that was stated to have succeeded keeps its attempt: that one counts, whatever the rail reports.
  const others =
    isDone && row.currentAttempt !== undefined
      ? made.filter(({ id }) => id !== row.currentAttempt)
      : made.slice(isDone ? 1 : 0)
  return sumMoved(others)
}

/** The amount moved besides the attempt that an operator has decided about, and shown in the same matter. */
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

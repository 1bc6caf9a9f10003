import { amountText } from '#kernel'
import type { CaseReason, Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { isDenied } from '../attempts/attempt-policy.ts'
import type { Tried } from '../attempts/made-before.ts'
import { leftOf } from '../attempts/returned.ts'
import { byHand } from './by-hand.ts'
import { eitherWay } from './joined.ts'

/** Reasons of cases that show the excess: an operator who decides one of them has seen it. */
const aboutExcess: readonly CaseReason[] = ['late_success', 'wrong_amount', 'booking_refused']

/** Rails may have made it more than once. The excess stays an operator's case after the subject's own is resolved. */
export function keepingExcess(
  before: Tried,
  input: Input,
  step: Transition,
  after: (step: Transition) => Tried | undefined,
  context: MachineContext,
): Transition {
  if (hasSeen(before, input)) return step
  return eitherWay(step, (end) => {
    if (end.caseChange !== 'resolved') return end
    const row = after(end) ?? before
    const made = madeOf(row, end.attempt, context)
    const excess = isOwnDecided(before, input) ? likeOwn(before, made) : excessOf(row, made)
    if (excess <= 0n) return end
    const detail = `Rails did it more than once: ${amountText(excess, before.asset)} of it are nobody's and are a clawback in suspense.`
    return { ...end, caseChange: { why: 'late_success', detail, isNext: true, unlessOpen: aboutExcess } }
  })
}

function hasSeen(before: Tried, input: Input): boolean {
  return isAboutExcess(before, input) && !isOwnDecided(before, input)
}

/** A decision about the subject's own attempt does not cover other attempts that happened. */
function isOwnDecided(before: Tried, input: Input): boolean {
  if (input.kind !== 'decision' || before.phase !== 'review' || !isAboutExcess(before, input)) return false
  return input.about === undefined || input.about === before.reason
}

function isAboutExcess({ reason }: Tried, input: Input): boolean {
  if (input.kind !== 'decision') return false
  return aboutExcess.some((why) => why === (input.about ?? reason))
}

function madeOf(row: Tried, reported: Attempt | undefined, context: MachineContext): Attempt[] {
  return context
    .attemptsOf(row)
    .map((attempt) => (attempt.id === reported?.id ? reported : attempt))
    .filter((attempt) => attempt.state === 'succeeded' && !isDenied(attempt))
}

/** An operator has settled the others of a subject that is done. Of one that is not, none should have happened. */
function excessOf({ state, currentAttempt }: Tried, made: readonly Attempt[]): bigint {
  if (state !== 'succeeded') return sumMoved(made)
  const unsettled = made.filter(({ reason }) => reason !== byHand)
  // A subject that was stated as succeeded keeps its attempt. That one counts, even if the rail reports otherwise.
  return sumMoved(
    currentAttempt === undefined ? unsettled.slice(1) : unsettled.filter(({ id }) => id !== currentAttempt),
  )
}

/** The excess that the decided case has shown besides the decided attempt. */
function likeOwn({ amount, reason }: Tried, made: readonly Attempt[]): bigint {
  if (reason === 'booking_refused') return 0n
  const isLike = (attempt: Attempt) => (moved(attempt) === amount) === (reason === 'late_success')
  return sumMoved(made.filter(isLike).slice(1))
}

function sumMoved(made: readonly Attempt[]): bigint {
  return made.reduce((sum, attempt) => sum + leftOf(attempt), 0n)
}

function moved({ amount, amountMoved = amount }: Attempt): bigint {
  return amountMoved
}

import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../../payment.ts'
import { reasonOf } from '../payments/payment-stated.ts'
import { unknownsOf } from './unknown-outcomes.ts'

type Subject = Payment | Capture | Refund | Payout

/** The reference under which an operator has seen the success at the rail, and the attempt that it is the success of. */
function statedIn(subject: Subject, input: Input, context: MachineContext): Attempt | undefined {
  if (input.kind !== 'decision' || input.decision.action !== 'force') return undefined
  const { outcome, railReference } = input.decision
  if (outcome !== 'succeeded' || railReference === undefined) return undefined
  if ((input.about ?? reasonOf(subject)) !== 'outcome_unknown') return undefined
  const [next] = unknownsOf(subject, context.attemptsOf(subject))
  return next?.railReference === undefined ? next && { ...next, railReference } : undefined
}

/**
 * A success that an operator states has the rail's reference, if the operator names it: later reports find the attempt
 * by it, and refunds, captures and releases name it. It is that of the attempt which is decided, which may be another
 * than the current one, over another rail. A reference that the rail has given stays.
 */
export function withStatedReference<Row extends Subject>(
  subject: Row,
  input: Input,
  context: MachineContext,
  play: (subject: Row, context: MachineContext) => Transition,
): Transition {
  const stated = statedIn(subject, input, context)
  if (stated === undefined) return play(subject, context)
  const { id, railReference } = stated
  const named = (attempt: Attempt) => (attempt.id === id ? { ...attempt, railReference } : attempt)
  const isCurrent = 'railReference' in subject && subject.currentAttempt === id
  const row = isCurrent ? { ...subject, railReference: subject.railReference ?? railReference } : subject
  const attemptsOf: MachineContext['attemptsOf'] = (one) => context.attemptsOf(one).map(named)
  return keeping(play(row, { ...context, attemptsOf }), stated)
}

/** Of the attempt that is stated. Nothing is stated by a step that leaves its case open. */
function keeping(step: Transition, stated: Attempt): Transition {
  const { attempt, attempts = [], caseChange, refused } = step
  const isKept = attempt?.id === stated.id || attempts.some(({ id }) => id === stated.id)
  const isStated =
    (caseChange === 'resolved' || (typeof caseChange === 'object' && caseChange.isNext === true)) && !isKept
  const kept =
    refused === undefined
      ? step
      : { ...step, refused: (no: Parameters<typeof refused>[0]) => keeping(refused(no), stated) }
  return isStated ? { ...kept, attempts: [...attempts, stated] } : kept
}

import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../../payment.ts'

type Subject = Payment | Capture | Refund | Payout

/** The reference under which an operator has seen the success at the rail. */
function statedIn(input: Input): string | undefined {
  if (input.kind !== 'decision' || input.decision.action !== 'force') return undefined
  return input.decision.outcome === 'succeeded' ? input.decision.railReference : undefined
}

/**
 * A success that an operator states has the rail's reference, if the operator names it: later reports find the attempt
 * by it, and refunds, captures and releases name it. A reference that the rail has given stays.
 */
export function withStatedReference<Row extends Subject>(
  subject: Row,
  input: Input,
  context: MachineContext,
  play: (subject: Row, context: MachineContext) => Transition,
): Transition {
  const railReference = statedIn(input)
  if (railReference === undefined) return play(subject, context)
  const isMeant = ({ id, railReference: known }: Attempt) => id === subject.currentAttempt && known === undefined
  const stated = context.attemptsOf(subject).find(isMeant)
  if (stated === undefined) return play(subject, context)
  const named = (attempt: Attempt) => (isMeant(attempt) ? { ...attempt, railReference } : attempt)
  const row =
    'railReference' in subject ? { ...subject, railReference: subject.railReference ?? railReference } : subject
  const step = play(row, { ...context, attemptsOf: (one) => context.attemptsOf(one).map(named) })
  return keeping(step, { ...stated, railReference })
}

/** Of the attempt that is stated. Nothing is stated by a step that ends in another case. */
function keeping(step: Transition, stated: Attempt): Transition {
  const { attempt, attempts = [], refused } = step
  const isKept = attempt?.id === stated.id || attempts.some(({ id }) => id === stated.id)
  const isStated = step.caseChange === 'resolved' && !isKept
  const kept =
    refused === undefined
      ? step
      : { ...step, refused: (no: Parameters<typeof refused>[0]) => keeping(refused(no), stated) }
  return isStated ? { ...kept, attempts: [...attempts, stated] } : kept
}

import { amountText } from '#kernel'
import type { Input, MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund } from '../../payment.ts'
import { eitherWay } from '../booking/joined.ts'
import { reasonOf } from '../payments/payment-stated.ts'
import { isContradicted, isDecided, isDenied } from './attempt-policy.ts'
import { deniedOf } from './denied.ts'
import { isLeftOpen } from './lost-attempts.ts'
import { bookedOf } from './made-before.ts'
import { isUnbooked } from './unbooked.ts'

type Subject = Payment | Capture | Refund | Payout

/**
 * The attempts that a case `outcome_unknown` covers, in the order in which they are decided. A statement applies to the
 * first one. A payment decides denied attempts before its own unknown one; a refund or payout, its own one first. What
 * only a lost server may have submitted comes last.
 */
export function unknownsOf(subject: Subject, attempts: readonly Attempt[]): Attempt[] {
  const unbooked = attempts.filter((attempt) => isUnbooked(attempt) && isDenied(attempt))
  const own = attempts.filter(
    (attempt) => attempt.id === subject.currentAttempt && !isDecided(attempt) && waitsForUnknown(subject),
  )
  const all =
    'amountCaptured' in subject
      ? [...unbooked, ...deniedOf(subject, attempts), ...own]
      : [...unbooked, ...own, ...deniedBeside(subject, attempts)]
  return [...new Set([...all, ...attempts.filter(isLeftOpen)])]
}

/** The booked one comes first: the others only replace it, or are clawbacks. */
function deniedBeside(subject: Capture | Refund | Payout, attempts: readonly Attempt[]): Attempt[] {
  const isOver = 'phase' in subject ? subject.phase === 'ended' && subject.state === 'succeeded' : !isOpen(subject)
  // The current attempt stays after the end only when an operator has stated its success.
  const isStated = ({ id }: Attempt) => isOver && id === subject.currentAttempt
  const denied = attempts.filter((attempt) => isContradicted(attempt) || (isStated(attempt) && isDenied(attempt)))
  const booked = 'phase' in subject ? bookedOf(subject, attempts) : undefined
  return [...denied.filter(({ id }) => id === booked), ...denied.filter(({ id }) => id !== booked)]
}

function isOpen({ state }: Capture): boolean {
  return state === 'processing'
}

function waitsForUnknown(subject: Subject): boolean {
  if (!('phase' in subject)) return isOpen(subject)
  return subject.phase === 'review' && reasonOf(subject) === 'outcome_unknown'
}

/** A case about unknown outcomes stays open while there is one, and names the next, however another one was settled. */
export function keepingUnknown(
  before: Payment | Refund | Payout,
  input: Input,
  step: Transition,
  after: (step: Transition) => Payment | Refund | Payout | undefined,
  context: MachineContext,
): Transition {
  return eitherWay(step, (end) => {
    const { caseChange } = end
    const row = after(end) ?? before
    const here = typeof caseChange === 'object' ? caseChange : undefined
    const isSaid = here?.why === 'outcome_unknown' && here.subject === undefined
    if (!isSaid && !isUnknownOver(before, input, end, row)) return end
    const unknown = unknownsOf(row, attemptsAfter(before, end, context))
    const [next] = unknown
    if (next === undefined || (isSaid && unknown.length === 1)) return end
    if (isSaid) return { ...end, caseChange: { ...here, detail: `${here.detail} ${nextText(next)}` } }
    const matter: OpenedCase = { why: 'outcome_unknown', detail: nextText(next), isNext: true }
    return here === undefined ? { ...end, caseChange: matter } : { ...end, also: [...(end.also ?? []), matter] }
  })
}

function isUnknownOver(before: Subject, input: Input, { caseChange }: Transition, after: Subject): boolean {
  if (waitsForUnknown(before) && !waitsForUnknown(after)) return true
  if (input.kind !== 'decision' || (input.about ?? reasonOf(before)) !== 'outcome_unknown') return false
  return caseChange === 'resolved' || (typeof caseChange === 'object' && caseChange.isNext === true)
}

/** The attempts of a subject once the step is stored. */
export function attemptsAfter(
  subject: Subject,
  { attempt, attempts = [] }: Transition,
  context: Pick<MachineContext, 'attemptsOf'>,
): Attempt[] {
  const changed = new Map([...attempts, ...(attempt === undefined ? [] : [attempt])].map((one) => [one.id, one]))
  return context.attemptsOf(subject).map((one) => changed.get(one.id) ?? one)
}

export function nextText(attempt: Attempt): string {
  const { rail, operation, amount, amountMoved = amount, asset, railReference = '' } = attempt
  const name = railReference === '' ? '' : ` (${railReference})`
  const why = isDenied(attempt) ? 'which it denies' : 'whose outcome is unknown'
  return `What is stated next is about the ${operation} of ${amountText(amountMoved, asset)} over ${rail}${name}, ${why}.`
}

import type { Input, MachineContext, Timer, Transition } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { atOnce, isDecided, isDoubted } from './attempts/attempt-policy.ts'
import { pendingRequestOf } from './payments/payment-rows.ts'

type Subject = Payment | Capture | Refund | Payout

/**
 * Resumes a subject after an operator discarded its message, because no other message does that work. A new subject
 * starts, and inquiries are made about its open attempts. Undefined for any other input.
 */
export function resume(
  { kind, subject }: { readonly kind: SubjectKind; readonly subject: Subject },
  input: Input,
  context: MachineContext,
  follow: (input: Input) => Transition,
): Transition | undefined {
  if (input.kind !== 'decision' || input.about !== 'dead_letter') return undefined
  const note = 'What could not be done about it was put aside; it goes on from where it is.'
  const timers = timersOf(kind, subject, context)
  const { ignored: _, ...step } = kind === 'payment' ? held(subject as Payment, follow) : {}
  return { note, ...step, timers: [...timers, ...(step.timers ?? [])] }
}

function held(payment: Payment, follow: (input: Input) => Transition): Transition {
  if (payment.phase !== 'held') return {}
  return follow({ kind: pendingRequestOf(payment) === 'cancel_requested' ? 'cancel' : 'expire' })
}

function timersOf(kind: SubjectKind, subject: Subject, context: MachineContext): Timer[] {
  const named = { kind, id: subject.id }
  const attempts = context.attemptsOf(subject).filter((attempt) => comesBack(subject, attempt))
  const asked = attempts.map(({ id }) => atOnce('overdue', named, id, context))
  if (isNew(subject)) return [{ input: 'start', subject: named, at: context.now }, ...asked]
  if (!('phase' in subject) || subject.phase !== 'review' || !('expiresAt' in subject)) return asked
  // An operator's decision may leave it held, so its expiry still counts.
  const { expiresAt = 0 } = subject
  return expiresAt > context.now ? [...asked, { input: 'expire', subject: named, at: expiresAt }] : asked
}

function isNew(subject: Subject): boolean {
  return 'phase' in subject
    ? subject.phase === 'new'
    : subject.state === 'processing' && subject.currentAttempt === undefined
}

const going: ReadonlySet<string> = new Set<Payment['phase']>(['calling', 'awaiting', 'inquiring', 'releasing'])

/** Whether a timer may have been due: for the current attempt, or for one that runs alongside it. */
function comesBack(subject: Subject, attempt: Attempt): boolean {
  const isGoing = 'phase' in subject ? going.has(subject.phase) : subject.state === 'processing'
  if (attempt.id === subject.currentAttempt && isGoing) return true
  const isReleased =
    attempt.operation === 'void' && attempt.state === 'not_sent' && attempt.id !== subject.currentAttempt
  return isReleased || isDoubted(attempt) || !(isDecided(attempt) || attempt.state === 'not_sent')
}

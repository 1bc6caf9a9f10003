import type { Timestamp } from '#kernel'
import type { Input, MachineContext, Machines, Transition } from '../machine.ts'
import type { Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { deniedAfterReturn } from './attempts/denied-after-return.ts'
import { followInquiry } from './attempts/follow-attempt.ts'
import { decideLost } from './attempts/lost-decision.ts'
import { withStatedReference } from './attempts/stated-reference.ts'
import { decideUnbooked } from './attempts/unbooked-decision.ts'
import { keepingUnknown } from './attempts/unknown-outcomes.ts'
import { captureMachine } from './captures/capture-machine.ts'
import { continueStranded } from './continue-stranded.ts'
import { paymentMachine } from './payments/payment-machine.ts'
import { payoutMachine } from './payouts/payout-machine.ts'
import { refundMachine } from './refunds/refund-machine.ts'
import { resume } from './resume.ts'
import { changedSince } from './seen.ts'
import { withBouncedOff, writeOff } from './write-off.ts'

export { capturedOf, partsOf, refundShares, sharesOf, stillHas, takenBack } from './booking/shares.ts'
export {
  isAuthorized,
  isRetryable,
  retried,
  withCancelRequested,
  withRefundRequested,
} from './payments/payment-rows.ts'
export { retrySource } from './payments/refused-retry.ts'
export { acceptedAt } from './suspense/uncovered-loss.ts'

export const machines: Machines = {
  payment: (payment, input, given) =>
    withStatedReference(payment, input, given, (row, context) =>
      following('payment', row, input, context, (reported) => paymentMachine(row, reported, context)),
    ),
  capture: (payment, capture, input, given) =>
    withStatedReference(capture, input, given, (row, context) =>
      following('capture', row, input, context, (reported) => captureMachine(payment, row, reported, context)),
    ),
  refund: (payment, refund, input, given) =>
    withStatedReference(refund, input, given, (row, context) =>
      withBouncedOff(
        payment,
        input,
        following('refund', row, input, context, (reported) => refundMachine(payment, row, reported, context)),
      ),
    ),
  payout: (payout, input, given) =>
    withStatedReference(payout, input, given, (row, context) =>
      following('payout', row, input, context, (reported) => payoutMachine(row, reported, context)),
    ),
}

function following(
  kind: SubjectKind,
  subject: Payment | Capture | Refund | Payout,
  input: Input,
  context: MachineContext,
  machine: (input: Input) => Transition,
): Transition {
  const known =
    putBack(subject, input, context) ??
    followInquiry(input, context) ??
    changedSince(subject, input, context) ??
    deniedAfterReturn(subject, input, context)
  if (known !== undefined) return known
  const named = { kind, subject }
  const step =
    resume(named, input, context, machine) ??
    continueStranded(named, input, context, machine) ??
    writeOff(subject, input, context, machine) ??
    decideUnbooked(named, input, context, machine) ??
    decideLost(named, input, context, machine) ??
    machine(input)
  // A capture has one attempt.
  if (!('phase' in subject) || kind === 'capture') return step
  return keepingUnknown(subject, input, step, (end) => end[kind], context)
}

/** A timer that comes before its time, because a clock was set back. Nothing else would do its work. */
function putBack(
  subject: Payment | Capture | Refund | Payout,
  input: Input,
  { now }: MachineContext,
): Transition | undefined {
  const at = timeOf(subject, input)
  return at === undefined || now >= at ? undefined : { again: at }
}

/** When the input's timer is due, if the subject still waits for it. */
function timeOf(subject: Payment | Capture | Refund | Payout, input: Input): Timestamp | undefined {
  if (input.kind === 'expire') {
    return 'expiresAt' in subject && subject.expiresAt === input.dueAt ? input.dueAt : undefined
  }
  if (input.kind !== 'overdue') return undefined
  return input.attempt.exchange?.inquireAt === input.dueAt ? input.dueAt : undefined
}

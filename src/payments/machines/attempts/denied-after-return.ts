import type { Input, MachineContext, Transition } from '../../machine.ts'
import type { Capture, Payment, Payout, Refund } from '../../payment.ts'
import { reasonOf } from '../payments/payment-stated.ts'
import { unknownsOf } from './unknown-outcomes.ts'

/** A part of it has come back, so it did happen: no statement undoes the rest. */
export function deniedAfterReturn(
  subject: Payment | Capture | Refund | Payout,
  input: Input,
  context: MachineContext,
): Transition | undefined {
  if (input.kind !== 'decision' || (input.about ?? reasonOf(subject)) !== 'outcome_unknown') return undefined
  const { decision } = input
  if (decision.action !== 'force' || decision.outcome !== 'failed') return undefined
  const [next] = unknownsOf(subject, context.attemptsOf(subject))
  if (next?.returned === undefined) return undefined
  const detail =
    '"force" could not be carried out: a part of it has come back, so it had happened; book by a transfer what else comes back.'
  return { note: detail, caseChange: { why: 'outcome_unknown', detail } }
}

import { amountText } from '#kernel'
import type { Dispute } from '../../dispute.ts'
import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { subjectOf, withLost, withSuspended } from '../payments/payment-rows.ts'
import { withSuspendedPart } from '../suspense/suspended.ts'
import { disputedAttempt } from './give-back.ts'

/**
 * The rail gave a dispute up, and gave back another amount than it had taken. Everyone has got back what the dispute
 * took. `kept`: what is missing then is a loss in suspense. Below zero: what is too much is in suspense. An operator
 * decides about it.
 */
export function withKept(payment: Payment, step: Transition, kept: bigint, context: MachineContext): Transition {
  const { dispute, refused, also = [], note = '' } = step
  if (dispute === undefined || kept === 0n) return step
  const part =
    kept > 0n ? missing(payment, step, dispute, kept, context) : beyond(payment, step, dispute, -kept, context)
  const { detail } = part.matter
  return {
    ...step,
    ...part.rows,
    dispute: { ...dispute, kept: (dispute.kept ?? 0n) + kept },
    commands: [...(step.commands ?? []), part.command],
    also: [...also, { ...part.matter, subject: subjectOf(payment) }],
    note: `${note} ${detail}`.trim(),
    ...(refused !== undefined && { refused: (refusal) => withKept(payment, refused(refusal), kept, context) }),
  }
}

type Part = {
  readonly rows: Pick<Transition, 'payment' | 'attempts'>
  readonly command: ReturnType<typeof transfer>
  readonly matter: OpenedCase
}

function missing(payment: Payment, step: Transition, dispute: Dispute, amount: bigint, context: MachineContext): Part {
  const { asset } = payment
  const { rail, reference } = dispute
  const source = context.accounts.suspense(asset)
  const destination = context.accounts.clearing({ rail, asset })
  const detail = `The rail ${rail} gave the dispute ${reference} up and kept ${amountText(amount, asset)} of it, which are a loss in suspense.`
  return {
    rows: { payment: withLost(step.payment ?? payment, amount) },
    command: transfer(payment, { source, destination, amount }, context),
    matter: { why: 'dispute_after_refund', detail },
  }
}

function beyond(payment: Payment, step: Transition, dispute: Dispute, amount: bigint, context: MachineContext): Part {
  const { asset } = payment
  const { rail, reference } = dispute
  const { attempts = [] } = step
  const own = disputedAttempt(payment, dispute, context)
  const before = attempts.find(({ id }) => id === own.id) ?? own
  const source = context.accounts.clearing({ rail, asset })
  const destination = context.accounts.suspense(asset)
  const detail = `The rail ${rail} gave back ${amountText(amount, asset)} more than the dispute ${reference} had taken; it is in suspense.`
  return {
    rows: {
      payment: withSuspended(step.payment ?? payment, amount),
      attempts: [...attempts.filter(({ id }) => id !== own.id), withSuspendedPart(before, amount, 'wrong_amount')],
    },
    command: transfer(payment, { source, destination, amount }, context),
    matter: { why: 'wrong_amount', detail },
  }
}

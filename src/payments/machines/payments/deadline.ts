import type { Timestamp } from '#kernel'
import type { RailOutcome } from '#rails'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment } from '../../payment.ts'
import { subjectOf, withExpiry } from './payment-rows.ts'

/** A payer who acts later pays too late: the money is returned. */
const actionGraceMicros = 60_000_000

/** When an automatic pay-in that the rail has accepted is not wanted any more. */
export function deadlineOf(
  { capture, createdAt }: Payment,
  { rail }: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Timestamp | undefined {
  if (capture !== 'automatic') return undefined
  const { payInMs } = context.capabilities(rail) ?? {}
  const action = actionIn(outcome)?.nextAction
  const times = [
    ...(payInMs === undefined ? [] : [createdAt + payInMs * 1_000]),
    ...(action === undefined ? [] : [action.expiresAt + actionGraceMicros]),
  ]
  return times.length === 0 ? undefined : Math.min(...times)
}

export function withDeadline(payment: Payment, at: Timestamp | undefined): Pick<Transition, 'payment' | 'timers'> {
  if (at === undefined || (payment.expiresAt !== undefined && payment.expiresAt <= at)) return { payment }
  return { payment: withExpiry(payment, at), timers: [{ input: 'expire', subject: subjectOf(payment), at }] }
}

export function actionIn(outcome: RailOutcome): Pick<Payment, 'nextAction'> | undefined {
  return outcome.kind === 'pending' && outcome.action !== undefined ? { nextAction: outcome.action } : undefined
}

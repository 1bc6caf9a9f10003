import type { RailOutcome } from '#rails'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { ended, ending } from './payment-rows.ts'

export const deadlinePassed = 'deadline_passed'

/** Whether the client's deadline has passed, or its call was not sent for that. Nothing of it begins any more. */
export function isLate(
  { deadline }: Pick<Payment, 'deadline'>,
  { now }: Pick<MachineContext, 'now'>,
  outcome?: RailOutcome,
): boolean {
  if (outcome?.kind === 'unavailable' && outcome.isLate === true) return true
  return deadline !== undefined && now >= deadline
}

/** Requires that nothing of it is under way at a rail. */
export function notBegun(payment: Payment): Transition {
  const note = 'Its deadline had passed before it was sent.'
  return ending(payment, ended(payment, 'canceled', deadlinePassed), note)
}

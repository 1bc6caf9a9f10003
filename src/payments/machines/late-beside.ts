import type { MachineContext, Transition } from '../machine.ts'
import type { Attempt, Payment } from '../payment.ts'
import { isDenied } from './attempt-policy.ts'
import { transfer } from './bookings.ts'
import { arrivedOf, withSuspended } from './payment-rows.ts'
import { keptOf, returningOf } from './suspense.ts'

/**
 * What came too late beside a payment that has ended, over a rail that cannot give it back, lies in suspense until a
 * person has returned it some other way: then the clearing account of the rail that it came over says no more that it is
 * here. Undefined: nothing of it lies in suspense any more.
 */
export function lateReturnedByHand(payment: Payment, note: string, context: MachineContext): Transition | undefined {
  const { asset } = payment
  const source = context.accounts.suspense(asset)
  let left = keptOf(payment, context)
  const commands = context.attemptsOf(payment).flatMap((attempt) => {
    const beyond = context.manners(attempt.rail)?.operations.has('refund') === false ? beyondOf(payment, attempt) : 0n
    const amount = beyond < left ? beyond : left
    if (amount <= 0n) return []
    left -= amount
    return [transfer(payment, { source, destination: context.accounts.clearing(attempt.rail, asset), amount }, context)]
  })
  if (commands.length === 0) return undefined
  const row = withSuspended(payment, -commands.reduce((sum, { amount }) => sum + amount, 0n))
  const isOver = row.phase === 'reversing' && arrivedOf(row) <= 0n && returningOf(row, context) === 0n
  return { payment: isOver ? { ...row, phase: 'ended' } : row, commands, note, stuck: 'resolved' }
}

/** How much a rail took by an attempt beyond what is booked of it to those who were to get it. */
function beyondOf(payment: Payment, attempt: Attempt): bigint {
  const { operation, state, amount, amountMoved = amount } = attempt
  if (operation !== 'charge' || state !== 'succeeded' || isDenied(attempt)) return 0n
  return isBooked(payment, attempt) ? amountMoved - amount : amountMoved
}

/** Whether it is the attempt by which the payment was paid, or held. */
export function isBooked({ call, rail, railReference }: Payment, attempt: Attempt): boolean {
  if (attempt.operation === 'void' || attempt.concerns !== undefined) return false
  const isNamed = attempt.rail === rail && attempt.railReference === railReference
  return attempt.id === call || (attempt.state === 'succeeded' && isNamed)
}

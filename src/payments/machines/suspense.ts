import type { MachineContext, Transition } from '../machine.ts'
import type { Attempt, Payment, Refund } from '../payment.ts'
import { submission } from './attempt-policy.ts'
import { hold, transfer } from './bookings.ts'
import { joined } from './joined.ts'
import { arrivedOf, handingOver, withSuspended } from './payment-rows.ts'

/**
 * Money that came and cannot be delivered: too late, after a cancel, in a wrong amount, or refused by
 * its destination. The rail has it, so the books must: it goes from the rail's clearing account to
 * suspense, and from there back to the payer by a refund that the program begins itself.
 */
export type Arrival = {
  readonly rail: string
  readonly railReference: string
  readonly instrument: string
  readonly amount: bigint
}

export function arrivalOf(attempt: Attempt, amount: bigint, railReference: string): Arrival {
  return { rail: attempt.rail, railReference, instrument: attempt.instrument, amount }
}

/** What arrived over a rail goes to suspense. */
export function intoSuspense(
  payment: Payment,
  { rail, amount }: Pick<Arrival, 'rail' | 'amount'>,
  context: MachineContext,
) {
  const source = context.accounts.clearing(rail, payment.asset)
  return transfer(payment, { source, destination: context.accounts.suspense(payment.asset), amount }, context)
}

/** Whether a refund gives back what lies in suspense; such a one leaves what was captured alone. */
export function isFromSuspense(refund: Refund, context: MachineContext): boolean {
  return refund.isReversal && refund.from[0]?.account === context.accounts.suspense(refund.asset)
}

/** How much of what lies in suspense for a payment its refunds are giving back already: they hold it. */
export function returningOf(payment: Payment, context: MachineContext): bigint {
  let returning = 0n
  for (const refund of context.refundsOf(payment)) {
    if (refund.holds.length > 0 && isFromSuspense(refund, context)) returning += refund.amount
  }
  return returning
}

/** What came for a payment and is not on its way back already. */
export function keptOf(payment: Payment, context: MachineContext): bigint {
  return arrivedOf(payment) - returningOf(payment, context)
}

type GivingBack = Required<Pick<Transition, 'commands' | 'newRefund' | 'newAttempts' | 'timers'>>

/** The refund that gives an arrival back from suspense, begun already; none when the rail cannot refund. */
function givingBack(payment: Payment, arrival: Arrival, why: string, context: MachineContext): GivingBack | undefined {
  const { rail, railReference, instrument, amount } = arrival
  if (context.manners(rail)?.operations.has('refund') === false) return undefined
  const { book, asset } = payment
  const id = context.newId()
  const suspense = context.accounts.suspense(asset)
  const held = hold(payment, { source: suspense, destination: context.accounts.clearing(rail, asset), amount }, context)
  const subject = { kind: 'refund', id } as const
  const call = { subject, rail, operation: 'refund', amount, instrument, concerns: railReference } as const
  const { id: attempt, newAttempts, timers } = submission(call, context, { lane: 'rollback' })
  const newRefund: Refund = {
    id,
    book,
    payment: payment.id,
    amount,
    asset,
    to: { kind: 'source' },
    from: [{ account: suspense, amount }],
    state: 'processing',
    reason: why,
    phase: 'calling',
    holds: [held.id],
    call: attempt,
    attempts: 1,
    isReversal: true,
    metadata: {},
    createdAt: context.now,
    version: 1,
  }
  return { commands: [held], newRefund, newAttempts, timers }
}

/**
 * Takes an arrival into suspense and gives it back at once. `payment` is the row as it is to be
 * otherwise: when it has ended it is `reversing` until the refund has, when not it goes on beside it.
 */
export function reverseArrival(
  payment: Payment,
  arrival: Arrival,
  why: string,
  note: string,
  context: MachineContext,
): Transition {
  const received = intoSuspense(payment, arrival, context)
  const rest = reverseSuspended(withSuspended(payment, arrival.amount), arrival, why, note, context)
  return joined({ commands: [received] }, rest)
}

/** Gives back what lies in suspense already. */
export function reverseSuspended(
  payment: Payment,
  arrival: Arrival,
  why: string,
  note: string,
  context: MachineContext,
): Transition {
  const back = givingBack(payment, arrival, why, context)
  if (back !== undefined) {
    const phase = payment.phase === 'ended' ? 'reversing' : payment.phase
    return { ...back, payment: { ...payment, phase }, note: `${note} It is being given back.` }
  }
  const detail = `${note} The rail ${arrival.rail} cannot give it back: return it some other way.`
  const isBeside = payment.phase !== 'ended' || payment.amountCaptured > 0n
  if (isBeside) return { payment, note: detail, stuck: { why: 'late_success', detail } }
  const { rail, railReference } = arrival
  return handingOver({ ...payment, rail, railReference }, 'late_success', detail)
}

/** A success of an attempt that had been given up. */
export function reverseLateSuccess(
  payment: Payment,
  attempt: Attempt,
  arrival: Arrival,
  context: MachineContext,
): Transition {
  const note = `The ${attempt.operation} over ${attempt.rail} succeeded after it had been given up (${arrival.amount} ${payment.asset}).`
  return reverseArrival(payment, arrival, 'late_success', note, context)
}

/** The payment after a refund from suspense has ended well. */
export function givenBack(payment: Payment, amount: bigint): Payment {
  const after = withSuspended(payment, -amount)
  const isOver = after.phase === 'reversing' && arrivedOf(after) <= 0n
  return isOver ? { ...after, phase: 'ended' } : after
}

/** A payment of which something is on its way back still ends with that. */
export function reversingStill(step: Transition, context: MachineContext): Transition {
  const { payment } = step
  if (payment?.phase !== 'ended' || returningOf(payment, context) === 0n) return step
  return { ...step, payment: { ...payment, phase: 'reversing' } }
}

/** What identifies the payer at the rail; empty for a wallet. */
export function instrumentOf({ source }: Payment): string {
  return source.kind === 'rail' ? source.instrument : ''
}

/** What lay in suspense has gone back outside the rail: its clearing account says no more that it is here. */
export function outOfSuspense(payment: Payment, amount: bigint, context: MachineContext) {
  const { rail = '', asset } = payment
  const source = context.accounts.suspense(asset)
  return transfer(payment, { source, destination: context.accounts.clearing(rail, asset), amount }, context)
}

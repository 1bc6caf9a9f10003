import type { MachineContext, Transition } from '../machine.ts'
import type { Attempt, Payment, Refund } from '../payment.ts'
import { isDecided, isDenied } from './attempt-policy.ts'
import { postHold, transfer, voidHolds } from './bookings.ts'
import { withLost } from './payment-rows.ts'
import { isOfCaptured, succeeding } from './refund-rows.ts'
import { givenBack } from './suspense.ts'

/**
 * A refund is submitted anew when its rail has declined it, and the first submission may happen after all. Then that is
 * the refund, as long as what took its place has not happened as well: what happens twice is a loss that a person has.
 */

/** Whether the attempt that the refund waits for may have happened, or happen still. */
export function isUnderWay(refund: Refund, context: MachineContext): boolean {
  const current = context.attemptsOf(refund).find(({ id }) => id === refund.call)
  return current !== undefined && !isDecided(current) && current.state !== 'not_sent'
}

/** The attempt by which the rail has made the whole refund, before the one that is known now not to have happened. */
export function madeBefore(refund: Refund, { id }: Attempt, context: MachineContext): Attempt | undefined {
  return context.attemptsOf(refund).find((other) => {
    const { amountMoved = other.amount } = other
    return other.id !== id && other.state === 'succeeded' && !isDenied(other) && amountMoved === refund.amount
  })
}

/**
 * The end of a refund that an earlier attempt has made. That was booked from suspense when it was told: there it stays when
 * it gave back what lay there; otherwise those who were to pay do now. `otherwise`: what follows when the books refuse.
 */
export function madeByEarlier(
  payment: Payment,
  refund: Refund,
  { rail }: Attempt,
  otherwise: Transition,
  context: MachineContext,
): Transition {
  const note = `An earlier attempt of the rail ${rail} had refunded it after all.`
  const { amount, book, holds } = refund
  const after = succeeding(payment, refund, note, context)
  if (!isOfCaptured(refund, context)) {
    return { ...after, payment: givenBack(payment, 0n), commands: voidHolds(book, holds), stuck: 'resolved' }
  }
  const source = context.accounts.clearing(rail, refund.asset)
  const destination = context.accounts.suspense(refund.asset)
  return {
    ...after,
    payment: withLost(after.payment ?? payment, -amount),
    commands: [...holds.map((id) => postHold(book, id)), transfer(refund, { source, destination, amount }, context)],
    refused: () => otherwise,
    stuck: 'resolved',
  }
}

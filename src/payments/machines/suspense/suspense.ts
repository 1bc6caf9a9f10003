import { amountText } from '#kernel'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { submission } from '../attempts/attempt-policy.ts'
import { hold, transfer } from '../booking/bookings.ts'
import { joined } from '../booking/joined.ts'
import { arrivedOf, requireReview, withSuspended } from '../payments/payment-rows.ts'
import { reversalIdOf, withReversal } from './reversals.ts'
import { asLate, givenBackAs, givenBackBy, isFromSuspense, type Suspended, withSuspendedPart } from './suspended.ts'

/**
 * Money that cannot be delivered: too late, canceled, in a wrong amount, or refused. The rail has it, so the books must
 * have it, too. It goes from the rail's clearing account to suspense, and back to the payer by a refund of Munim's own.
 */
export function intoSuspense(
  payment: Payment,
  { rail, amount }: { readonly rail: string; readonly amount: bigint },
  context: MachineContext,
) {
  const source = context.accounts.clearing({ rail, asset: payment.asset })
  return transfer(payment, { source, destination: context.accounts.suspense(payment.asset), amount }, context)
}

export function returningOf(payment: Payment, context: MachineContext): bigint {
  let returning = 0n
  for (const refund of context.returningOf(payment)) {
    if (refund.holds.length > 0 && isFromSuspense(refund, context)) returning += refund.amount
  }
  return returning
}

/** `back`: what of it the rail has given back to the payer already. */
export type Arrived = { readonly amount: bigint; readonly back: bigint }

type GivingBack = Required<Pick<Transition, 'commands' | 'newRefunds' | 'newAttempts' | 'timers' | 'attempts'>>

/** The refund has begun already. Undefined: the rail cannot refund. */
function givingBack(
  payment: Payment,
  suspended: Suspended,
  why: string,
  context: MachineContext,
): GivingBack | undefined {
  const { attempt: came, amount } = suspended
  const { rail, instrument } = came
  if (context.capabilities(rail)?.operations.has('refund') === false) return undefined
  const { book, asset } = payment
  const { refundedBy = [] } = came
  const id = reversalIdOf(came, context)
  const suspense = context.accounts.suspense(asset)
  const clearing = context.accounts.clearing({ rail, asset })
  const held = hold(payment, { source: suspense, destination: clearing, amount }, context)
  const subject = { kind: 'refund', id } as const
  const call = {
    subject,
    rail,
    operation: 'refund',
    amount,
    instrument,
    originalReference: givenBackAs(came) ?? '',
  } as const
  const { id: attempt, newAttempts, timers } = submission(call, context, { count: 1, lane: 'rollback' })
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
    currentAttempt: attempt,
    attempts: 1,
    isReversal: true,
    metadata: {},
    createdAt: context.now,
    version: 1,
  }
  const attempts = [{ ...withReversal(came), refundedBy: [...refundedBy, id] }]
  return { commands: [held], newRefunds: [newRefund], newAttempts, timers, attempts }
}

/**
 * Books it to suspense and refunds it at once, less what came `back` to the payer already. A payment that has ended is
 * `reversing` until the refund has ended.
 */
export function reverseArrival(
  payment: Payment,
  reported: Attempt,
  { amount, back, why, note }: Arrived & { readonly why: string; readonly note: string },
  context: MachineContext,
): Transition {
  const received = intoSuspense(payment, { rail: reported.rail, amount }, context)
  const attempt = withSuspendedPart(reported, amount)
  const row = withSuspended(payment, amount)
  if (back >= amount) return { payment: row, attempt, commands: [received], note }
  const rest = reverseSuspended(row, { attempt, amount: amount - back }, { why, note }, context)
  return { ...joined({ commands: [received] }, rest), attempt }
}

function reverseSuspended(
  payment: Payment,
  suspended: Suspended,
  { why, note }: { readonly why: string; readonly note: string },
  context: MachineContext,
): Transition {
  const back = givingBack(payment, suspended, why, context)
  if (back !== undefined) {
    const phase = payment.phase === 'ended' ? 'reversing' : payment.phase
    return { ...back, payment: { ...payment, phase }, note: `${note} It is being returned.` }
  }
  const { attempt } = suspended
  const detail = `${note} The rail ${attempt.rail} cannot give it back: return it some other way.`
  const attempts = [asLate(suspended)]
  const isBeside = payment.phase !== 'ended' || payment.amountCaptured > 0n
  if (isBeside) return { payment, attempts, note: detail, caseChange: { why: 'late_success', detail } }
  return { ...requireReview(payment, 'late_success', detail), attempts }
}

/** Each over its own rail. Money that cannot be refunded goes to an operator. */
export function reverseEach(
  payment: Payment,
  suspended: readonly Suspended[],
  { why, note }: { readonly why: string; readonly note: string },
  context: MachineContext,
): Transition {
  return suspended.reduce<Transition>(
    (step, one) => joined(step, reverseSuspended(step.payment ?? payment, one, { why, note }, context)),
    { payment },
  )
}

export function reverseLateSuccess(
  payment: Payment,
  attempt: Attempt,
  { amount, back }: Arrived,
  context: MachineContext,
): Transition {
  const note = `The ${attempt.operation} over ${attempt.rail} succeeded after it had been given up (${amountText(amount, payment.asset)}).`
  return reverseArrival(payment, attempt, { amount, back, why: 'late_success', note }, context)
}

export function givenBack(payment: Payment, refund: Refund, amount: bigint, context: MachineContext) {
  const { payment: after, attempts } = givenBackBy(payment, refund, amount, context)
  return { payment: endedWithThat(after, attempts, context, refund), attempts }
}

/**
 * A `reversing` payment ends when the last of its money is returned. Money that an operator has accepted, or decides
 * about separately, may still be in suspense. `changed`: the attempts that brought it; `refund`: the one that ended.
 */
export function endedWithThat(
  payment: Payment,
  changed: readonly Attempt[],
  context: MachineContext,
  refund?: Refund,
): Payment {
  if (payment.phase !== 'reversing') return payment
  const after = new Map(changed.map((attempt) => [attempt.id, attempt]))
  const isLeft = context.broughtBy(payment).some((attempt) => {
    const { suspended } = after.get(attempt.id) ?? attempt
    return suspended !== undefined && (suspended.why === 'late_success' || after.has(attempt.id))
  })
  const isReturning = context
    .returningOf(payment)
    .some((one) => one.id !== refund?.id && one.phase !== 'ended' && isFromSuspense(one, context))
  const isOver = arrivedOf(payment) <= 0n || !(isLeft || isReturning)
  return isOver ? { ...payment, phase: 'ended' } : payment
}

export function reversingStill(step: Transition, context: MachineContext): Transition {
  const { payment } = step
  if (payment?.phase !== 'ended' || returningOf(payment, context) === 0n) return step
  return { ...step, payment: { ...payment, phase: 'reversing' } }
}

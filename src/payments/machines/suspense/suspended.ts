import { amountText } from '#kernel'
import type { CaseReason, MachineContext } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { withLost, withSuspended } from '../payments/payment-rows.ts'

/**
 * Money in suspense is known by the attempt that brought it: by its rail, and by the reference under which the rail
 * refunds it. It is delivered, refunded and returned by attempt. The payment has the total.
 */
export type Suspended = { readonly attempt: Attempt; readonly amount: bigint }

export type Arrivals = Pick<MachineContext, 'attemptsOf' | 'broughtBy' | 'returningOf' | 'accounts'>

/** Whether a refund returns money from suspense. Such a refund does not touch the captured amount. */
export function isFromSuspense(refund: Refund, context: Arrivals): boolean {
  return refund.isReversal && refund.from[0]?.account === context.accounts.suspense(refund.asset)
}

/** Money that no refund is returning already, the oldest first. */
export function suspendedOf(payment: Payment, context: Arrivals): Suspended[] {
  let suspended = broughtBy(payment, context)
  for (const refund of context.returningOf(payment)) {
    if (refund.holds.length === 0 || !isFromSuspense(refund, context)) continue
    suspended = without(suspended, outOf(namedBy(suspended, refund, context), refund.amount))
  }
  return suspended.filter(({ amount }) => amount > 0n)
}

/** Without money that came back and waits for the accounts that had paid it. */
function broughtBy(payment: Payment, context: Arrivals): Suspended[] {
  const own = context.broughtBy(payment).filter(({ suspended }) => suspended?.why !== 'returned')
  return own.map((attempt) => ({ attempt, amount: attempt.suspended?.amount ?? 0n }))
}

/** The reference under which its rail refunds it. For money that a refund did not return: the refund's original. */
export function givenBackAs({ operation, railReference, originalReference }: Attempt): string | undefined {
  return operation === 'refund' ? originalReference : railReference
}

/** The money that the refund was made for, and then other money under the same reference. */
function namedBy(suspended: readonly Suspended[], refund: Refund, context: Arrivals): Suspended[] {
  const [call] = context.attemptsOf(refund)
  const named = suspended.filter(
    ({ attempt }) => attempt.rail === call?.rail && givenBackAs(attempt) === call.originalReference,
  )
  return [...named.filter(isFor(refund)), ...named.filter((one) => !isFor(refund)(one))]
}

function isFor({ id }: Refund): (one: Suspended) => boolean {
  return ({ attempt }) => attempt.refundedBy?.includes(id) === true
}

function ofRefund(payment: Payment, refund: Refund, context: MachineContext): Suspended[] {
  return namedBy(broughtBy(payment, context), refund, context)
}

/** Of the money that the refund was made for, the part that its rail did not return. */
export function notReturnedBy(payment: Payment, refund: Refund, done: bigint, context: MachineContext): Suspended[] {
  return outOf(ofRefund(payment, refund, context).filter(isFor(refund)), refund.amount - done)
}

/** The first `amount` of it. */
export function outOf(suspended: readonly Suspended[], amount: bigint): Suspended[] {
  let left = amount
  return suspended.flatMap(({ attempt, amount: has }) => {
    const part = has < left ? has : left
    left -= part
    return part > 0n ? [{ attempt, amount: part }] : []
  })
}

function without(suspended: readonly Suspended[], parts: readonly Suspended[]): Suspended[] {
  const gone = new Map(parts.map(({ attempt, amount }) => [attempt.id, amount]))
  return suspended.map(({ attempt, amount }) => ({ attempt, amount: amount - (gone.get(attempt.id) ?? 0n) }))
}

export function leftAfter(suspended: readonly Suspended[], parts: readonly Suspended[]): Suspended[] {
  const after = new Map(parts.map(({ attempt, amount }) => [attempt.id, withSuspendedPart(attempt, -amount)]))
  return without(suspended, parts)
    .filter(({ amount }) => amount > 0n)
    .map(({ attempt, amount }) => ({ attempt: after.get(attempt.id) ?? attempt, amount }))
}

export function amountOf(suspended: readonly Suspended[]): bigint {
  return suspended.reduce((sum, { amount }) => sum + amount, 0n)
}

/** `late_success` is about money that came too late, any other reason about the payment's other money. */
export function ofReason(suspended: readonly Suspended[], reason: CaseReason): Suspended[] {
  return suspended.filter(({ attempt }) => (attempt.suspended?.why === 'late_success') === (reason === 'late_success'))
}

type Why = NonNullable<Attempt['suspended']>['why']

/** The attempt with `amount` more, or less, of its money in suspense. `why`: why an operator has it. */
export function withSuspendedPart(attempt: Attempt, amount: bigint, why: Why = 'late_success'): Attempt {
  const { suspended, ...rest } = attempt
  const left = (suspended?.amount ?? 0n) + amount
  return left === 0n ? rest : { ...rest, suspended: { amount: left, why: suspended?.why ?? why } }
}

/** Marks it as money that an operator has to return another way. */
export function asLate({ attempt }: Suspended): Attempt {
  const { suspended } = attempt
  return suspended === undefined ? attempt : { ...attempt, suspended: { ...suspended, why: 'late_success' } }
}

/** The rail's amount was accepted, so nobody waits for the rest. */
export function asAccepted({ attempt }: Suspended): Attempt {
  const { suspended } = attempt
  return suspended === undefined ? attempt : { ...attempt, suspended: { ...suspended, why: 'wrong_amount' } }
}

export function asDelivered({ attempt, amount }: Suspended): Suspended {
  return { attempt: { ...attempt, delivered: (attempt.delivered ?? 0n) + amount }, amount }
}

type Taken = { readonly payment: Payment; readonly attempts: readonly Attempt[] }

export function taken(payment: Payment, parts: readonly Suspended[]): Taken {
  return {
    payment: withSuspended(payment, -amountOf(parts)),
    attempts: parts.map(({ attempt, amount }) => withSuspendedPart(attempt, -amount)),
  }
}

export function suspendedForRefund(payment: Payment, refund: Refund, context: MachineContext): bigint {
  return amountOf(ofRefund(payment, refund, context))
}

/** The refund has returned the money under its reference. An amount beyond that is lost. */
export function givenBackBy(payment: Payment, refund: Refund, amount: bigint, context: MachineContext): Taken {
  const parts = outOf(ofRefund(payment, refund, context), amount)
  const { payment: row, attempts } = taken(payment, parts)
  return { payment: withLost(row, amount - amountOf(parts)), attempts }
}

/** A dispute has taken the money, as the payment's loss. `left`: what it did not take. Undefined: nothing was lost. */
export function takenByDispute(payment: Payment, refund: Refund, context: MachineContext) {
  const { amountLost = 0n } = payment
  const came = outOf(ofRefund(payment, refund, context), refund.amount)
  const parts = outOf(came, amountLost)
  if (parts.length === 0) return undefined
  const { payment: row, attempts } = taken(withLost(payment, -amountOf(parts)), parts)
  const left = leftAfter(came, parts)
  const late = left.map(asLate)
  const others = attempts.filter(({ id }) => late.every((one) => one.id !== id))
  return { payment: row, attempts: [...others, ...late], left }
}

/** No refund waited for it: it comes out of the money that the refund returns. Beyond that, no account has paid it. */
export function takenFromSuspense(payment: Payment, refund: Refund, amount: bigint, context: MachineContext): Taken {
  const came = isFromSuspense(refund, context) ? ofRefund(payment, refund, context) : []
  const parts = outOf(came, amount)
  const { payment: row, attempts } = taken(payment, parts)
  return { payment: withLost(row, amount - amountOf(parts)), attempts }
}

/** Money returned outside the rails: the clearing account of each rail stops showing it. */
export function returned(payment: Payment, parts: readonly Suspended[], context: MachineContext) {
  const { asset } = payment
  const source = context.accounts.suspense(asset)
  const commands = parts.map(({ attempt: { rail }, amount }) =>
    transfer(payment, { source, destination: context.accounts.clearing({ rail, asset }), amount }, context),
  )
  return { ...taken(payment, parts), commands }
}

export function suspenseText({ asset }: Payment, suspended: readonly Suspended[]): string {
  const amounts = new Map<string, bigint>()
  for (const { attempt, amount } of suspended) amounts.set(attempt.rail, (amounts.get(attempt.rail) ?? 0n) + amount)
  const texts = [...amounts].map(([rail, amount]) => `${amountText(amount, asset)} over ${rail}`)
  return texts.length === 0 ? '' : ` Now in suspense: ${texts.join(', ')}.`
}

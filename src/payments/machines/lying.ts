import { amountText } from '#kernel'
import type { MachineContext, StuckReason } from '../machine.ts'
import type { Attempt, Payment, Refund } from '../payment.ts'
import { transfer } from './bookings.ts'
import { withLost, withSuspended } from './payment-rows.ts'

/**
 * What lies in suspense for a payment is known by the attempt that brought it: over which rail it came and under which name
 * the rail gives it back. It is delivered, given back and returned by attempt; all of it together is what the payment says.
 */
export type Lying = { readonly attempt: Attempt; readonly amount: bigint }

/** What that is read from. */
export type Arrivals = Pick<MachineContext, 'attemptsOf' | 'broughtBy' | 'returningOf' | 'accounts'>

/** Whether a refund gives back what lies in suspense; such a one leaves what was captured alone. */
export function isFromSuspense(refund: Refund, context: Arrivals): boolean {
  return refund.isReversal && refund.from[0]?.account === context.accounts.suspense(refund.asset)
}

/** What came for a payment, lies in suspense, and is not on its way back already: refunds hold that. The oldest first. */
export function lyingOf(payment: Payment, context: Arrivals): Lying[] {
  let lying = broughtBy(payment, context)
  for (const refund of context.returningOf(payment)) {
    if (refund.holds.length === 0 || !isFromSuspense(refund, context)) continue
    lying = without(lying, outOf(namedBy(lying, refund, context), refund.amount))
  }
  return lying.filter(({ amount }) => amount > 0n)
}

function broughtBy(payment: Payment, context: Arrivals): Lying[] {
  return context.broughtBy(payment).map((attempt) => ({ attempt, amount: attempt.suspended?.amount ?? 0n }))
}

/** The name under which its rail gives back what an attempt brought: of what a refund did not give back that which it names. */
export function givenBackAs({ operation, railReference, concerns }: Attempt): string | undefined {
  return operation === 'refund' ? concerns : railReference
}

/** Of that what a refund gives back: what came under the name that it names. */
function namedBy(lying: readonly Lying[], refund: Refund, context: Arrivals): Lying[] {
  const [call] = context.attemptsOf(refund)
  return lying.filter(({ attempt }) => attempt.rail === call?.rail && givenBackAs(attempt) === call.concerns)
}

/** What came by the attempt that a refund gives back, whether or not anything of it still lies in suspense. */
function ofRefund(payment: Payment, refund: Refund, context: MachineContext): Lying[] {
  return namedBy(broughtBy(payment, context), refund, context)
}

/** So much of it, from the first on. */
export function outOf(lying: readonly Lying[], amount: bigint): Lying[] {
  let left = amount
  return lying.flatMap(({ attempt, amount: has }) => {
    const part = has < left ? has : left
    left -= part
    return part > 0n ? [{ attempt, amount: part }] : []
  })
}

function without(lying: readonly Lying[], parts: readonly Lying[]): Lying[] {
  const gone = new Map(parts.map(({ attempt, amount }) => [attempt.id, amount]))
  return lying.map(({ attempt, amount }) => ({ attempt, amount: amount - (gone.get(attempt.id) ?? 0n) }))
}

/** What is left of it after parts were taken, by attempts as they are then. */
export function leftAfter(lying: readonly Lying[], parts: readonly Lying[]): Lying[] {
  const after = new Map(parts.map(({ attempt, amount }) => [attempt.id, withLying(attempt, -amount)]))
  return without(lying, parts)
    .filter(({ amount }) => amount > 0n)
    .map(({ attempt, amount }) => ({ attempt: after.get(attempt.id) ?? attempt, amount }))
}

export function amountOf(lying: readonly Lying[]): bigint {
  return lying.reduce((sum, { amount }) => sum + amount, 0n)
}

/**
 * What a matter of this reason is about: what came too late, or what the payment waits for a person for itself, of whatever
 * else that was.
 */
export function concerning(lying: readonly Lying[], reason: StuckReason): Lying[] {
  return lying.filter(({ attempt }) => (attempt.suspended?.why === 'late_success') === (reason === 'late_success'))
}

type Why = NonNullable<Attempt['suspended']>['why']

/** The attempt with so much more, or less, of what it brought in suspense. `why`: what a person has it for. */
export function withLying(attempt: Attempt, amount: bigint, why: Why = 'late_success'): Attempt {
  const { suspended, ...rest } = attempt
  const left = (suspended?.amount ?? 0n) + amount
  return left === 0n ? rest : { ...rest, suspended: { amount: left, why: suspended?.why ?? why } }
}

/** A person has it now as what is to go back some other way. */
export function asLate({ attempt }: Lying): Attempt {
  const { suspended } = attempt
  return suspended === undefined ? attempt : { ...attempt, suspended: { ...suspended, why: 'late_success' } }
}

type Taken = { readonly payment: Payment; readonly attempts: readonly Attempt[] }

/** The payment and its attempts once parts of what lay in suspense have gone from there. */
export function taken(payment: Payment, parts: readonly Lying[]): Taken {
  return {
    payment: withSuspended(payment, -amountOf(parts)),
    attempts: parts.map(({ attempt, amount }) => withLying(attempt, -amount)),
  }
}

/** How much still lies in suspense of what a refund gives back. */
export function lyingFor(payment: Payment, refund: Refund, context: MachineContext): bigint {
  return amountOf(ofRefund(payment, refund, context))
}

/** What a refund that ended well has given back: what came under its name, and beyond that it is lost. */
export function givenBackBy(payment: Payment, refund: Refund, amount: bigint, context: MachineContext): Taken {
  const parts = outOf(ofRefund(payment, refund, context), amount)
  const { payment: row, attempts } = taken(payment, parts)
  return { payment: withLost(row, amount - amountOf(parts)), attempts }
}

/**
 * The payment when a refund of what lies in suspense is over and a dispute has taken that already: what had been lost by it
 * was this. `left`: what it has not taken of it, and is to go back some other way. Undefined: nothing of the payment was lost.
 */
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

/**
 * After a rail gave so much from suspense that no refund waited for: of what came and the refund gives back, and beyond that
 * nobody has paid.
 */
export function takenFromSuspense(payment: Payment, refund: Refund, amount: bigint, context: MachineContext): Taken {
  const came = isFromSuspense(refund, context) ? ofRefund(payment, refund, context) : []
  const parts = outOf(came, amount)
  const { payment: row, attempts } = taken(payment, parts)
  return { payment: withLost(row, amount - amountOf(parts)), attempts }
}

/** What lay in suspense has gone back outside the rails: the clearing account of each says no more that it is here. */
export function returned(payment: Payment, parts: readonly Lying[], context: MachineContext) {
  const { asset } = payment
  const source = context.accounts.suspense(asset)
  const commands = parts.map(({ attempt: { rail }, amount }) =>
    transfer(payment, { source, destination: context.accounts.clearing(rail, asset), amount }, context),
  )
  return { ...taken(payment, parts), commands }
}

/** For people, when `one` has come: how much of the same matter lies in suspense with it; empty when it is all. */
export function withOthersText(payment: Payment, one: Lying, why: StuckReason, context: MachineContext): string {
  const { id } = one.attempt
  const others = concerning(lyingOf(payment, context), why).filter(({ attempt }) => attempt.id !== id)
  return others.length === 0 ? '' : lyingText(payment, [...others, one])
}

/** For people: how much lies in suspense, by rail; empty when nothing does. */
export function lyingText({ asset }: Payment, lying: readonly Lying[]): string {
  const amounts = new Map<string, bigint>()
  for (const { attempt, amount } of lying) amounts.set(attempt.rail, (amounts.get(attempt.rail) ?? 0n) + amount)
  const texts = [...amounts].map(([rail, amount]) => `${amountText(amount, asset)} over ${rail}`)
  return texts.length === 0 ? '' : ` In suspense lie now: ${texts.join(', ')}.`
}

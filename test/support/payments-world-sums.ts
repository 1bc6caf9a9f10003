import type { Payment } from '#payments'
import { type ModelOperation, returnedBy } from './model-rail.ts'
import { found, type World } from './payments-world.ts'

/** By the payment's row. */
export function tookOf(world: World, payment: Payment): bigint {
  if (payment.source.kind === 'wallet') return 0n
  const { amountCaptured, amountRefunded, amountSuspended = 0n, amountOwed = 0n } = payment
  const toWallets = [...world.refunds.values()]
    .filter((one) => one.payment === payment.id && one.to.kind === 'wallet' && one.state === 'succeeded')
    .reduce((sum, { amount }) => sum + amount, 0n)
  return amountCaptured - amountRefunded + toWallets + amountSuspended + amountOwed
}

export function lyingByAttempts(world: World, { id }: Payment): bigint {
  const ids = new Set([id])
  for (const one of [...world.captures.values(), ...world.refunds.values()]) if (one.payment === id) ids.add(one.id)
  return [...world.attempts.values()]
    .filter(({ subject }) => ids.has(subject.id))
    .reduce((sum, { suspended }) => sum + (suspended?.amount ?? 0n), 0n)
}

/** By the rails' own records. */
export function tookBy(world: World, { id }: Payment): bigint {
  const of = (operation: ModelOperation): bigint => {
    const { subject } = found(world.attempts, operation.id)
    const root = subject.kind === 'refund' ? world.refunds.get(subject.id)?.payment : subjectOf(world, operation)
    if (root !== id || operation.status !== 'succeeded') return 0n
    if (operation.operation === 'refund') return returnedBy(operation) - operation.done
    return operation.operation === 'charge' || operation.operation === 'capture' ? operation.undisputed : 0n
  }
  return [...world.rails.values()]
    .flatMap((rail) => rail.operations())
    .reduce((sum, operation) => sum + of(operation), 0n)
}

/** All made from the shop. A rail may report less; a failed payout counts nothing. */
export function payoutsOf(world: World): readonly bigint[] {
  let sums: readonly bigint[] = [0n]
  for (const { id, state, amount, amountReturned = 0n } of world.payouts.values()) {
    const made = [...world.attempts.values()].filter(
      ({ subject, ...one }) => subject.id === id && one.state === 'succeeded',
    )
    const back = (paid: bigint, returned: bigint) => (returned < paid ? paid - returned : 0n)
    const less = made.map(({ amountMoved = amount, returned = [] }) =>
      back(
        amountMoved < amount ? amountMoved : amount,
        returned.reduce((sum, one) => sum + one.amount, 0n),
      ),
    )
    const may = state === 'succeeded' ? [back(amount, amountReturned), ...less] : [0n]
    sums = sums.flatMap((sum) => may.map((one) => sum + one))
  }
  return sums
}

export function unended(world: World): [id: string, phase: string][] {
  const rows = [...world.payments.values(), ...world.payouts.values(), ...world.refunds.values()]
  const captures = [...world.captures.values()].filter(({ state }) => state === 'processing')
  return [
    ...rows.filter(({ phase }) => phase !== 'ended').map(({ id, phase }): [string, string] => [id, phase]),
    ...captures.map(({ id, state }): [string, string] => [id, state]),
  ]
}

export function subjectOf(world: World, { id }: ModelOperation): string {
  const { subject } = found(world.attempts, id)
  return subject.kind === 'capture' ? found(world.captures, subject.id).payment : subject.id
}

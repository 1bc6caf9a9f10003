import type { Uuid } from '#kernel'
import type { LookUps } from '../../machines/rows-read.ts'
import type { Payment, Refund } from '../../payment.ts'
import type { StoredAttempt } from './attempt-store.ts'

/** Attempts keep their order, oldest first. */
export function lookingUp({
  refunds,
  attempts,
}: {
  readonly refunds: ReadonlyMap<Uuid, Refund>
  readonly attempts: ReadonlyMap<Uuid, StoredAttempt>
}): LookUps {
  const refundsOf = ({ id }: Payment) => [...refunds.values()].filter(({ payment }) => payment === id)
  return {
    refundsOf,
    returningOf: refundsOf,
    attemptsOf: ({ id }) => [...attempts.values()].filter(({ subject }) => subject.id === id),
    broughtBy: ({ id }) =>
      [...attempts.values()].filter(
        ({ root, operation, suspended }) =>
          root === id && (operation === 'charge' || operation === 'capture' || suspended !== undefined),
      ),
  }
}

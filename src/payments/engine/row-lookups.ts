import type { Uuid } from '#kernel'
import type { MachineContext } from '../machine.ts'
import type { Refund } from '../payment.ts'
import type { StoredAttempt } from './attempt-store.ts'

/** The look-ups of the machine context in the rows that were read: the attempts in their order, the oldest first. */
export function lookingUp({
  refunds,
  attempts,
}: {
  readonly refunds: ReadonlyMap<Uuid, Refund>
  readonly attempts: ReadonlyMap<Uuid, StoredAttempt>
}): Pick<MachineContext, 'refundsOf' | 'attemptsOf' | 'broughtBy'> {
  return {
    refundsOf: ({ id }) => [...refunds.values()].filter(({ payment }) => payment === id),
    attemptsOf: ({ id }) => [...attempts.values()].filter(({ subject }) => subject.id === id),
    broughtBy: ({ id }) =>
      [...attempts.values()].filter(
        ({ root, operation, suspended }) =>
          root === id && (operation === 'charge' || operation === 'capture' || suspended !== undefined),
      ),
  }
}

import { Slots } from '#kernel'
import type { WorkingSet } from '../transfers/working-set.ts'

type Flight = { readonly set: WorkingSet; readonly landed: Promise<unknown> }

/** Before deciding under locks, wait for flights on the same accounts, as they hold no locks on those rows. */
export class Flights {
  readonly #flights = new Slots<Flight>()

  /** `landed` settles when the outcome is known and committed heads are cached. */
  add(set: WorkingSet, landed: Promise<unknown>): void {
    const flight = { set, landed: landed.catch(() => undefined).finally(() => this.#flights.remove(slot, flight)) }
    const slot = this.#flights.add(flight)
  }

  async landed(accounts: readonly number[]): Promise<void> {
    for (;;) {
      // Search again: a new flight may be in a slot that was already passed.
      const flight = this.#concerning(accounts)
      if (flight === undefined) return
      await flight.landed
    }
  }

  #concerning(accounts: readonly number[]): Flight | undefined {
    for (const [, flight] of this.#flights.entries()) {
      if (accounts.some((account) => flight.set.headAfter(account) !== undefined)) return flight
    }
    return undefined
  }
}

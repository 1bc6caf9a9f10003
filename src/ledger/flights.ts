import { Slots } from '#kernel'
import type { WorkingSet } from './working-set.ts'

type Flight = { readonly set: WorkingSet; readonly landed: Promise<unknown> }

/**
 * What this process has on its way to the database, by whichever path. Who is about to decide under
 * locks waits for that which concerns the same accounts: it holds no locks on their rows.
 */
export class Flights {
  readonly #flights = new Slots<Flight>()

  /** `landed` settles when it is known what became of it, and what was committed stands in the heads. */
  add(set: WorkingSet, landed: Promise<unknown>): void {
    const flight = { set, landed: landed.catch(() => undefined).finally(() => this.#flights.remove(slot, flight)) }
    const slot = this.#flights.add(flight)
  }

  async landed(accounts: readonly number[]): Promise<void> {
    for (;;) {
      // Looked for again: one that has begun meanwhile may lie in a slot that was passed.
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

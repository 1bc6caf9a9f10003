import type { WorkingSet } from './working-set.ts'

type Flight = { readonly set: WorkingSet; readonly landed: Promise<unknown> }

/**
 * What this process has on its way to the database, by whichever path. Who is about to decide under
 * locks waits for that which concerns the same accounts: it holds no locks on their rows.
 */
export class Flights {
  readonly #flights = new Set<Flight>()

  /** `landed` settles when it is known what became of it, and what was committed stands in the heads. */
  add(set: WorkingSet, landed: Promise<unknown>): void {
    const flight = { set, landed: landed.catch(() => undefined).finally(() => this.#flights.delete(flight)) }
    this.#flights.add(flight)
  }

  async landed(accounts: readonly number[]): Promise<void> {
    for (const { set, landed } of this.#flights) {
      if (accounts.some((account) => set.headAfter(account) !== undefined)) await landed
    }
  }
}

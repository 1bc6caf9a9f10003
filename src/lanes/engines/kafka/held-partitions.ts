/** Messages of a lane that wait in the outgoing table because their partition could not be written. */
type Held = {
  /** No message of the partition below this id is unsent. */
  from: bigint
  /** They need not be read again. */
  ids: bigint[]
  faults: number
  retryAtMs: number
  state: 'resting' | 'asking' | 'ready'
}

export type HeldPartitionsOptions = {
  /** Whether it is worth trying again. */
  readonly reaches: (partition: number) => Promise<boolean>
  readonly nowMs?: () => number
}

const restMs = 500
const restMsMax = 5_000
/** After so many faults in a row, and then ever more rarely, another process may have more luck. */
const stuckFaults = 5

/**
 * The partitions that could not be written, with growing rests. Later messages of such a partition wait behind the
 * earlier ones; those of all other partitions go on. The floor of the relay stays below the messages that wait here.
 */
export class HeldPartitions {
  readonly #held = new Map<number, Held>()
  readonly #reaches: HeldPartitionsOptions['reaches']
  readonly #nowMs: () => number
  #stuckAt = stuckFaults

  constructor({ reaches, nowMs = () => performance.now() }: HeldPartitionsOptions) {
    this.#reaches = reaches
    this.#nowMs = nowMs
  }

  get count(): number {
    return this.#held.size
  }

  /** Call before a page is read: the partitions that are tried again with it. */
  ready(): ReadonlySet<number> {
    const ready = new Set<number>()
    for (const [partition, held] of this.#held) {
      if (held.state === 'resting' && held.retryAtMs <= this.#nowMs()) this.#ask(partition, held)
      if (held.state === 'ready') ready.add(partition)
    }
    return ready
  }

  /** The messages that are not to be read: they wait on. */
  waiting(ready: ReadonlySet<number>): bigint[] {
    return [...this.#held].flatMap(([partition, { ids }]) => (ready.has(partition) ? [] : ids))
  }

  /** As far as `past`, and below all that waits. */
  below(past: bigint | undefined): bigint | undefined {
    if (past === undefined) return undefined
    return [...this.#held.values()].reduce((least, { from }) => (from <= least ? from - 1n : least), past)
  }

  /** Nothing may be sent to these: they failed after the page was read, or are not tried with it. */
  heldBack(ready: ReadonlySet<number>): Set<number> {
    return new Set(
      [...this.#held].flatMap(([partition, { state }]) =>
        state === 'ready' && ready.has(partition) ? [] : [partition],
      ),
    )
  }

  /** In the order of the ids. */
  hold(partition: number, ids: readonly bigint[], { failed }: { readonly failed: boolean }): void {
    const [first] = ids
    if (first === undefined) return
    let held = this.#held.get(partition)
    if (held === undefined) {
      held = { from: first, ids: [], faults: 0, retryAtMs: 0, state: 'resting' }
      this.#held.set(partition, held)
    }
    if (first < held.from) held.from = first
    const known = new Set(held.ids)
    for (const id of ids) if (!known.has(id)) held.ids.push(id)
    if (failed) this.#rest(held)
  }

  /** A page is confirmed that tried these again. `end`: its last id, when there are more. */
  sent(ready: ReadonlySet<number>, end: bigint | undefined): void {
    for (const partition of ready) {
      const held = this.#held.get(partition)
      if (held?.state === 'ready' && (end === undefined || end >= held.from)) this.#held.delete(partition)
    }
  }

  /** Whether it is time for another process to try. */
  takeStuck(): boolean {
    const most = Math.max(0, ...[...this.#held.values()].map(({ faults }) => faults))
    if (most < stuckFaults) this.#stuckAt = stuckFaults
    if (most < this.#stuckAt) return false
    this.#stuckAt = most * 2
    return true
  }

  /** All is read from the beginning: another process may have sent it. */
  forget(): void {
    for (const held of this.#held.values()) {
      held.from = 0n
      held.ids = []
    }
  }

  #ask(partition: number, held: Held): void {
    held.state = 'asking'
    void this.#reaches(partition).then(
      (does) => {
        if (does) held.state = 'ready'
        else this.#rest(held)
      },
      () => this.#rest(held),
    )
  }

  #rest(held: Held): void {
    held.retryAtMs = this.#nowMs() + Math.min(restMsMax, restMs * 2 ** held.faults)
    held.faults += 1
    held.state = 'resting'
  }
}

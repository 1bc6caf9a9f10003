/** A partition that could not be written. */
type Held = { faults: number; retryAtMs: number; state: 'resting' | 'asking' | 'ready' }

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
 * earlier ones; those of all other partitions go on.
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

  /** Some may be tried with the next page. No other page may be on its way then: it has messages that go first. */
  get isTrying(): boolean {
    return [...this.#held.values()].some(({ state }) => state !== 'resting')
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

  /** Nothing may be sent to these: they failed after the page was read, or are not tried with it. */
  heldBack(ready: ReadonlySet<number>): Set<number> {
    return new Set(
      [...this.#held].flatMap(([partition, { state }]) =>
        state === 'ready' && ready.has(partition) ? [] : [partition],
      ),
    )
  }

  failed(partition: number): void {
    const held: Held = this.#held.get(partition) ?? { faults: 0, retryAtMs: 0, state: 'resting' }
    this.#held.set(partition, held)
    this.#rest(held)
  }

  /** A page is confirmed. Messages still wait for the partitions in `waiting`. */
  confirmed(waiting: ReadonlySet<number>): void {
    for (const [partition, { state }] of this.#held) {
      if (state === 'ready' && !waiting.has(partition)) this.#held.delete(partition)
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

import type { SentMessage } from './message-record.ts'
import type { Relayed } from './relayed-store.ts'

/** How far a lane was sent: the floor, and what above it. Messages are committed in any order. */
export class SentMessages {
  #floor: bigint
  #sent: bigint
  #above = new Set<bigint>()

  constructor({ floor, sent }: Relayed) {
    this.#floor = floor
    this.#sent = sent
  }

  get floor(): bigint {
    return this.#floor
  }

  get sent(): bigint {
    return this.#sent
  }

  get above(): ReadonlySet<bigint> {
    return this.#above
  }

  /**
   * All that was read of the lane is sent. `past`: messages up to this id were visible to the reading, or will never be.
   * `end`: the last id that was read, when the lane has more.
   */
  add(
    messages: readonly SentMessage[],
    { past, end }: { readonly past: bigint | undefined; readonly end: bigint | undefined },
  ): void {
    const floor = past !== undefined && end !== undefined && end < past ? end : (past ?? 0n)
    if (floor > this.#floor) this.#raise(floor)
    for (const { id } of messages) {
      if (id > this.#floor) this.#above.add(id)
      if (id > this.#sent) this.#sent = id
    }
  }

  /** Others were handled, and do not come back. */
  keep(ids: Set<bigint>): void {
    this.#above = ids
  }

  #raise(floor: bigint): void {
    this.#floor = floor
    // Mostly in their order: what stays behind a higher one costs its place only.
    for (const id of this.#above) {
      if (id > floor) return
      this.#above.delete(id)
    }
  }
}

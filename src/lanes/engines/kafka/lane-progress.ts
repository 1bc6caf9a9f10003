import type { SentMessage } from './message-record.ts'
import type { OutgoingPage } from './outgoing-store.ts'
import type { Relayed } from './relayed-store.ts'

/** One reading of a lane. */
export type Reading = OutgoingPage & {
  /** Messages that are not sent, of which the page has those that still wait, as far as it goes. */
  readonly asked: readonly bigint[]
}

/** What a reading leaves out: the page that is on its way, and the partitions that nothing is sent to. */
export type LeftOut = {
  readonly underway: Reading | undefined
  readonly partitions: ReadonlySet<number>
}

const rowsMax = 4_000
/** Held back for partitions that cannot be written. With more, the others wait, too. */
const waitingMax = 20_000

/**
 * How far a lane was sent: the floor, and what above it. Messages are committed in any order. A message that was read
 * is unsent until it is confirmed, or until its row is gone. A reading leaves out only what is sent or known as unsent,
 * and the floor stays below all that is unsent: so none is passed over.
 */
export class LaneProgress {
  #floor: bigint
  #sent: bigint
  #above = new Set<bigint>()
  /** By the reading that had it last, or by the partition for which it waits. */
  readonly #unsent = new Map<bigint, Reading | number>()

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

  /** For which messages wait. */
  partitions(): ReadonlySet<number> {
    return new Set([...this.#unsent.values()].filter((where) => typeof where === 'number'))
  }

  reading({ underway, partitions }: LeftOut): Reading {
    const known = [...this.#above]
    const asked: bigint[] = []
    let waiting = 0
    for (const [id, where] of this.#unsent) {
      const isWaiting = typeof where === 'number' && partitions.has(where)
      if (isWaiting) waiting += 1
      if (isWaiting || where === underway) known.push(id)
      else asked.push(id)
    }
    return { floor: this.#floor, known, asked, max: waiting < waitingMax ? rowsMax : 0 }
  }

  /** The rows of a page. */
  wasRead(reading: Reading, rows: readonly SentMessage[]): void {
    const end = endOf(reading, rows)
    const found = new Set(reading.asked.length === 0 ? [] : rows.map(({ id }) => id))
    for (const id of reading.asked) {
      // Handled meanwhile.
      if (!found.has(id) && (end === undefined || id <= end)) this.#unsent.delete(id)
    }
    for (const { id } of rows) this.#unsent.set(id, reading)
  }

  /**
   * A page is confirmed, except what waits for a partition. `past`: messages up to this id were visible to the reading,
   * or will never be.
   */
  confirmed(
    reading: Reading,
    page: {
      readonly rows: readonly SentMessage[]
      readonly waiting: ReadonlyMap<bigint, number>
      readonly past: bigint | undefined
    },
  ): void {
    const { rows, waiting, past } = page
    for (const { id } of rows) {
      const partition = waiting.get(id)
      if (partition === undefined) this.#unsent.delete(id)
      else this.#unsent.set(id, partition)
    }
    let floor = past ?? 0n
    const end = endOf(reading, rows)
    if (end !== undefined && end < floor) floor = end
    for (const id of this.#unsent.keys()) if (id <= floor) floor = id - 1n
    if (floor > this.#floor) this.#raise(floor)
    for (const { id } of rows) {
      if (waiting.has(id)) continue
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

/** The last id, when there may be more. */
export function endOf({ max }: Reading, rows: readonly SentMessage[]): bigint | undefined {
  return rows.length < max ? undefined : (rows.at(-1)?.id ?? 0n)
}

/** A record that was delivered, until it and all before it are handled. */
export type Delivered = { readonly offset: bigint; isHandled: boolean }

/**
 * How far a partition has been read and handled. Records may be handled in any order: what may be committed is the
 * offset of the first one that is not. It only grows.
 */
export class PartitionProgress {
  #position: bigint
  #committed: bigint
  #highest: bigint
  #delivered: Delivered[] = []
  #first = 0

  /** Whether the group has read the partition before. */
  readonly isCommitted: boolean

  constructor(committed: bigint, { isCommitted = true }: { readonly isCommitted?: boolean } = {}) {
    this.isCommitted = isCommitted
    this.#position = committed
    this.#committed = committed
    this.#highest = committed
  }

  /** The offset to read next. */
  get position(): bigint {
    return this.#position
  }

  /** Undefined: all that was handled is committed. */
  get committable(): bigint | undefined {
    this.#advance()
    const next = this.#delivered[this.#first]?.offset ?? this.#position
    return next > this.#committed ? next : undefined
  }

  /** Records that the partition has and that are not committed. */
  get lag(): number {
    return Number(this.#highest - this.#committed)
  }

  deliver(offset: bigint): Delivered {
    const delivered = { offset, isHandled: false }
    this.#delivered.push(delivered)
    this.readTo(offset + 1n)
    return delivered
  }

  /** Offsets without a record for us are passed over. */
  readTo(position: bigint): void {
    if (position > this.#position) this.#position = position
    if (position > this.#highest) this.#highest = position
  }

  sawEnd(highest: bigint): void {
    if (highest > this.#highest) this.#highest = highest
  }

  /** The partition no longer has what came next. What was delivered of it is nowhere but here. */
  restart(offset: bigint): void {
    this.#position = offset
    this.#committed = offset
    this.#highest = offset
    this.#delivered = []
    this.#first = 0
  }

  committed(offset: bigint): void {
    if (offset > this.#committed) this.#committed = offset
  }

  #advance(): void {
    while (this.#delivered[this.#first]?.isHandled) this.#first += 1
    if (this.#first < compactFrom) return
    this.#delivered = this.#delivered.slice(this.#first)
    this.#first = 0
  }
}

const compactFrom = 4_096

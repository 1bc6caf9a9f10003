/** A body in more pieces than these must have at least `pieceBytesMin` bytes per piece, on average. */
const piecesFree = 1_000
const pieceBytesMin = 64

const noBytes = Buffer.alloc(0)

/** Smaller pieces are copied into blocks of this size. */
const blockBytes = 4 * 1024

/**
 * The bytes of a body that is arriving. A piece of one byte would take some hundred bytes of memory of its own, so
 * small pieces are copied into blocks.
 */
export class ArrivingBody {
  received = 0
  #pieces = 0
  readonly #kept: Buffer[] = []
  #block = noBytes
  #filled = 0
  readonly #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether the body comes in so many tiny pieces that reading it costs far more than its bytes are worth. */
  get isCrumbs(): boolean {
    return this.#pieces > piecesFree && this.received < this.#pieces * pieceBytesMin
  }

  /** How many more bytes of memory the body takes with that piece. */
  needs({ length }: Buffer): number {
    if (this.#isKept(length)) return length
    return length <= this.#block.length - this.#filled ? 0 : Math.min(blockBytes, this.#bytesMax - this.received)
  }

  /** Adds a piece. The caller has counted the bytes of {@link needs}. */
  add(piece: Buffer): void {
    const needed = this.needs(piece)
    const isKept = this.#isKept(piece.length)
    this.#pieces += 1
    this.received += piece.length
    if (needed > 0) this.#endBlock()
    if (isKept) {
      this.#kept.push(piece)
      return
    }
    if (needed > 0) this.#block = Buffer.allocUnsafeSlow(needed)
    this.#filled += piece.copy(this.#block, this.#filled)
  }

  bytes(): Buffer {
    this.#endBlock()
    const [first = noBytes] = this.#kept
    return this.#kept.length < 2 ? first : Buffer.concat(this.#kept, this.received)
  }

  /** Large pieces are kept as they are, and so is the first, which in most cases is the whole body. */
  #isKept(length: number): boolean {
    return length >= blockBytes || this.#pieces === 0
  }

  #endBlock(): void {
    if (this.#filled > 0) this.#kept.push(this.#block.subarray(0, this.#filled))
    this.#block = noBytes
    this.#filled = 0
  }
}

/** More pieces than these must have as many bytes each, on average. */
const piecesFree = 1_000
const pieceBytesMin = 64

const noBytes = Buffer.alloc(0)

/** Smaller pieces are put together in blocks of so many bytes. */
const blockBytes = 4 * 1024

/**
 * The bytes of a body that is arriving. A piece of one byte would take some hundred bytes of memory of its own, so small
 * ones are put together.
 */
export class ArrivingBody {
  received = 0
  #pieces = 0
  readonly #kept: Buffer[] = []
  /** What small pieces are copied to, and how many bytes of it they have. */
  #block = noBytes
  #filled = 0
  readonly #bytesMax: number

  /** `bytesMax`: no more than these come. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether it comes in so many tiny pieces that reading it costs far more than its bytes are worth. */
  get isCrumbs(): boolean {
    return this.#pieces > piecesFree && this.received < this.#pieces * pieceBytesMin
  }

  /** How many bytes of memory it will have more with that piece. */
  needs({ length }: Buffer): number {
    if (this.#isKept(length)) return length
    return length <= this.#block.length - this.#filled ? 0 : Math.min(blockBytes, this.#bytesMax - this.received)
  }

  /** Adds a piece, of which all that {@link needs} says is counted. */
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

  /** Large ones, and the first, which of most bodies is the whole. */
  #isKept(length: number): boolean {
    return length >= blockBytes || this.#pieces === 0
  }

  #endBlock(): void {
    if (this.#filled > 0) this.#kept.push(this.#block.subarray(0, this.#filled))
    this.#block = noBytes
    this.#filled = 0
  }
}

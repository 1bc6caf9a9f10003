/** A body in more pieces than this must average at least `pieceBytesMin` bytes per piece. */
const piecesFree = 1_000
const pieceBytesMin = 64

const noBytes = Buffer.alloc(0)

const blockBytes = 4 * 1024

/** A one-byte piece would take some hundred bytes of memory, so small pieces are copied into blocks. */
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

  get isCrumbs(): boolean {
    return this.#pieces > piecesFree && this.received < this.#pieces * pieceBytesMin
  }

  needs({ length }: Buffer): number {
    if (this.#isKept(length)) return length
    return length <= this.#block.length - this.#filled ? 0 : Math.min(blockBytes, this.#bytesMax - this.received)
  }

  /** The caller must have counted the bytes of {@link needs}. */
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

  /** The first piece is usually the whole body, so it is not copied. */
  #isKept(length: number): boolean {
    return length >= blockBytes || this.#pieces === 0
  }

  #endBlock(): void {
    if (this.#filled > 0) this.#kept.push(this.#block.subarray(0, this.#filled))
    this.#block = noBytes
    this.#filled = 0
  }
}

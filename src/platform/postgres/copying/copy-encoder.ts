/** PostgreSQL's binary COPY format: signature, flags, header extension length. */
const header = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex')
const trailer = Buffer.from('ffff', 'hex')
const postgresEpoch = 946_684_800_000_000
const twoTo32 = 4_294_967_296

export type CopyMark = { readonly offset: number; readonly rows: number }

/** Encodes binary COPY data. After `tuple(n)`, write exactly n fields in column order. `reset` reuses the buffer. */
export class CopyEncoder {
  #buffer: Buffer
  /** The same bytes: a view writes numbers without the checks and, for 64 bits, the allocations of Buffer. */
  #view: DataView
  #offset = header.length
  #rows = 0

  constructor(initialBytes = 4096) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(initialBytes, 64))
    this.#view = viewOf(this.#buffer)
    header.copy(this.#buffer)
  }

  get rows(): number {
    return this.#rows
  }

  reset(): void {
    this.#offset = header.length
    this.#rows = 0
  }

  mark(): CopyMark {
    return { offset: this.#offset, rows: this.#rows }
  }

  rewind(mark: CopyMark): void {
    this.#offset = mark.offset
    this.#rows = mark.rows
  }

  tuple(fields: number): void {
    // Room for the fixed-width fields of this tuple; text makes its own room.
    this.#reserve(2 + fields * 20)
    this.#view.setInt16(this.#offset, fields)
    this.#offset += 2
    this.#rows += 1
  }

  /** A safe integer. */
  int8(value: number): void {
    const high = Math.floor(value / twoTo32)
    const at = this.#offset
    this.#view.setInt32(at, 8)
    this.#view.setInt32(at + 4, high)
    this.#view.setUint32(at + 8, value - high * twoTo32)
    this.#offset = at + 12
  }

  bigint8(value: bigint): void {
    this.#view.setInt32(this.#offset, 8)
    this.#view.setBigInt64(this.#offset + 4, value)
    this.#offset += 12
  }

  int4(value: number): void {
    this.#view.setInt32(this.#offset, 4)
    this.#view.setInt32(this.#offset + 4, value)
    this.#offset += 8
  }

  int2(value: number): void {
    this.#view.setInt32(this.#offset, 2)
    this.#view.setInt16(this.#offset + 4, value)
    this.#offset += 6
  }

  /** From microseconds since 1970. */
  timestamp(micros: number): void {
    this.int8(micros - postgresEpoch)
  }

  uuid(hex: string): void {
    this.#view.setInt32(this.#offset, 16)
    this.#buffer.write(hex, this.#offset + 4, 16, 'hex')
    this.#offset += 20
  }

  /** For any type whose binary form is its UTF-8 text, such as json. */
  text(value: string): void {
    this.#reserve(4 + value.length * 3 + 400)
    const length = this.#buffer.write(value, this.#offset + 4)
    this.#view.setInt32(this.#offset, length)
    this.#offset += 4 + length
  }

  bytes(value: Buffer): void {
    this.#reserve(4 + value.length + 400)
    this.#view.setInt32(this.#offset, value.length)
    this.#offset += 4 + value.copy(this.#buffer, this.#offset + 4)
  }

  null(): void {
    this.#view.setInt32(this.#offset, -1)
    this.#offset += 4
  }

  /** Valid until the next write. */
  tuples(): Buffer {
    return this.#buffer.subarray(header.length, this.#offset)
  }

  /** Valid until the next write or reset. */
  stream(): Buffer {
    this.#reserve(trailer.length)
    trailer.copy(this.#buffer, this.#offset)
    return this.#buffer.subarray(0, this.#offset + trailer.length)
  }

  #reserve(bytes: number): void {
    if (this.#offset + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(this.#buffer.length * 2 + bytes)
    this.#buffer.copy(grown, 0, 0, this.#offset)
    this.#buffer = grown
    this.#view = viewOf(grown)
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}

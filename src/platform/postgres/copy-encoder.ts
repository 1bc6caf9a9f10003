/** PostgreSQL's binary COPY format: signature, flags, header extension length. */
const header = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex')
const trailer = Buffer.from('ffff', 'hex')
/** 2000-01-01T00:00:00Z in microseconds since 1970: where timestamptz counts from. */
const postgresEpoch = 946_684_800_000_000
const twoTo32 = 4_294_967_296

/** A place in an encoder to come back to. */
export type CopyMark = { readonly offset: number; readonly rows: number }

/**
 * Encodes tuples for `COPY … FROM STDIN (FORMAT binary)`. The caller says `tuple(n)` and then writes
 * exactly n fields in the order of the columns. The buffer is kept and grows as needed; `reset`
 * makes it ready for the next batch once the data has been sent.
 */
export class CopyEncoder {
  #buffer: Buffer
  #offset = header.length
  #rows = 0

  constructor(initialBytes = 4096) {
    this.#buffer = Buffer.allocUnsafe(Math.max(initialBytes, 64))
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

  /** Takes back every tuple written since `mark`. */
  rewind(mark: CopyMark): void {
    this.#offset = mark.offset
    this.#rows = mark.rows
  }

  tuple(fields: number): void {
    // Room for the fixed-width fields of this tuple; text makes its own room.
    this.#reserve(2 + fields * 20)
    this.#offset = this.#buffer.writeInt16BE(fields, this.#offset)
    this.#rows += 1
  }

  /** An int8 from a safe integer. */
  int8(value: number): void {
    const high = Math.floor(value / twoTo32)
    const at = this.#buffer.writeInt32BE(8, this.#offset)
    this.#buffer.writeInt32BE(high, at)
    this.#offset = this.#buffer.writeUInt32BE(value - high * twoTo32, at + 4)
  }

  bigint8(value: bigint): void {
    this.#offset = this.#buffer.writeBigInt64BE(value, this.#buffer.writeInt32BE(8, this.#offset))
  }

  int4(value: number): void {
    this.#offset = this.#buffer.writeInt32BE(value, this.#buffer.writeInt32BE(4, this.#offset))
  }

  int2(value: number): void {
    this.#offset = this.#buffer.writeInt16BE(value, this.#buffer.writeInt32BE(2, this.#offset))
  }

  /** A timestamptz from microseconds since 1970. */
  timestamp(micros: number): void {
    this.int8(micros - postgresEpoch)
  }

  /** A uuid from 32 hexadecimal digits. */
  uuid(hex: string): void {
    const at = this.#buffer.writeInt32BE(16, this.#offset)
    this.#buffer.write(hex, at, 16, 'hex')
    this.#offset = at + 16
  }

  /** text, json: anything whose binary form is its UTF-8 text. */
  text(value: string): void {
    this.#reserve(4 + value.length * 3 + 400)
    const length = this.#buffer.write(value, this.#offset + 4)
    this.#buffer.writeInt32BE(length, this.#offset)
    this.#offset += 4 + length
  }

  bytes(value: Buffer): void {
    this.#reserve(4 + value.length + 400)
    this.#offset = this.#buffer.writeInt32BE(value.length, this.#offset)
    this.#offset += value.copy(this.#buffer, this.#offset)
  }

  null(): void {
    this.#offset = this.#buffer.writeInt32BE(-1, this.#offset)
  }

  /** The tuples alone: what is hashed. Valid until the next write. */
  tuples(): Buffer {
    return this.#buffer.subarray(header.length, this.#offset)
  }

  /** The whole COPY stream. Valid until the next write or reset. */
  stream(): Buffer {
    this.#reserve(trailer.length)
    trailer.copy(this.#buffer, this.#offset)
    return this.#buffer.subarray(0, this.#offset + trailer.length)
  }

  #reserve(bytes: number): void {
    if (this.#offset + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(this.#buffer.length * 2 + bytes)
    this.#buffer.copy(grown, 0, 0, this.#offset)
    this.#buffer = grown
  }
}

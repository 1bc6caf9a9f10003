/** 2000-01-01T00:00:00Z in microseconds since 1970: the origin of timestamptz. */
const postgresEpoch = 946_684_800_000_000
const twoTo32 = 4_294_967_296

/** Collects rows in PostgreSQL's binary COPY form, and reads their fields, counted from 0. The buffer is reused. */
export class CopyDecoder {
  #buffer: Buffer
  #view: DataView
  #length = 0
  #rows = 0
  #start = 0
  #end = 0
  readonly #fieldAt: Int32Array
  readonly #fieldLength: Int32Array

  constructor({ fieldsMax = 32, initialBytes = 4_096 }: { fieldsMax?: number; initialBytes?: number } = {}) {
    this.#buffer = Buffer.allocUnsafeSlow(initialBytes)
    this.#view = viewOf(this.#buffer)
    this.#fieldAt = new Int32Array(fieldsMax)
    this.#fieldLength = new Int32Array(fieldsMax)
  }

  get rows(): number {
    return this.#rows
  }

  get length(): number {
    return this.#length
  }

  get start(): number {
    return this.#start
  }

  get end(): number {
    return this.#end
  }

  clear(): void {
    this.#length = 0
    this.#rows = 0
    this.rewind()
  }

  rewind(): void {
    this.#start = 0
    this.#end = 0
  }

  append(tuple: Buffer): void {
    const length = this.#length + tuple.length
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(length * 2)
      this.#buffer.copy(grown, 0, 0, this.#length)
      this.#buffer = grown
      this.#view = viewOf(grown)
    }
    tuple.copy(this.#buffer, this.#length)
    this.#length = length
    this.#rows += 1
  }

  next(): boolean {
    this.#start = this.#end
    if (this.#start >= this.#length) return false
    const view = this.#view
    const fields = view.getInt16(this.#start)
    let at = this.#start + 2
    for (let field = 0; field < fields; field += 1) {
      const length = view.getInt32(at)
      at += 4
      this.#fieldAt[field] = at
      this.#fieldLength[field] = length
      if (length > 0) at += length
    }
    this.#end = at
    return true
  }

  /** Valid until the next `append`. */
  bytes({ from, to }: { readonly from: number; readonly to: number }): Buffer {
    return this.#buffer.subarray(from, to)
  }

  isNull(field: number): boolean {
    return this.#fieldLength[field] === -1
  }

  /** Not exact beyond 2^53. */
  int8(field: number): number {
    const at = this.#at(field)
    return this.#view.getInt32(at) * twoTo32 + this.#view.getUint32(at + 4)
  }

  bigint8(field: number): bigint {
    return this.#view.getBigInt64(this.#at(field))
  }

  int4(field: number): number {
    return this.#view.getInt32(this.#at(field))
  }

  int2(field: number): number {
    return this.#view.getInt16(this.#at(field))
  }

  /** In microseconds since 1970. */
  timestamp(field: number): number {
    return this.int8(field) + postgresEpoch
  }

  uuid(field: number): string {
    const at = this.#at(field)
    return this.#buffer.toString('hex', at, at + 16)
  }

  /** Valid until the next `append`. */
  field(field: number): Buffer {
    const at = this.#at(field)
    return this.#buffer.subarray(at, at + Math.max(0, this.#fieldLength[field] ?? 0))
  }

  text(field: number): string {
    const at = this.#at(field)
    return this.#buffer.toString('utf8', at, at + (this.#fieldLength[field] ?? 0))
  }

  #at(field: number): number {
    return this.#fieldAt[field] ?? 0
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
}

import { crc32c } from '@platformatic/kafka'

export type NewRecord = {
  readonly topic: string
  /** Records with the same key stay in their order. */
  readonly key: string
  readonly value: string
  readonly headers?: Readonly<Record<string, string>>
}

/** From the first offset to the count of records. The checksum covers what follows it. */
const headBytes = 61
const checkedFrom = 21
/** Length and first offset precede what the length counts. */
const lengthFrom = 12
const version = 2

/**
 * A batch as the protocol has it since Kafka 0.11, in one buffer: without compression, producer or transaction. The
 * library makes several buffers for each record, and costs ten times as much.
 */
export function encodeBatch(records: readonly NewRecord[], madeMs: number): Buffer {
  let bytes = headBytes
  const lengths = new Int32Array(records.length)
  for (const [index, record] of records.entries()) {
    const length = recordBytes(record, index)
    lengths[index] = length
    bytes += varintBytes(length) + length
  }
  const batch = Buffer.allocUnsafe(bytes)
  const writer = new Writer(batch, headBytes)
  for (const [index, record] of records.entries()) {
    writer.varint(lengths[index] ?? 0)
    writeRecord(writer, record, index)
  }
  batch.fill(0, 0, headBytes)
  batch.writeInt32BE(bytes - lengthFrom, 8)
  batch.writeInt8(version, 16)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(Math.floor(madeMs)), 27)
  batch.writeBigInt64BE(BigInt(Math.floor(madeMs)), 35)
  // No producer id, no epoch and no sequence.
  batch.fill(0xff, 43, 57)
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(crc32c(batch.subarray(checkedFrom)) >>> 0, 17)
  return batch
}

/** Of a record in a batch, with what the batch adds. A character is at most three bytes. */
export function charactersOf({ key, value, headers = {} }: NewRecord): number {
  let characters = 30 + key.length + value.length
  for (const name in headers) characters += 10 + name.length + (headers[name]?.length ?? 0)
  return characters
}

/** Attributes and the time since the batch's take a byte each. */
function recordBytes({ key, value, headers = {} }: NewRecord, index: number): number {
  let bytes = 2 + varintBytes(index) + textBytes(key) + textBytes(value)
  let count = 0
  for (const name in headers) {
    count += 1
    bytes += textBytes(name) + textBytes(headers[name] ?? '')
  }
  return bytes + varintBytes(count)
}

function writeRecord(writer: Writer, { key, value, headers = {} }: NewRecord, index: number): void {
  writer.varint(0)
  writer.varint(0)
  writer.varint(index)
  writer.text(key)
  writer.text(value)
  const names = Object.keys(headers)
  writer.varint(names.length)
  for (const name of names) {
    writer.text(name)
    writer.text(headers[name] ?? '')
  }
}

function textBytes(text: string): number {
  const bytes = Buffer.byteLength(text)
  return varintBytes(bytes) + bytes
}

/** Of a number that is not negative: in zigzag form it is doubled. */
function varintBytes(value: number): number {
  let left = value * 2
  let bytes = 1
  for (; left > 0x7f; bytes += 1) left = Math.floor(left / 128)
  return bytes
}

class Writer {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  varint(value: number): void {
    let left = value * 2
    while (left > 0x7f) {
      this.#bytes[this.#at++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#at++] = left
  }

  text(text: string): void {
    const bytes = Buffer.byteLength(text)
    this.varint(bytes)
    this.#at += this.#bytes.write(text, this.#at, bytes, bytes === text.length ? 'latin1' : 'utf8')
  }
}

/** The murmur2 of the protocol's own clients: the same key goes to the same partition whoever sends it. */
export function keyHash(key: string): number {
  const bytes = Buffer.from(key)
  const m = 0x5bd1e995
  let hash = 0x9747b28c ^ bytes.length
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) {
    let k = bytes.readInt32LE(at)
    k = Math.imul(k, m)
    k ^= k >>> 24
    hash = Math.imul(hash, m) ^ Math.imul(k, m)
  }
  if (at < bytes.length) {
    for (let last = bytes.length - 1; last >= at; last -= 1) hash ^= (bytes[last] ?? 0) << (8 * (last - at))
    hash = Math.imul(hash, m)
  }
  hash ^= hash >>> 13
  hash = Math.imul(hash, m)
  return (hash ^ (hash >>> 15)) >>> 0
}

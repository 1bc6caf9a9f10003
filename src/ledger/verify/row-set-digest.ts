import { randomInt } from 'node:crypto'

/**
 * Compares large sets of rows in different orders, without storing them. Each row is hashed with a key drawn for this
 * run, and the hashes are summed in buckets. Equal sets leave all buckets at zero. Other sets do not, except with a
 * chance of 2^-64.
 */
export type RowSetDigest = {
  /** `key` selects the bucket. */
  readonly add: (key: number, row: RowWords) => void
  readonly remove: (key: number, row: RowWords) => void
  readonly differences: () => number[]
}

const buckets = 4_096
/** {@link bucketOf} in SQL. */
export const bucketSql = (key: string): string => `((${key} >> 14) & ${buckets - 1})`

/** Neighboring keys, such as positions of one batch, share a bucket. */
export function bucketOf(key: number): number {
  return ((Math.floor(key / 16_384) % buckets) + buckets) % buckets
}

const wordsMax = 16

export function createRowSetDigest(): RowSetDigest {
  const counts = new Int32Array(buckets)
  const first = new Int32Array(buckets)
  const second = new Int32Array(buckets)
  const keys = Int32Array.from({ length: wordsMax * 4 }, () => randomInt(2 ** 32))

  const sum = (key: number, { words, length }: RowWords, sign: 1 | -1): void => {
    let one = length
    let two = ~length
    for (let at = 0; at < length; at += 1) {
      const word = words[at] ?? 0
      one = Math.imul(one ^ word ^ (keys[at * 4] ?? 0), (keys[at * 4 + 1] ?? 0) | 1)
      one ^= one >>> 15
      two = Math.imul(two ^ word ^ (keys[at * 4 + 2] ?? 0), (keys[at * 4 + 3] ?? 0) | 1)
      two ^= two >>> 13
    }
    const bucket = bucketOf(key)
    counts[bucket] = (counts[bucket] ?? 0) + sign
    first[bucket] = ((first[bucket] ?? 0) + sign * mixed(one)) | 0
    second[bucket] = ((second[bucket] ?? 0) + sign * mixed(two)) | 0
  }

  return {
    add: (key, row) => sum(key, row, 1),
    remove: (key, row) => sum(key, row, -1),
    differences: () =>
      Array.from(counts.keys()).filter((bucket) => counts[bucket] !== 0 || first[bucket] !== 0 || second[bucket] !== 0),
  }
}

/** The finalizer of MurmurHash3. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** The words of a row, written one after the other. Clear it for the next row. */
export class RowWords {
  readonly words = new Int32Array(wordsMax)
  #length = 0

  get length(): number {
    return this.#length
  }

  clear(): void {
    this.#length = 0
  }

  int32(value: number): void {
    this.words[this.#length] = value
    this.#length += 1
  }

  /** Two words of an integer up to 2^53 either way. */
  number(value: number): void {
    this.int32(Math.floor(value / 4_294_967_296))
    this.int32(value | 0)
  }

  /** Two words of a 64-bit integer. */
  bigint(value: bigint): void {
    this.int32(Number(BigInt.asIntN(32, value >> 32n)))
    this.int32(Number(BigInt.asIntN(32, value)))
  }
}

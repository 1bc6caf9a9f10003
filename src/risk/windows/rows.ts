import type { Timestamp } from '#kernel'
import type { Item, Series } from './series.ts'

/** One for each key of a series. Whoever changes rows of the key locks this one first. */
export type HeadRow = {
  readonly series: string
  readonly key: string
  /** Number of its edge rows. */
  readonly events: number
  /** Earlier events are not kept: their time has passed, or the key had too many. */
  readonly forgottenBefore: Timestamp
  /** The highest position that was applied. */
  readonly position: number
}

/** What all events of one stretch of time come to: `bucketMicros` of the series, from `start` on. */
export type BucketRow = {
  readonly series: string
  readonly key: string
  readonly start: Timestamp
  readonly count: number
  readonly sum: bigint
  /** Of the squares of the values; 0 where no window needs it. */
  readonly squares: bigint
  readonly minimum: bigint | null
  readonly maximum: bigint | null
  /** Each value with its number. `null` where no window needs it, or beyond `valuesMax`: then a read uses the edges. */
  readonly values: readonly (readonly [bigint | string, number])[] | null
  readonly firstAt: Timestamp
  readonly lastAt: Timestamp
  readonly lastPosition: number
}

/** One event. It is read where an end of a window falls between the events of a bucket, and it shows repeated ids. */
export type EdgeRow = Item & {
  readonly series: string
  readonly key: string
}

export type Rows = {
  readonly head: HeadRow
  readonly buckets: readonly BucketRow[]
  readonly edges: readonly EdgeRow[]
}

/** What to write: upsert `head` and `buckets`, insert `edges`; first delete what ends at or before `forget`. */
export type ChangedRows = {
  readonly head: HeadRow
  readonly buckets: readonly BucketRow[]
  readonly edges: readonly EdgeRow[]
  /**
   * Delete edge rows with `at` before it, and bucket rows with `start` before it. Every bucket that begins before it and
   * keeps events is in `buckets`.
   */
  readonly forget?: Timestamp
}

/** Rows as JSON, with whole numbers of any size as digits, as PostgreSQL gives its `numeric`. */
export type StoredRows = {
  readonly head: HeadRow
  readonly buckets: readonly (Omit<BucketRow, 'sum' | 'squares' | 'minimum' | 'maximum' | 'values'> & {
    readonly sum: string
    readonly squares: string
    readonly minimum: string | null
    readonly maximum: string | null
    readonly values: readonly (readonly [string, number])[] | null
  })[]
  readonly edges: readonly (Omit<EdgeRow, 'value'> & { readonly value: string | null })[]
}

export function encodeRows({ head, buckets, edges }: Rows): StoredRows {
  return {
    head,
    buckets: buckets.map((bucket) => ({
      ...bucket,
      sum: String(bucket.sum),
      squares: String(bucket.squares),
      minimum: bucket.minimum === null ? null : String(bucket.minimum),
      maximum: bucket.maximum === null ? null : String(bucket.maximum),
      values: bucket.values?.map(([value, count]) => [String(value), count] as const) ?? null,
    })),
    edges: edges.map((edge) => ({ ...edge, value: edge.value === null ? null : String(edge.value) })),
  }
}

export function decodeRows(series: Series, { head, buckets, edges }: StoredRows): Rows {
  const decode = (text: string) => (series.valueKind === 'text' ? text : BigInt(text))
  return {
    head,
    buckets: buckets.map((bucket) => ({
      ...bucket,
      sum: BigInt(bucket.sum),
      squares: BigInt(bucket.squares),
      minimum: bucket.minimum === null ? null : BigInt(bucket.minimum),
      maximum: bucket.maximum === null ? null : BigInt(bucket.maximum),
      values: bucket.values?.map(([value, count]) => [decode(value), count] as const) ?? null,
    })),
    edges: edges.map((edge) => ({ ...edge, value: edge.value === null ? null : decode(edge.value) })),
  }
}

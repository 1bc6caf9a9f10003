import type { Timestamp } from '#kernel'
import type { BucketRow, EdgeRow } from './rows.ts'
import type { Series } from './series.ts'

/** Different values of a bucket that are kept beside its sums. */
export const valuesMax = 128

export function startOf(at: Timestamp, { bucketMicros }: Pick<Series, 'bucketMicros'>): Timestamp {
  return Math.floor(at / bucketMicros) * bucketMicros
}

/** Index of the first bucket that starts at or after `start`. */
export function bucketIndex(buckets: readonly BucketRow[], start: Timestamp): number {
  let [low, high] = [0, buckets.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((buckets[middle] as BucketRow).start < start) low = middle + 1
    else high = middle
  }
  return low
}

/** Index of the first edge at or after `at`. */
export function edgeIndex(edges: readonly EdgeRow[], at: Timestamp): number {
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((edges[middle] as EdgeRow).at < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The bucket with one more event. */
export function bucketWith(series: Series, bucket: BucketRow | undefined, edge: EdgeRow): BucketRow {
  const from = bucket ?? emptyBucket(series, edge)
  const number = typeof edge.value === 'bigint' ? edge.value : null
  return {
    series: from.series,
    key: from.key,
    start: from.start,
    count: from.count + 1,
    sum: number === null ? from.sum : from.sum + number,
    squares: number === null || !series.keepsSquares ? from.squares : from.squares + number * number,
    minimum: number === null || (from.minimum !== null && from.minimum <= number) ? from.minimum : number,
    maximum: number === null || (from.maximum !== null && from.maximum >= number) ? from.maximum : number,
    values: from.values === null || edge.value === null ? from.values : valuesWith(from.values, edge.value),
    firstAt: Math.min(from.firstAt, edge.at),
    lastAt: Math.max(from.lastAt, edge.at),
    lastPosition: Math.max(from.lastPosition, edge.position),
  }
}

function emptyBucket(series: Series, { key, at, position }: EdgeRow): BucketRow {
  return {
    series: series.id,
    key,
    start: startOf(at, series),
    count: 0,
    sum: 0n,
    squares: 0n,
    minimum: null,
    maximum: null,
    values: series.keepsValues ? [] : null,
    firstAt: at,
    lastAt: at,
    lastPosition: position,
  }
}

function valuesWith(values: NonNullable<BucketRow['values']>, value: bigint | string): BucketRow['values'] {
  const known = values.findIndex(([other]) => other === value)
  if (known === -1) return values.length < valuesMax ? [...values, [value, 1]] : null
  const changed = values.slice()
  changed[known] = [value, (values[known]?.[1] ?? 0) + 1]
  return changed
}

/** All buckets of these edges. */
export function bucketsOf(series: Series, edges: Iterable<EdgeRow>): BucketRow[] {
  const buckets = new Map<Timestamp, BucketRow>()
  for (const edge of edges) {
    const start = startOf(edge.at, series)
    buckets.set(start, bucketWith(series, buckets.get(start), edge))
  }
  return [...buckets.values()]
}

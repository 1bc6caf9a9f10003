import { assert, type Timestamp } from '#kernel'
import { bucketIndex, edgeIndex, startOf } from './buckets.ts'
import type { KeyRows } from './key-rows.ts'
import type { BucketRow, EdgeRow } from './rows.ts'
import type { Aggregate, Series } from './series.ts'
import { createTally, type Tally, type WindowValue } from './tally.ts'

export type WindowRead = {
  readonly aggregate: Aggregate
  readonly percentile?: number
  readonly lengthMicros: number
  readonly at: Timestamp
  /** Only events that had arrived by this position: what a read then saw. */
  readonly asOf?: number
}

/** Both ends in microseconds: events after `after`, up to and with `to`, that had arrived by `asOf`. */
type Span = { readonly after: Timestamp; readonly to: Timestamp; readonly asOf: number }

type Visitor = {
  readonly needsValues: boolean
  readonly whole: (bucket: BucketRow) => void
  readonly cut: (bucket: BucketRow) => void
}

/** `rows` is `undefined` for a key without any. */
export function readWindow(series: Series, rows: KeyRows | undefined, read: WindowRead): WindowValue {
  const floor = Math.max(series.since, rows?.head.forgottenBefore ?? 0)
  const tally = createTally(read.aggregate, read.percentile)
  if (rows) {
    const span = spanOf(floor, read)
    visit(series, rows, span, {
      needsValues: tally.needsValues,
      whole: tally.addBucket,
      cut: (bucket) => addEdges(series, rows, { bucket, span, tally }),
    })
  }
  const isComplete = read.at - read.lengthMicros + 1 >= floor
  return isComplete
    ? tally.value()
    : tally.bound({ completeFrom: floor, mayBeNegative: series.valueKind === 'integer' })
}

/** Starts of the buckets whose edge rows the reads need. */
export function edgesToLoad(series: Series, rows: KeyRows, reads: readonly WindowRead[]): Timestamp[] {
  const floor = Math.max(series.since, rows.head.forgottenBefore)
  const starts = new Set<Timestamp>()
  for (const read of reads) {
    visit(series, rows, spanOf(floor, read), {
      needsValues: createTally(read.aggregate, read.percentile).needsValues,
      whole: () => {},
      cut: ({ start }) => starts.add(start),
    })
  }
  return [...starts].sort((one, other) => one - other)
}

function spanOf(floor: Timestamp, { at, lengthMicros, asOf = Number.POSITIVE_INFINITY }: WindowRead): Span {
  return { after: Math.max(at - lengthMicros, floor - 1), to: at, asOf }
}

/** A bucket is taken whole if all of its events are within the span. What is stored of it says so. */
function visit(series: Series, { buckets }: KeyRows, { after, to, asOf }: Span, visitor: Visitor): void {
  for (let index = bucketIndex(buckets, startOf(after, series)); index < buckets.length; index += 1) {
    const bucket = buckets[index] as BucketRow
    if (bucket.start > to) break
    if (bucket.lastAt <= after || bucket.firstAt > to) continue
    const isInside = bucket.firstAt > after && bucket.lastAt <= to && bucket.lastPosition <= asOf
    if (isInside && !(visitor.needsValues && bucket.values === null)) visitor.whole(bucket)
    else visitor.cut(bucket)
  }
}

type Cut = { readonly bucket: BucketRow; readonly span: Span; readonly tally: Tally }

function addEdges(series: Series, { edges }: KeyRows, { bucket, span: { after, to, asOf }, tally }: Cut): void {
  const first = edgeIndex(edges, bucket.start)
  const end = first + bucket.count
  const isLoaded = end <= edges.length && edges[end - 1]?.at === bucket.lastAt
  assert(
    isLoaded && edgeIndex(edges, bucket.start + series.bucketMicros) === end,
    `edges of ${bucket.start} are not loaded`,
  )
  for (let index = Math.max(first, edgeIndex(edges, after + 1)); index < end; index += 1) {
    const edge = edges[index] as EdgeRow
    if (edge.at > to) break
    if (edge.position <= asOf) tally.addEdge(edge)
  }
}

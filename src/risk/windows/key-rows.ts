import type { Timestamp } from '#kernel'
import { bucketIndex, edgeIndex } from './buckets.ts'
import type { BucketRow, ChangedRows, EdgeRow, HeadRow, Rows } from './rows.ts'
import type { Series } from './series.ts'

/**
 * The rows of one key in memory, so that `applyItems` and `readWindow` find them quickly. All bucket rows must be there;
 * edge rows only of the buckets that `edgesToLoad` names, and those with the ids that are applied.
 */
export type KeyRows = {
  head: HeadRow
  /** By start. */
  readonly buckets: BucketRow[]
  /** By time and position. */
  readonly edges: EdgeRow[]
  /** Of the edges, with their times. */
  readonly ids: Map<string, Timestamp>
}

type NewKey = { readonly key: string; readonly forgottenBefore?: Timestamp }

export function emptyKey(series: Series, { key, forgottenBefore = 0 }: NewKey): KeyRows {
  return {
    head: { series: series.id, key, events: 0, forgottenBefore, position: -1 },
    buckets: [],
    edges: [],
    ids: new Map(),
  }
}

export function indexRows(series: Series, rows: Rows): KeyRows {
  const indexed = emptyKey(series, { key: rows.head.key })
  absorb(indexed, rows)
  return indexed
}

export function rowsOf({ head, buckets, edges }: KeyRows): Rows {
  return { head, buckets: [...buckets], edges: [...edges] }
}

/** Brings the rows in memory to where the database is after it has written `changed`. */
export function absorb(rows: KeyRows, changed: ChangedRows): void {
  if (changed.forget !== undefined) forget(rows, changed.forget)
  rows.head = changed.head
  for (const bucket of changed.buckets) putBucket(rows.buckets, bucket)
  for (const edge of changed.edges) {
    putEdge(rows.edges, edge)
    rows.ids.set(edge.id, edge.at)
  }
}

function putBucket(buckets: BucketRow[], bucket: BucketRow): void {
  const last = buckets.at(-1)
  if (last === undefined || last.start < bucket.start) {
    buckets.push(bucket)
    return
  }
  const index = last.start === bucket.start ? buckets.length - 1 : bucketIndex(buckets, bucket.start)
  if (buckets[index]?.start === bucket.start) buckets[index] = bucket
  else buckets.splice(index, 0, bucket)
}

function putEdge(edges: EdgeRow[], edge: EdgeRow): void {
  const last = edges.at(-1)
  if (last === undefined || last.at < edge.at || (last.at === edge.at && last.position <= edge.position)) {
    edges.push(edge)
    return
  }
  let index = edgeIndex(edges, edge.at)
  while (edges[index]?.at === edge.at && (edges[index]?.position ?? 0) < edge.position) index += 1
  edges.splice(index, 0, edge)
}

function forget({ buckets, edges, ids }: KeyRows, before: Timestamp): void {
  const gone = bucketIndex(buckets, before)
  if (gone === 0) return
  buckets.splice(0, gone)
  for (const { id } of edges.splice(0, edgeIndex(edges, before))) ids.delete(id)
}

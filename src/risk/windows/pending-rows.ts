import type { Timestamp } from '#kernel'
import type { KeyRows } from './key-rows.ts'
import type { BucketRow, ChangedRows, EdgeRow } from './rows.ts'

/** What of one key is not written yet, over several calls of `applyItems`. */
export type PendingRows = {
  readonly add: (changed: ChangedRows) => void
  readonly take: (rows: KeyRows) => ChangedRows
}

export function createPendingRows(): PendingRows {
  const buckets = new Map<Timestamp, BucketRow>()
  let edges: EdgeRow[] = []
  let forget: Timestamp | undefined

  const forgetPending = (before: Timestamp) => {
    forget = before
    edges = edges.filter(({ at }) => at >= before)
    for (const start of buckets.keys()) if (start < before) buckets.delete(start)
  }

  return {
    add: (changed) => {
      if (changed.forget !== undefined) forgetPending(changed.forget)
      for (const bucket of changed.buckets) buckets.set(bucket.start, bucket)
      for (const edge of changed.edges) edges.push(edge)
    },
    take: ({ head }) => ({
      head,
      buckets: [...buckets.values()],
      edges,
      ...(forget !== undefined && { forget }),
    }),
  }
}

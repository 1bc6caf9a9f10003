import { assert, type Timestamp } from '#kernel'
import { bucketIndex, bucketsOf, bucketWith, startOf } from './buckets.ts'
import { absorb, emptyKey, type KeyRows } from './key-rows.ts'
import type { BucketRow, ChangedRows, EdgeRow, HeadRow, Rows } from './rows.ts'
import type { Item, Series } from './series.ts'

/** `too_old` and `too_early` events are in no window. `too_old`: no window that ends now would have it. */
export type ItemOutcome = 'counted' | 'repeated' | 'too_old' | 'too_early'

export type Applied = {
  readonly changed: ChangedRows
  /** In the order of the items. */
  readonly outcomes: readonly ItemOutcome[]
}

export type ItemBatch = {
  /** In the order of their positions. */
  readonly items: readonly Item[]
  /** When they arrive. What is kept depends on this time, so that no event can push out others by its own. */
  readonly now: Timestamp
}

/** A clock of another system may be ahead by so much. */
export const aheadMaxMicros = 300 * 1_000_000

/** What items change in the rows of their key. The rows themselves stay as they are: see `absorb`. */
export function applyItems(series: Series, rows: KeyRows, { items, now }: ItemBatch): Applied {
  const horizon = horizonOf(series, rows.head, now)
  const edges: EdgeRow[] = []
  const outcomes: ItemOutcome[] = []
  // Only where there are several can one repeat another of them.
  const added = items.length > 1 ? new Set<string>() : undefined
  let { position } = rows.head
  for (const item of items) {
    const outcome = added?.has(item.id) ? 'repeated' : outcomeOf(rows, item, { horizon, now })
    outcomes.push(outcome)
    position = Math.max(position, item.position)
    if (outcome !== 'counted') continue
    added?.add(item.id)
    edges.push({
      series: series.id,
      key: rows.head.key,
      id: item.id,
      at: item.at,
      position: item.position,
      value: item.value,
    })
  }
  const { head, forget } = forgetBefore(rows, horizon)
  const next = { ...head, position, events: head.events + edges.length }
  const buckets = bucketsAfter(series, rows, edges)
  const changed = forget === undefined ? { head: next, buckets, edges } : { head: next, buckets, edges, forget }
  return { changed: next.events > series.eventsMax ? withinBound(series, rows, changed) : changed, outcomes }
}

function outcomeOf(
  { ids }: KeyRows,
  { id, at }: Item,
  { horizon, now }: { readonly horizon: Timestamp; readonly now: Timestamp },
): ItemOutcome {
  if (at < horizon) return 'too_old'
  if (at > now + aheadMaxMicros) return 'too_early'
  return (ids.get(id) ?? -1) >= horizon ? 'repeated' : 'counted'
}

/** What the passing of time deletes of a key. The job that deletes for keys without new events writes this. */
export function expireRows(series: Series, rows: KeyRows, now: Timestamp): ChangedRows | undefined {
  const { head, forget } = forgetBefore(rows, horizonOf(series, rows.head, now))
  return forget === undefined ? undefined : { head, buckets: [], edges: [], forget }
}

/** On a boundary of buckets, so that none is cut. */
function horizonOf(series: Series, head: HeadRow, now: Timestamp): Timestamp {
  return Math.max(head.forgottenBefore, startOf(now - series.retentionMicros, series))
}

function forgetBefore({ head, buckets }: KeyRows, horizon: Timestamp): { head: HeadRow; forget?: Timestamp } {
  if (horizon === head.forgottenBefore) return { head }
  let events = head.events
  for (let index = bucketIndex(buckets, horizon) - 1; index >= 0; index -= 1) events -= buckets[index]?.count ?? 0
  return { head: { ...head, events, forgottenBefore: horizon }, forget: horizon }
}

function bucketsAfter(series: Series, { buckets }: KeyRows, edges: readonly EdgeRow[]): BucketRow[] {
  const [first] = edges
  if (first && edges.length === 1) return [bucketWith(series, findBucket(buckets, startOf(first.at, series)), first)]
  const changed = new Map<Timestamp, BucketRow>()
  for (const edge of edges) {
    const start = startOf(edge.at, series)
    changed.set(start, bucketWith(series, changed.get(start) ?? findBucket(buckets, start), edge))
  }
  return [...changed.values()]
}

function findBucket(buckets: readonly BucketRow[], start: Timestamp): BucketRow | undefined {
  const last = buckets.at(-1)
  if (last === undefined || last.start < start) return undefined
  const found = last.start === start ? last : buckets[bucketIndex(buckets, start)]
  return found?.start === start ? found : undefined
}

/** The key has too many events: the oldest quarter goes, and windows that reach behind it know that they are incomplete. */
function withinBound(series: Series, rows: KeyRows, changed: ChangedRows): ChangedRows {
  const forgotten = changed.forget ?? 0
  const kept = rows.edges.filter(({ at }) => at >= forgotten)
  assert(kept.length + changed.edges.length === changed.head.events, 'all edges of a key at its bound must be loaded')
  const all = [...kept, ...changed.edges].sort((one, other) => one.at - other.at)
  const excess = Math.max(all.length - Math.floor(series.eventsMax * 0.75), 1)
  const cut = cutAfter(all, excess)
  const edges = all.filter(({ at }) => at >= cut)
  return {
    head: { ...changed.head, events: edges.length, forgottenBefore: cut },
    buckets: bucketsOf(series, edges),
    edges: changed.edges.filter(({ at }) => at >= cut),
    forget: cut,
  }
}

/** A time that splits no moment, with at least `excess` events before it. */
function cutAfter(sorted: readonly EdgeRow[], excess: number): Timestamp {
  return (sorted[excess - 1] as EdgeRow).at + 1
}

/** The rows that these edges make: to change the sizes of buckets, to load a history, or to check stored rows. */
export function rebuildRows(series: Series, { head, edges }: Pick<Rows, 'head' | 'edges'>): KeyRows {
  const rows = emptyKey(series, { key: head.key })
  const kept = edges.filter(({ at }) => at >= head.forgottenBefore)
  absorb(rows, {
    head: { ...head, series: series.id, events: kept.length },
    buckets: bucketsOf(series, kept),
    edges: kept.map((edge) => ({ ...edge, series: series.id })),
  })
  return rows
}

/** One key of two owners. An event that both have counts once, by its first arrival. */
export function mergeRows(series: Series, one: Rows, other: Rows): KeyRows {
  const byId = new Map<string, EdgeRow>()
  for (const edge of [...one.edges, ...other.edges]) {
    const known = byId.get(edge.id)
    if (known === undefined || edge.position < known.position) byId.set(edge.id, edge)
  }
  const head = {
    ...one.head,
    forgottenBefore: Math.max(one.head.forgottenBefore, other.head.forgottenBefore),
    position: Math.max(one.head.position, other.head.position),
  }
  return rebuildRows(series, { head, edges: [...byId.values()] })
}

import type { Timestamp } from '#kernel'

export type Aggregate = 'count' | 'sum' | 'average' | 'minimum' | 'maximum' | 'distinct' | 'deviation' | 'percentile'

/** `amount`: of one asset, in minor units, and never negative. */
export type ValueKind = 'amount' | 'integer' | 'text'

/** Windows with the same key, filter and value share one series: what is stored of its keys serves them all. */
export type Series = {
  readonly id: string
  /** A series without values only counts. */
  readonly valueKind: ValueKind | undefined
  readonly keepsSquares: boolean
  readonly keepsValues: boolean
  readonly bucketMicros: number
  readonly retentionMicros: number
  /** Kept events of one key. At the bound, the oldest quarter is forgotten. */
  readonly eventsMax: number
  /** Earlier events were not collected. */
  readonly since: Timestamp
}

export type SeriesOptions = {
  readonly since: Timestamp
  /** How much longer than the longest window events are kept, for late events and for reads of the past. */
  readonly lateSeconds?: number
  readonly eventsMax?: number
}

export type SeriesUses = {
  readonly id: string
  readonly valueKind: ValueKind | undefined
  /** The windows that read it. */
  readonly windows: readonly { readonly aggregate: Aggregate; readonly lengthSeconds: number }[]
}

export type Item = {
  readonly id: string
  readonly at: Timestamp
  readonly position: number
  /** `null` in a series without values. */
  readonly value: bigint | string | null
}

const microsPerSecond = 1_000_000
const bucketChoicesSeconds = [1, 5, 10, 30, 60, 300, 900, 1800, 3600, 7200, 21_600]
/** Of one key. More buckets make reads slower, larger ones have more events at the ends of a window. */
const bucketsMax = 400

export const seriesDefaults = { lateSeconds: 3600, eventsMax: 10_000 } as const

export function createSeries({ id, valueKind, windows }: SeriesUses, options: SeriesOptions): Series {
  const { lateSeconds, eventsMax } = { ...seriesDefaults, ...options }
  const retentionSeconds = Math.max(...windows.map((window) => window.lengthSeconds)) + lateSeconds
  const has = (...aggregates: readonly Aggregate[]) => windows.some(({ aggregate }) => aggregates.includes(aggregate))
  return {
    id,
    valueKind,
    keepsSquares: has('deviation'),
    keepsValues: has('distinct', 'percentile'),
    bucketMicros: bucketSecondsFor(retentionSeconds) * microsPerSecond,
    retentionMicros: retentionSeconds * microsPerSecond,
    eventsMax,
    since: options.since,
  }
}

function bucketSecondsFor(retentionSeconds: number): number {
  const least = retentionSeconds / bucketsMax
  return bucketChoicesSeconds.find((seconds) => seconds >= least) ?? Math.ceil(least)
}

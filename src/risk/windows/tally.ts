import type { Timestamp } from '#kernel'
import type { BucketRow, EdgeRow } from './rows.ts'
import type { Aggregate } from './series.ts'

/**
 * `count`, `distinct` and `deviation` are numbers, all others bigints. `completeFrom`: earlier events were not
 * collected or are forgotten, so that the number is only a bound, or there is none.
 */
export type WindowValue =
  | { readonly kind: 'exact'; readonly value: bigint | number }
  /** There is no event, and so no average, minimum, maximum, deviation or percentile. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'at_least' | 'at_most'; readonly value: bigint | number; readonly completeFrom: Timestamp }
  | { readonly kind: 'missing'; readonly completeFrom: Timestamp }

export type Tally = {
  readonly needsValues: boolean
  readonly addBucket: (bucket: BucketRow) => void
  readonly addEdge: (edge: EdgeRow) => void
  readonly value: () => WindowValue
  readonly bound: (limits: { readonly completeFrom: Timestamp; readonly mayBeNegative: boolean }) => WindowValue
}

type Sums = {
  count: number
  sum: bigint
  squares: bigint
  least: bigint | null
  most: bigint | null
  readonly values: Map<bigint | string, number> | undefined
}

type Part = {
  readonly bucket?: (sums: Sums, bucket: BucketRow) => void
  readonly edge?: (sums: Sums, value: bigint) => void
}

/** What an aggregate collects beside the number of events and, if it needs values, these. */
const parts: Readonly<Record<Aggregate, Part>> = {
  count: {},
  distinct: {},
  percentile: {},
  sum: { bucket: addSum, edge: (sums, value) => addSum(sums, { sum: value }) },
  average: { bucket: addSum, edge: (sums, value) => addSum(sums, { sum: value }) },
  minimum: {
    bucket: (sums, { minimum }) => minimum !== null && lower(sums, minimum),
    edge: lower,
  },
  maximum: {
    bucket: (sums, { maximum }) => maximum !== null && raise(sums, maximum),
    edge: raise,
  },
  deviation: {
    bucket: (sums, bucket) => {
      addSum(sums, bucket)
      sums.squares += bucket.squares
    },
    edge: (sums, value) => {
      sums.sum += value
      sums.squares += value * value
    },
  },
}

function addSum(sums: Sums, { sum }: { readonly sum: bigint }): void {
  sums.sum += sum
}

function lower(sums: Sums, value: bigint): void {
  if (sums.least === null || value < sums.least) sums.least = value
}

function raise(sums: Sums, value: bigint): void {
  if (sums.most === null || value > sums.most) sums.most = value
}

export function createTally(aggregate: Aggregate, percentile = 50): Tally {
  const needsValues = aggregate === 'distinct' || aggregate === 'percentile'
  const values = needsValues ? new Map<bigint | string, number>() : undefined
  const sums: Sums = { count: 0, sum: 0n, squares: 0n, least: null, most: null, values }
  const part = parts[aggregate]
  const addValue = (value: bigint | string, count: number) => values?.set(value, (values.get(value) ?? 0) + count)
  return {
    needsValues,
    addBucket: (bucket) => {
      sums.count += bucket.count
      part.bucket?.(sums, bucket)
      if (values) for (const [value, count] of bucket.values ?? []) addValue(value, count)
    },
    addEdge: ({ value }) => {
      sums.count += 1
      if (typeof value === 'bigint') part.edge?.(sums, value)
      if (values && value !== null) addValue(value, 1)
    },
    value: () => exactValue(sums, aggregate, percentile),
    bound: ({ completeFrom, mayBeNegative }) => {
      const known = exactValue(sums, aggregate, percentile)
      const kind = aggregate === 'sum' && mayBeNegative ? undefined : bounds[aggregate]
      if (known.kind !== 'exact' || kind === undefined) return { kind: 'missing', completeFrom }
      return { kind, value: known.value, completeFrom }
    },
  }
}

/** What the known part of the events says about all of them. */
const bounds: Readonly<Partial<Record<Aggregate, 'at_least' | 'at_most'>>> = {
  count: 'at_least',
  distinct: 'at_least',
  sum: 'at_least',
  maximum: 'at_least',
  minimum: 'at_most',
}

function exactValue(sums: Sums, aggregate: Aggregate, percentile: number): WindowValue {
  if (aggregate === 'count') return { kind: 'exact', value: sums.count }
  if (aggregate === 'sum') return { kind: 'exact', value: sums.sum }
  if (aggregate === 'distinct') return { kind: 'exact', value: sums.values?.size ?? 0 }
  if (sums.count === 0) return { kind: 'empty' }
  return { kind: 'exact', value: valueOfSome(sums, aggregate, percentile) }
}

function valueOfSome(
  sums: Sums,
  aggregate: Exclude<Aggregate, 'count' | 'sum' | 'distinct'>,
  percentile: number,
): bigint | number {
  switch (aggregate) {
    case 'minimum':
      return sums.least ?? 0n
    case 'maximum':
      return sums.most ?? 0n
    case 'average':
      return divideHalfUp({ dividend: sums.sum, divisor: BigInt(sums.count) })
    case 'deviation':
      return deviationOf(sums)
    case 'percentile':
      return percentileOf(sums, percentile)
  }
}

/** Rounds to the nearest whole number, and a half away from zero. */
export function divideHalfUp({ dividend, divisor }: { readonly dividend: bigint; readonly divisor: bigint }): bigint {
  const isNegative = dividend < 0n
  const size = isNegative ? -dividend : dividend
  const rounded = (size * 2n + divisor) / (divisor * 2n)
  return isNegative ? -rounded : rounded
}

/** Of the population. n²·variance is exact; only the root and the quotient are rounded, each to the nearest double. */
function deviationOf({ count, sum, squares }: Sums): number {
  return Math.sqrt(Number(BigInt(count) * squares - sum * sum)) / count
}

/** The nearest rank: the smallest value that at least `percentile` of a hundred events do not exceed. */
function percentileOf({ count, values }: Sums, percentile: number): bigint {
  const rank = Math.ceil((count * Math.round(percentile * 100)) / 10_000)
  const sorted = [...((values ?? []) as Map<bigint, number>)].sort(([one], [other]) => (one < other ? -1 : 1))
  let passed = 0
  for (const [value, number] of sorted) {
    passed += number
    if (passed >= rank) return value
  }
  return sorted.at(-1)?.[0] ?? 0n
}

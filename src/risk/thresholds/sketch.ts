/**
 * A quantile sketch with logarithmic bins (DDSketch): a quantile of it is within `accuracy` of the true one, relative to
 * its value. Bins are bounded by the range of values: sizes from 1e-9 to 2^63 make at most 3,300 on each side of zero, so
 * none is ever merged and the error always holds. Smaller sizes count as zero.
 */
export type Sketch = {
  readonly count: number
  /** Index and number of values, by index: above zero for positive values, below for negative, and 0 for zero. */
  readonly bins: readonly (readonly [number, number])[]
}

export const accuracy = 0.01

export const emptySketch: Sketch = { count: 0, bins: [] }

const gamma = (1 + accuracy) / (1 - accuracy)
const logGamma = Math.log(gamma)
const least = 1e-9
const most = 2 ** 63

function indexOf(value: number): number {
  const size = Math.min(Math.abs(value), most)
  if (!(size >= least)) return 0
  const index = Math.ceil(Math.log(size / least) / logGamma) + 1
  return value < 0 ? -index : index
}

/** At most `accuracy` away from every value of the bin. */
export function valueOfBin(index: number): number {
  if (index === 0) return 0
  const size = (2 * least * gamma ** (Math.abs(index) - 1)) / (gamma + 1)
  return index < 0 ? -size : size
}

/** Values that are no numbers are left out. */
export function addToSketch(sketch: Sketch, values: readonly number[]): Sketch {
  const bins = new Map(sketch.bins)
  let count = sketch.count
  for (const value of values) {
    if (Number.isNaN(value)) continue
    const index = indexOf(value)
    bins.set(index, (bins.get(index) ?? 0) + 1)
    count += 1
  }
  return { count, bins: sorted(bins) }
}

export function mergeSketches(sketches: readonly Sketch[]): Sketch {
  const bins = new Map<number, number>()
  for (const sketch of sketches) {
    for (const [index, count] of sketch.bins) bins.set(index, (bins.get(index) ?? 0) + count)
  }
  return { count: sketches.reduce((sum, { count }) => sum + count, 0), bins: sorted(bins) }
}

function sorted(bins: Map<number, number>): [number, number][] {
  return [...bins].sort(([one], [other]) => one - other)
}

/** `undefined` of an empty sketch. `quantile` is from 0 to 1. */
export function quantileOf(sketch: Sketch, quantile: number): number | undefined {
  return weightedQuantile(
    sketch.bins.map(([index, count]) => [valueOfBin(index), count]),
    quantile,
  )
}

/** By the nearest rank, of values in ascending order. */
function weightedQuantile(weighted: readonly (readonly [number, number])[], quantile: number): number | undefined {
  const total = weighted.reduce((sum, [, count]) => sum + count, 0)
  const rank = Math.max(1, Math.ceil(total * quantile))
  let passed = 0
  for (const [value, count] of weighted) {
    passed += count
    if (passed >= rank) return value
  }
  return undefined
}

/** The median, and the median of the distances from it. */
export function spreadOf(sketch: Sketch): { readonly median: number; readonly mad: number } | undefined {
  const median = quantileOf(sketch, 0.5)
  if (median === undefined) return undefined
  const distances = sketch.bins
    .map(([index, count]) => [Math.abs(valueOfBin(index) - median), count] as const)
    .sort(([one], [other]) => one - other)
  return { median, mad: weightedQuantile(distances, 0.5) ?? 0 }
}

/** How many values are above, give or take those that `accuracy` cannot tell from `value`. */
export function countAbove(sketch: Sketch, value: number): { readonly least: number; readonly most: number } {
  const own = indexOf(value)
  let [fewest, unsure] = [0, 0]
  for (const [index, count] of sketch.bins) {
    if (index > own) fewest += count
    else if (index === own) unsure += count
  }
  return { least: fewest, most: fewest + unsure }
}

/** A bin has the values above `low`, up to and with `high`; of a negative bin, those from `low`, below `high`. */
export function binRange(index: number): { readonly low: number; readonly high: number } {
  const value = valueOfBin(index)
  const [small, large] = [value / (1 + accuracy), value / (1 - accuracy)]
  if (index === 0) return { low: -least, high: least }
  return index > 0 ? { low: small, high: large } : { low: large, high: small }
}

import { binRange, quantileOf, type Sketch, spreadOf } from './sketch.ts'
import type { ThresholdDefinition } from './threshold.ts'

export type Cases = { readonly confirmed: Sketch; readonly cleared: Sketch }

type Given = {
  readonly values: Sketch
  readonly cases: Cases
  readonly value: number
  readonly reach: { readonly least: number; readonly most: number }
}

/** Makes the median distance of a normal distribution its standard deviation. */
const madFactor = 1.4826

export function computeStatistic(
  { statistic, hits }: ThresholdDefinition,
  { values, cases, value, reach }: Given,
): number | undefined {
  switch (statistic.kind) {
    case 'quantile':
      return quantileOf(values, statistic.quantile)
    case 'robust_z': {
      const spread = spreadOf(values)
      if (spread === undefined) return undefined
      const distance = statistic.score * madFactor * spread.mad
      return hits === 'above' ? spread.median + distance : spread.median - distance
    }
    case 'confirmed_rate': {
      const place = precisionPlace(cases, { hits, precision: statistic.precision })
      // All closed cases together are precise enough. There are none of what is no hit yet, so it goes on by one step.
      if (place === 'everywhere') return hits === 'above' ? reach.least : reach.most
      return place === 'nowhere' ? value : place
    }
  }
}

/** Feedback lets a threshold add no hits while too few of them are confirmed, and has it leave out what is too imprecise. */
export function precisionLimit(
  { hits, feedback, statistic }: ThresholdDefinition,
  { cases, value, computed }: { readonly cases: Cases; readonly value: number; readonly computed: number },
): number {
  const closed = cases.confirmed.count + cases.cleared.count
  if (feedback === undefined || statistic.kind === 'confirmed_rate' || closed < feedback.casesMin) return computed
  const place = precisionPlace(cases, { hits, precision: feedback.precision })
  if (place === 'everywhere') return computed
  const floor = place === 'nowhere' ? value : place
  return hits === 'above' ? Math.max(computed, floor) : Math.min(computed, floor)
}

/** The threshold with the most hits of which the share of `precision` is confirmed. */
function precisionPlace(
  { confirmed, cleared }: Cases,
  { hits, precision }: { readonly hits: ThresholdDefinition['hits']; readonly precision: number },
): number | 'everywhere' | 'nowhere' {
  const bins = new Map<number, { confirmed: number; closed: number }>()
  for (const [index, count] of confirmed.bins) bins.set(index, { confirmed: count, closed: count })
  for (const [index, count] of cleared.bins) {
    const known = bins.get(index)
    bins.set(index, { confirmed: known?.confirmed ?? 0, closed: (known?.closed ?? 0) + count })
  }
  const fromFarthest = [...bins].sort(([one], [other]) => (hits === 'above' ? other - one : one - other))
  const sum = { confirmed: 0, closed: 0 }
  let place: number | 'nowhere' = 'nowhere'
  let isLast = false
  for (const [index, counts] of fromFarthest) {
    sum.confirmed += counts.confirmed
    sum.closed += counts.closed
    isLast = sum.confirmed >= precision * sum.closed
    if (isLast) place = hits === 'above' ? binRange(index).low : binRange(index).high
  }
  return isLast ? 'everywhere' : place
}

import type { Timestamp } from '#kernel'
import { notBefore, pastAt, reachOf, withEntries } from './setting.ts'
import { accuracy, countAbove, mergeSketches, type Sketch } from './sketch.ts'
import { type Cases, computeStatistic, precisionLimit } from './statistics.ts'
import {
  type Basis,
  type ChangeEntry,
  dayMicros,
  type Period,
  periodOf,
  type Setting,
  type ThresholdDefinition,
  type ThresholdState,
} from './threshold.ts'

export type Adapted = { readonly state: ThresholdState; readonly entries: readonly ChangeEntry[] }

const betweenMicros = dayMicros / 24
/** Outcomes of the current period and the one before. */
const recentPeriods = 2

/**
 * Lets the thresholds follow their statistic. Call it as often as you like: each changes at most once an hour, and only
 * within its speed and bounds. What stays as it is has no entry.
 */
export function adapt(definition: ThresholdDefinition, state: ThresholdState, now: Timestamp): Adapted {
  const { firstAt } = state
  if (firstAt === undefined || now - firstAt < definition.warmUpDays * dayMicros) return { state, entries: [] }
  const oldest = periodOf(definition, now) - definition.periods + 1
  const periods = state.hours.map((hour) => hour.periods.filter(({ number }) => number >= oldest))
  const cases = casesOf(periods.flat())
  const entries: ChangeEntry[] = []
  for (const [hour, { setting }] of state.hours.entries()) {
    const at = notBefore(state, { hour, at: now })
    const change = changeOf(definition, { setting, periods: periods[hour] ?? [], cases, at })
    if (change === undefined) continue
    const number = state.entries + entries.length + 1
    entries.push({ number, at, version: definition.version, hour, from: setting.value, ...change })
  }
  return { state: withEntries(state, entries), entries }
}

function casesOf(periods: readonly Period[]): Cases {
  return {
    confirmed: mergeSketches(periods.map(({ confirmed }) => confirmed)),
    cleared: mergeSketches(periods.map(({ cleared }) => cleared)),
  }
}

type Place = {
  readonly setting: Setting
  readonly periods: readonly Period[]
  readonly cases: Cases
  readonly at: Timestamp
}

type Change = {
  readonly kind: 'adapted' | 'proposed'
  readonly to: number
  readonly why: string
  readonly basis: Basis
}

function changeOf(definition: ThresholdDefinition, place: Place): Change | undefined {
  const { setting, at, cases } = place
  if (setting.isManual || setting.proposal !== undefined || at < setting.quietUntil) return undefined
  const last = pastAt(setting, at).at(-1)
  if (last !== undefined && at - last.at < betweenMicros) return undefined
  const values = mergeSketches(place.periods.map((period) => period.values))
  const { statistic } = definition
  const sample = statistic.kind === 'confirmed_rate' ? cases.confirmed.count + cases.cleared.count : values.count
  if (sample < definition.sampleMin) return undefined
  const reach = reachOf(definition, setting, at)
  const computed = computeStatistic(definition, { values, cases, value: setting.value, reach })
  if (computed === undefined || Math.abs(computed - setting.value) <= accuracy * Math.abs(setting.value))
    return undefined
  const { to, limitedBy } = limited(definition, place, computed)
  if (to === setting.value) return undefined
  const turnedShare = turnedBetween(recentValues(definition, place, values), { from: setting.value, to })
  const basis = { statistic, computed, sample, accuracy, turnedShare, limitedBy }
  const kind = turnedShare > definition.turnedShareMax ? 'proposed' : 'adapted'
  return { kind, to, why: whyOf(basis), basis }
}

function limited(definition: ThresholdDefinition, { setting, cases, at }: Place, computed: number) {
  const limitedBy: Basis['limitedBy'][number][] = []
  const fed = precisionLimit(definition, { cases, value: setting.value, computed })
  if (fed !== computed) limitedBy.push('feedback')
  const { bounds } = definition
  if (fed < bounds.least || fed > bounds.most) limitedBy.push('bounds')
  const inBounds = Math.min(Math.max(fed, bounds.least), bounds.most)
  const reach = reachOf(definition, setting, at)
  const reached = Math.min(
    Math.max(inBounds, Math.min(reach.least, setting.value)),
    Math.max(reach.most, setting.value),
  )
  if (reached !== inBounds) limitedBy.push('speed')
  return { to: definition.isWhole ? towards({ from: setting.value, to: reached }) : reached, limitedBy }
}

/** Rounds so that no limit is passed. */
function towards({ from, to }: { readonly from: number; readonly to: number }): number {
  return to > from ? Math.floor(to) : Math.ceil(to)
}

function recentValues(definition: ThresholdDefinition, { periods, at }: Place, all: Sketch): Sketch {
  const since = periodOf(definition, at) - recentPeriods
  const recent = mergeSketches(periods.filter(({ number }) => number > since).map(({ values }) => values))
  return recent.count > 0 ? recent : all
}

/** At most; 1 if there are no outcomes to compare. */
function turnedBetween(values: Sketch, { from, to }: { readonly from: number; readonly to: number }): number {
  if (values.count === 0) return 1
  const below = countAbove(values, Math.min(from, to))
  const above = countAbove(values, Math.max(from, to))
  return (below.most - above.least) / values.count
}

function whyOf({ statistic, computed, sample, limitedBy }: Basis): string {
  const names = {
    quantile: () => `the ${statistic.kind === 'quantile' ? statistic.quantile : ''} quantile`,
    robust_z: () => `${statistic.kind === 'robust_z' ? statistic.score : ''} robust deviations from the median`,
    confirmed_rate: () =>
      `a share of ${statistic.kind === 'confirmed_rate' ? statistic.precision : ''} confirmed cases`,
  }
  const limits = limitedBy.length > 0 ? `, limited by ${limitedBy.join(' and ')}` : ''
  return `${names[statistic.kind]()} of ${sample} is at ${computed}${limits}`
}

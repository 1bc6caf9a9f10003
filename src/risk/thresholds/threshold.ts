import type { Timestamp } from '#kernel'
import type { Sketch } from './sketch.ts'

/**
 * `quantile`: of the observed values. `robust_z`: so many standard deviations from the median, estimated by the median
 * distance from it. `confirmed_rate`: where, of the closed cases beyond it, the share of confirmed ones is `precision`.
 */
export type Statistic =
  | { readonly kind: 'quantile'; readonly quantile: number }
  | { readonly kind: 'robust_z'; readonly score: number }
  | { readonly kind: 'confirmed_rate'; readonly precision: number }

export type ThresholdDefinition = {
  readonly name: string
  readonly version: number
  /** Values above it are hits, or values below it. */
  readonly hits: 'above' | 'below'
  readonly statistic: Statistic
  /** One threshold for each hour of the week, in UTC, learned from that hour of past weeks. */
  readonly isSeasonal?: boolean
  readonly initial: number
  /** No automatic change and no person passes them. */
  readonly bounds: { readonly least: number; readonly most: number }
  /** Within any 24 hours, a share of the value, but at least `step`. */
  readonly speed: { readonly share: number; readonly step: number }
  /** Whole numbers only, such as for amounts in minor units. */
  readonly isWhole?: boolean
  /** Observed values, or closed cases, before anything changes. */
  readonly sampleMin: number
  readonly warmUpDays: number
  /** How far back values are used: days, or weeks for seasonal thresholds. */
  readonly periods: number
  /** A change that turns a larger share of the recent outcomes waits for a person. */
  readonly turnedShareMax: number
  /** Closed cases keep a statistic of values from adding hits while too few of the hits are confirmed. */
  readonly feedback?: { readonly precision: number; readonly casesMin: number }
  /** Values that one of 4,096 groups of sources adds in a period, so that few sources cannot make most of the values. */
  readonly perSourceMax?: number
}

export type Basis = {
  readonly statistic: Statistic
  /** What the statistic came to, before bounds and speed. */
  readonly computed: number
  readonly sample: number
  /** Relative error of the statistic's quantiles. */
  readonly accuracy: number
  /** Share of recent outcomes that the change turns, at most. */
  readonly turnedShare: number
  /** What kept the change smaller than computed, or in another place. */
  readonly limitedBy: readonly ('bounds' | 'speed' | 'feedback')[]
}

type Act = { readonly by: string; readonly why: string }

/** `hour` is that of the week, from Monday 00:00 UTC, of a seasonal threshold, and else 0. */
export type ChangeEntry = {
  readonly number: number
  readonly at: Timestamp
  readonly version: number
  readonly hour: number
  readonly from: number
  readonly to: number
} & (
  | { readonly kind: 'adapted'; readonly why: string; readonly basis: Basis }
  | { readonly kind: 'proposed'; readonly why: string; readonly basis: Basis }
  /** The proposal of this number. */
  | ({ readonly kind: 'approved' | 'rejected'; readonly proposal: number } & Act)
  | ({ readonly kind: 'set' | 'released' } & Act)
  /** Takes back the change of this number. */
  | ({ readonly kind: 'reversed'; readonly change: number } & Act)
)

/** What the log alone determines. */
export type Setting = {
  readonly value: number
  readonly isManual: boolean
  /** Values of the last 24 hours that count for the speed, with the times at which they began. The first is older. */
  readonly past: readonly { readonly at: Timestamp; readonly value: number }[]
  readonly proposal: Extract<ChangeEntry, { readonly kind: 'proposed' }> | undefined
  /** After a person has rejected or reversed a change. */
  readonly quietUntil: Timestamp
}

export type Period = {
  /** Its number since 1970: days, or weeks. */
  readonly number: number
  readonly values: Sketch
  readonly confirmed: Sketch
  readonly cleared: Sketch
}

/** JSON. Learned values are bounded by `periods`, and the log is not in here. */
export type ThresholdState = {
  readonly name: string
  readonly entries: number
  readonly firstAt: Timestamp | undefined
  /** One, or 168. */
  readonly hours: readonly { readonly setting: Setting; readonly periods: readonly Period[] }[]
  /** Values of each group of sources in the current period. */
  readonly sources: { readonly period: number; readonly counts: Readonly<Record<string, number>> }
}

export const dayMicros = 86_400_000_000

const hourMicros = dayMicros / 24
const hoursOfWeek = 168
/** 1970 began on a Thursday. */
const mondayMicros = 4 * dayMicros

export function createThreshold(definition: ThresholdDefinition): ThresholdState {
  checkDefinition(definition)
  const setting: Setting = {
    value: definition.initial,
    isManual: false,
    past: [{ at: 0, value: definition.initial }],
    proposal: undefined,
    quietUntil: 0,
  }
  return {
    name: definition.name,
    entries: 0,
    firstAt: undefined,
    hours: Array.from({ length: definition.isSeasonal ? hoursOfWeek : 1 }, () => ({ setting, periods: [] })),
    sources: { period: 0, counts: {} },
  }
}

function checkDefinition({
  name,
  bounds,
  initial,
  speed,
  sampleMin,
  periods,
  isWhole,
  statistic,
}: ThresholdDefinition): void {
  const refuse = (why: string) => {
    throw new RangeError(`threshold ${name}: ${why}`)
  }
  if (!(bounds.least <= initial && initial <= bounds.most)) refuse('the initial value is within the bounds')
  if (!(Number.isFinite(bounds.least) && Number.isFinite(bounds.most))) refuse('the bounds are numbers')
  if (!(speed.share >= 0 && speed.share < 1 && speed.step >= 0)) refuse('the speed is a share below 1, and a step')
  if (!(sampleMin >= 1 && periods >= 1)) refuse('at least one value and one period are needed')
  const wholes = [bounds.least, bounds.most, initial]
  if (isWhole && !wholes.every(Number.isSafeInteger)) refuse('the initial value and the bounds are safe whole numbers')
  if (statistic.kind === 'quantile' && !(statistic.quantile > 0 && statistic.quantile < 1)) {
    refuse('the quantile is between 0 and 1')
  }
}

/** Which of the thresholds is that of a moment. */
export function hourOf({ isSeasonal }: ThresholdDefinition, at: Timestamp): number {
  return isSeasonal ? Math.floor((at - mondayMicros) / hourMicros) % hoursOfWeek : 0
}

export function periodOf({ isSeasonal }: ThresholdDefinition, at: Timestamp): number {
  return Math.floor(isSeasonal ? (at - mondayMicros) / (7 * dayMicros) : at / dayMicros)
}

export function thresholdAt(definition: ThresholdDefinition, state: ThresholdState, at: Timestamp): number {
  return settingOf(state, hourOf(definition, at)).value
}

export function settingOf({ hours }: ThresholdState, hour: number): Setting {
  const found = hours[hour]
  if (found === undefined) throw new RangeError(`there is no hour ${hour}`)
  return found.setting
}

import type { Timestamp } from '#kernel'
import { addToSketch, emptySketch } from './sketch.ts'
import { hourOf, type Period, periodOf, type ThresholdDefinition, type ThresholdState } from './threshold.ts'

export type Observation = {
  readonly at: Timestamp
  readonly value: number | bigint
  /** Who caused it, such as a card or a customer: see `perSourceMax`. */
  readonly source?: string
}

export type ClosedCase = { readonly at: Timestamp; readonly value: number | bigint; readonly isConfirmed: boolean }

type Sample = Exclude<keyof Period, 'number'>
type Learned = { readonly at: Timestamp; readonly value: number; readonly sample: Sample }

const sourceGroups = 4096

/** `now` bounds the times of the observations, so that none can open a period to come. */
export function observe(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { observations, now }: { readonly observations: readonly Observation[]; readonly now: Timestamp },
): ThresholdState {
  const { kept, sources } = withinSources(definition, state, { observations, now })
  const learned = kept.map(({ at, value }): Learned => ({ at, value: Number(value), sample: 'values' }))
  return { ...learn(definition, state, { learned, now }), firstAt: state.firstAt ?? now, sources }
}

/** The answers of people to hits. `at` is the time of the hit. */
export function closeCases(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { cases, now }: { readonly cases: readonly ClosedCase[]; readonly now: Timestamp },
): ThresholdState {
  const learned = cases.map(
    ({ at, value, isConfirmed }): Learned => ({
      at,
      value: Number(value),
      sample: isConfirmed ? 'confirmed' : 'cleared',
    }),
  )
  return { ...learn(definition, state, { learned, now }), firstAt: state.firstAt ?? now }
}

function withinSources(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { observations, now }: { readonly observations: readonly Observation[]; readonly now: Timestamp },
): { readonly kept: readonly Observation[]; readonly sources: ThresholdState['sources'] } {
  const { perSourceMax } = definition
  if (perSourceMax === undefined) return { kept: observations, sources: state.sources }
  const period = periodOf(definition, now)
  const counts: Record<string, number> = period === state.sources.period ? { ...state.sources.counts } : {}
  const kept = observations.filter(({ source }) => {
    if (source === undefined) return true
    const group = groupOf(source)
    const count = counts[group] ?? 0
    if (count >= perSourceMax) return false
    counts[group] = count + 1
    return true
  })
  return { kept, sources: { period, counts } }
}

/** FNV-1a. */
function groupOf(source: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < source.length; index += 1) {
    hash = Math.imul(hash ^ source.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0) % sourceGroups
}

function learn(
  definition: ThresholdDefinition,
  state: ThresholdState,
  { learned, now }: { readonly learned: readonly Learned[]; readonly now: Timestamp },
): ThresholdState {
  const groups = new Map<string, { hour: number; period: number; sample: Sample; values: number[] }>()
  for (const { at, value, sample } of learned) {
    const then = Math.min(at, now)
    const [hour, period] = [hourOf(definition, then), periodOf(definition, then)]
    const group = groups.get(`${hour} ${period} ${sample}`)
    if (group) group.values.push(value)
    else groups.set(`${hour} ${period} ${sample}`, { hour, period, sample, values: [value] })
  }
  const oldest = periodOf(definition, now) - definition.periods + 1
  const hours = [...state.hours]
  for (const { hour, period, sample, values } of groups.values()) {
    const entry = hours[hour]
    if (entry === undefined || period < oldest) continue
    const kept = entry.periods.filter(({ number }) => number >= oldest)
    const found = kept.find(({ number }) => number === period) ?? emptyPeriod(period)
    const changed = { ...found, [sample]: addToSketch(found[sample], values) }
    const others = kept.filter(({ number }) => number !== period)
    hours[hour] = { ...entry, periods: [...others, changed].sort((one, other) => one.number - other.number) }
  }
  return { ...state, hours }
}

function emptyPeriod(number: number): Period {
  return { number, values: emptySketch, confirmed: emptySketch, cleared: emptySketch }
}

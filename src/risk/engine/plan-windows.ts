import type { WindowAnswer, WindowSpec } from '../rules/facts.ts'
import { printRule } from '../rules/language/print.ts'
import type { Scenario } from '../rules/scenarios/compile-scenario.ts'
import type { Subject } from '../rules/subject-schema.ts'
import type { Statistic } from '../rules/tree.ts'
import type { KeyMemory } from '../windows/key-memory.ts'
import type { WindowRead } from '../windows/read-window.ts'
import { type Aggregate, createSeries, type Item, type Series, type SeriesOptions } from '../windows/series.ts'
import type { WindowValue } from '../windows/tally.ts'

/** Longer keys are not counted, and what is asked of them is unavailable. */
export const keyLengthMax = 1024

export type SubjectMember = { readonly key: string; readonly value: Item['value'] }

/** A series of the kit of windows, with the way from a recorded subject to it. */
export type BoundSeries = {
  readonly series: Series
  /** Undefined: the subject does not count here. */
  readonly memberOf: (subject: Subject) => SubjectMember | undefined
}

export type KeyAsked = { readonly key: string; readonly at: number }

/** A window of rules, bound to the series that has its events. */
export type BoundWindow = {
  readonly series: Series
  readonly read: (memory: Pick<KeyMemory, 'read'>, asked: KeyAsked) => WindowAnswer
}

export type WindowPlan = {
  /** By the kind of subject that is counted. */
  readonly streams: ReadonlyMap<string, readonly BoundSeries[]>
  readonly series: readonly Series[]
  /** By the id of the window. */
  readonly windows: ReadonlyMap<string, BoundWindow>
}

const aggregates: Readonly<Record<Statistic, Aggregate>> = {
  count: 'count',
  sum: 'sum',
  average: 'average',
  min: 'minimum',
  max: 'maximum',
  distinct: 'distinct',
  deviation: 'deviation',
  percentile: 'percentile',
}

/** Binds every window of the scenarios. Windows with the same stream, key, condition and value share a series. */
export function planWindows(scenarios: readonly Scenario[], options: SeriesOptions): WindowPlan {
  const specs = new Map<string, WindowSpec>()
  for (const { evaluation } of scenarios)
    for (const { window } of evaluation.operands) if (window !== undefined) specs.set(window.id, window)
  const groups = new Map<string, [WindowSpec, ...WindowSpec[]]>()
  for (const spec of specs.values()) {
    const id = seriesIdOf(spec)
    const group = groups.get(id)
    if (group) group.push(spec)
    else groups.set(id, [spec])
  }
  const streams = new Map<string, BoundSeries[]>()
  const windows = new Map<string, BoundWindow>()
  for (const [id, group] of groups) {
    const [first] = group
    const series = createSeries({ id, valueKind: valueKindOf(first), windows: group.map(usesOf) }, options)
    const stream = streams.get(first.stream) ?? []
    streams.set(first.stream, [...stream, { series, memberOf: memberReader(first) }])
    for (const spec of group) windows.set(spec.id, { series, read: windowReader(spec, series) })
  }
  return { streams, windows, series: [...streams.values()].flat().map(({ series }) => series) }
}

function seriesIdOf(spec: WindowSpec): string {
  const { stream, keyFields, where, field, isOfAmounts } = spec
  const kind = valueKindOf(spec)
  const value = kind === undefined ? null : [kind, field, isOfAmounts]
  return JSON.stringify([stream, keyFields, where === undefined ? null : printRule(where), value])
}

/** Amounts are integers here: the key has their asset, and a negative one counts as it is. */
function valueKindOf({ statistic }: WindowSpec): Series['valueKind'] {
  if (statistic === 'count') return undefined
  return statistic === 'distinct' ? 'text' : 'integer'
}

function usesOf({ statistic, lengthMicros }: WindowSpec) {
  return { aggregate: aggregates[statistic], lengthSeconds: Math.ceil(lengthMicros / 1_000_000) }
}

function memberReader(spec: WindowSpec): BoundSeries['memberOf'] {
  const { event } = spec
  const kind = valueKindOf(spec)
  return (subject) => {
    if (!event.accepts(subject)) return undefined
    const key = event.key(subject)
    if (key === undefined || key.length > keyLengthMax) return undefined
    if (kind === undefined) return { key, value: null }
    const value = event.value(subject)
    if (value === undefined) return undefined
    return { key, value: kind === 'text' ? String(value) : BigInt(value) }
  }
}

function windowReader({ statistic, percent, lengthMicros, isOfAmounts }: WindowSpec, series: Series) {
  const length = { lengthMicros, ...(percent !== undefined && { percentile: percent }) }
  const reading =
    (aggregate: Aggregate) =>
    (memory: Pick<KeyMemory, 'read'>, { key, at }: KeyAsked) =>
      memory.read({ series: series.id, key }, { aggregate, ...length, at } satisfies WindowRead)
  const [read, readSum, readCount] = [reading(aggregates[statistic]), reading('sum'), reading('count')]
  const isExactAverage = statistic === 'average' && !isOfAmounts
  const isRounded = statistic === 'deviation' && isOfAmounts
  return (memory: Pick<KeyMemory, 'read'>, asked: KeyAsked): WindowAnswer => {
    if (asked.key.length > keyLengthMax) return null
    const answer = answerOf(read(memory, asked))
    if (answer === undefined || answer === null) return answer
    if (isExactAverage) return quotient(readSum(memory, asked), readCount(memory, asked))
    return isRounded ? BigInt(Math.round(Number(answer))) : answer
  }
}

/** A bound is no answer: a rule could not know in which direction it errs. */
function answerOf(value: WindowValue): WindowAnswer {
  if (value.kind === 'exact') return value.value
  return value.kind === 'empty' ? undefined : null
}

/** Of whole numbers and durations an average is not rounded. */
function quotient(sum: WindowValue, count: WindowValue): WindowAnswer {
  return sum.kind === 'exact' && count.kind === 'exact' ? Number(sum.value) / Number(count.value) : null
}

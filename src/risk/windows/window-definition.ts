import { compileFilter, type Filter } from './filter.ts'
import { type Aggregate, createSeries, type Item, type Series, type SeriesOptions } from './series.ts'
import { type EventFields, isAssetAmount, scalarText, type WindowEvent, wholeOf } from './window-event.ts'

/** An amount is of one asset and never negative; events with an amount of another asset are not in the window. */
export type ValueSource =
  | { readonly kind: 'amount'; readonly field: string; readonly asset: string }
  | { readonly kind: 'integer'; readonly field: string }
  | { readonly kind: 'text'; readonly field: string }

/** The window of a moment has the events after `moment - length`, up to and with `moment`. */
export type WindowDefinition = {
  readonly name: string
  /** The fields whose values make the key, such as `['card']` or `['vendor', 'country']`. */
  readonly key: readonly string[]
  readonly filter?: Filter
  /** Only `count` works without. */
  readonly value?: ValueSource
  readonly aggregate: Aggregate
  /** Above 0, up to 100, with at most two decimals. */
  readonly percentile?: number
  readonly lengthSeconds: number
}

/** Why an event is in no window of a series. */
export type Outside = 'filtered' | 'no_key' | 'no_value'

export type Member = { readonly key: string; readonly item: Item }

export type PlannedSeries = {
  readonly series: Series
  readonly windows: readonly WindowDefinition[]
  readonly memberOf: (event: WindowEvent) => Member | Outside
}

const lengthMaxSeconds = 90 * 86_400
const textMax = 256

/** The series that these windows need. Throws RangeError if a definition makes no sense. */
export function planSeries(definitions: readonly WindowDefinition[], options: SeriesOptions): PlannedSeries[] {
  const groups = new Map<string, [WindowDefinition, ...WindowDefinition[]]>()
  const names = new Set<string>()
  for (const definition of definitions) {
    if (names.has(definition.name)) throw new RangeError(`two windows are named ${definition.name}`)
    names.add(definition.name)
    checkDefinition(definition)
    const id = seriesIdOf(definition)
    const group = groups.get(id)
    if (group) group.push(definition)
    else groups.set(id, [definition])
  }
  return [...groups].map(([id, windows]) => ({
    series: createSeries({ id, valueKind: windows[0].value?.kind, windows }, options),
    windows,
    memberOf: memberReader(windows[0]),
  }))
}

/** Canonical JSON of key, filter and value. */
function seriesIdOf({ key, filter = [], value }: WindowDefinition): string {
  const sorted = (fields: object) => Object.entries(fields).sort()
  return JSON.stringify([key, filter.map(sorted), value && sorted(value)])
}

function checkDefinition({ name, key, value, aggregate, percentile, lengthSeconds }: WindowDefinition): void {
  const refuse = (why: string) => {
    throw new RangeError(`window ${name}: ${why}`)
  }
  if (key.length === 0) refuse('the key has no field')
  if (!Number.isSafeInteger(lengthSeconds) || lengthSeconds < 1 || lengthSeconds > lengthMaxSeconds) {
    refuse('the length is a whole number of seconds, up to 90 days')
  }
  if (aggregate !== 'count' && value === undefined) refuse(`${aggregate} needs a value`)
  if (value?.kind === 'text' && aggregate !== 'count' && aggregate !== 'distinct') refuse(`${aggregate} needs numbers`)
  if ((aggregate === 'percentile') !== (percentile !== undefined)) refuse('a percentile, and nothing else, has one')
  if (percentile !== undefined && !(percentile > 0 && percentile <= 100 && isHundredths(percentile))) {
    refuse('the percentile is above 0, up to 100, with at most two decimals')
  }
}

function isHundredths(value: number): boolean {
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-6
}

/** Also the key of the subject of a read. `undefined`: a field is not there, or too long. */
export function keyReader(fields: readonly string[]): (of: EventFields) => string | undefined {
  const [single = ''] = fields
  if (fields.length === 1) return (of) => partOf(of, single)
  return (of) => {
    const parts: string[] = []
    for (const field of fields) {
      const part = partOf(of, field)
      if (part === undefined) return undefined
      parts.push(part)
    }
    return JSON.stringify(parts)
  }
}

function partOf(of: EventFields, field: string): string | undefined {
  const value = of[field]
  if (value === undefined || isAssetAmount(value)) return undefined
  const text = scalarText(value)
  return text.length <= textMax ? text : undefined
}

function memberReader({ filter, key: fieldsOfKey, value: source }: WindowDefinition): PlannedSeries['memberOf'] {
  const passes = compileFilter(filter)
  const keyOf = keyReader(fieldsOfKey)
  const readValue = valueReader(source)
  return ({ id, at, position, fields }) => {
    if (!passes(fields)) return 'filtered'
    const key = keyOf(fields)
    if (key === undefined) return 'no_key'
    const value = readValue(fields)
    return value === undefined ? 'no_value' : { key, item: { id, at, position, value } }
  }
}

function valueReader(source: ValueSource | undefined): (fields: EventFields) => Item['value'] | undefined {
  if (source === undefined) return () => null
  const { field } = source
  if (source.kind === 'text') return (fields) => partOf(fields, field)
  if (source.kind === 'integer') return (fields) => wholeOf(fields[field])
  const { asset } = source
  return (fields) => {
    const value = fields[field]
    return isAssetAmount(value) && value.asset === asset && value.minor >= 0n ? value.minor : undefined
  }
}

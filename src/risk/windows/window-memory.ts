import { Defect, type Timestamp } from '#kernel'
import type { ItemOutcome } from './apply-items.ts'
import { createKeyMemory, type KeyMemory, type KeyMemoryOptions, type SeriesKey } from './key-memory.ts'
import type { WindowRead } from './read-window.ts'
import type { Series, SeriesOptions } from './series.ts'
import type { WindowValue } from './tally.ts'
import { keyReader, type Outside, type PlannedSeries, planSeries, type WindowDefinition } from './window-definition.ts'
import type { EventFields, WindowEvent } from './window-event.ts'

export type SubjectRead = { readonly fields: EventFields; readonly at: Timestamp; readonly asOf?: number }

/** A memory of keys, for events with fields and for windows that are defined in JSON. */
export type WindowMemory = Omit<KeyMemory, 'apply' | 'read'> & {
  readonly series: readonly Series[]
  /** The keys of an event that this process owns. If there is a database, their rows are loaded first. */
  readonly keysOf: (event: WindowEvent) => SeriesKey[]
  /** Events come in the order of their positions. The answer has an outcome for each series. */
  readonly observe: (event: WindowEvent, now: Timestamp) => (ItemOutcome | Outside | 'not_owned')[]
  /** `missing` also if the subject lacks a field of the key. */
  readonly read: (window: string, subject: SubjectRead) => WindowValue
}

type Reader = {
  readonly series: Series
  readonly keyOf: (fields: EventFields) => string | undefined
  readonly of: Pick<WindowRead, 'aggregate' | 'percentile' | 'lengthMicros'>
}

export function createWindowMemory(
  definitions: readonly WindowDefinition[],
  options: SeriesOptions & KeyMemoryOptions,
): WindowMemory {
  const plan = planSeries(definitions, options)
  const { apply, read, ...memory } = createKeyMemory(
    plan.map(({ series }) => series),
    options,
  )
  const readers = new Map(plan.flatMap(readersOf))
  return {
    ...memory,
    series: plan.map(({ series }) => series),
    keysOf: (event) =>
      plan.flatMap(({ series, memberOf }) => {
        const found = memberOf(event)
        return typeof found === 'string' || !memory.owns(found.key) ? [] : [{ series: series.id, key: found.key }]
      }),
    observe: (event, now) =>
      plan.map(({ series, memberOf }) => {
        const found = memberOf(event)
        return typeof found === 'string' ? found : apply({ series: series.id, key: found.key }, found.item, now)
      }),
    read: (window, { fields, at, asOf }) => {
      const reader = readers.get(window)
      if (!reader) throw new Defect(`there is no window ${window}`)
      const key = reader.keyOf(fields)
      if (key === undefined) return { kind: 'missing', completeFrom: reader.series.since }
      return read({ series: reader.series.id, key }, { ...reader.of, at, ...(asOf !== undefined && { asOf }) })
    },
  }
}

function readersOf({ series, windows }: PlannedSeries): [string, Reader][] {
  return windows.map(({ name, key, aggregate, percentile, lengthSeconds }) => {
    const of = { aggregate, lengthMicros: lengthSeconds * 1_000_000, ...(percentile !== undefined && { percentile }) }
    return [name, { series, keyOf: keyReader(key), of }]
  })
}

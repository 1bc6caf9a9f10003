import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { applyItems, expireRows, mergeRows, rebuildRows } from './apply-items.ts'
import { startOf } from './buckets.ts'
import { absorb, emptyKey, indexRows, type KeyRows, rowsOf } from './key-rows.ts'
import { edgesToLoad, readWindow } from './read-window.ts'
import type { ChangedRows, Rows } from './rows.ts'
import type { Aggregate, Item, Series } from './series.ts'
import { divideHalfUp } from './tally.ts'
import { planSeries, type WindowDefinition } from './window-definition.ts'
import type { WindowEvent } from './window-event.ts'
import { createWindowMemory } from './window-memory.ts'

const second = 1_000_000
const day = 86_400 * second
const start = Date.UTC(2026, 5, 1) * 1000
const value = { kind: 'integer', field: 'points' } as const
const aggregates: readonly Aggregate[] = ['count', 'sum', 'average', 'minimum', 'maximum', 'distinct', 'deviation']

function seriesOf(lengthSeconds: number, options: { eventsMax?: number; since?: number } = {}): Series {
  const windows = [...aggregates, 'percentile' as const].map((aggregate) => ({
    name: aggregate,
    key: ['card'],
    value,
    aggregate,
    lengthSeconds,
    ...(aggregate === 'percentile' && { percentile: 90 }),
  }))
  return planSeries(windows, { since: 0, ...options })[0]!.series
}

function itemsAt(times: readonly number[], from = 0): Item[] {
  return times.map((at, index) => ({
    id: `item ${from + index}`,
    at,
    position: from + index,
    value: BigInt(from + index),
  }))
}

function applyTo(series: Series, rows: KeyRows, items: readonly Item[], now = Math.max(...items.map(({ at }) => at))) {
  const applied = applyItems(series, rows, { items, now })
  absorb(rows, applied.changed)
  return applied
}

function keyWith(series: Series, items: readonly Item[]): KeyRows {
  const rows = emptyKey(series, { key: 'card' })
  applyTo(series, rows, items)
  return rows
}

/** What a table has after each change is written to it. */
function write(table: Rows, { head, buckets, edges, forget = 0 }: ChangedRows): Rows {
  const changed = new Set(buckets.map((row) => row.start))
  const kept = table.buckets.filter((row) => row.start >= forget && !changed.has(row.start))
  return { head, buckets: [...kept, ...buckets], edges: [...table.edges.filter(({ at }) => at >= forget), ...edges] }
}

function sorted({ head, buckets, edges }: Rows) {
  return {
    head,
    buckets: buckets
      .map((row) => ({ ...row, values: row.values?.toSorted(([left], [right]) => (left < right ? -1 : 1)) ?? null }))
      .sort((one, other) => one.start - other.start),
    edges: edges.toSorted((one, other) => one.at - other.at || one.position - other.position),
  }
}

describe('a window', () => {
  const hour = 3600 * second
  const series = seriesOf(3600)
  const rows = keyWith(series, itemsAt([start]))
  const countAt = (at: number) => readWindow(series, rows, { aggregate: 'count', lengthMicros: hour, at })

  it('has an event from its own microsecond on, until the microsecond at which its age is the length', () => {
    expect(countAt(start - 1)).toEqual({ kind: 'exact', value: 0 })
    expect(countAt(start)).toEqual({ kind: 'exact', value: 1 })
    expect(countAt(start + hour - 1)).toEqual({ kind: 'exact', value: 1 })
    expect(countAt(start + hour)).toEqual({ kind: 'exact', value: 0 })
  })

  it('without events has a count, a sum and a number of different values, and nothing else', () => {
    const read = (aggregate: Aggregate) =>
      readWindow(series, undefined, { aggregate, lengthMicros: hour, at: start }).kind
    expect(Object.fromEntries([...aggregates, 'percentile' as const].map((name) => [name, read(name)]))).toEqual({
      count: 'exact',
      sum: 'exact',
      distinct: 'exact',
      average: 'empty',
      minimum: 'empty',
      maximum: 'empty',
      deviation: 'empty',
      percentile: 'empty',
    })
  })

  it('is only a bound, or missing, when it reaches behind what was collected', () => {
    const young = seriesOf(3600, { since: start - 10 * second })
    const read = (aggregate: Aggregate) =>
      readWindow(young, keyWith(young, itemsAt([start, start + 1], 5)), {
        aggregate,
        lengthMicros: hour,
        at: start + 1,
      })
    const completeFrom = start - 10 * second
    expect(read('count')).toEqual({ kind: 'at_least', value: 2, completeFrom })
    expect(read('distinct')).toEqual({ kind: 'at_least', value: 2, completeFrom })
    expect(read('maximum')).toEqual({ kind: 'at_least', value: 6n, completeFrom })
    expect(read('minimum')).toEqual({ kind: 'at_most', value: 5n, completeFrom })
    for (const unknown of ['sum', 'average', 'deviation', 'percentile'] as const) {
      expect(read(unknown), unknown).toEqual({ kind: 'missing', completeFrom })
    }
  })

  it('of amounts, which are never negative, has at least its known sum', () => {
    const amounts = { ...series, valueKind: 'amount' as const, since: start }
    const read = readWindow(amounts, keyWith(amounts, itemsAt([start], 7)), {
      aggregate: 'sum',
      lengthMicros: hour,
      at: start,
    })
    expect(read).toEqual({ kind: 'at_least', value: 7n, completeFrom: start })
  })

  it.each([
    { given: { key: [] }, why: 'the key has no field' },
    { given: { lengthSeconds: 0 }, why: 'up to 90 days' },
    { given: { lengthSeconds: 90 * 86_400 + 1 }, why: 'up to 90 days' },
    { given: { aggregate: 'sum' }, why: 'sum needs a value' },
    { given: { aggregate: 'sum', value: { kind: 'text', field: 'vendor' } }, why: 'sum needs numbers' },
    { given: { aggregate: 'percentile', value }, why: 'a percentile, and nothing else, has one' },
    { given: { percentile: 50 }, why: 'a percentile, and nothing else, has one' },
    { given: { aggregate: 'percentile', value, percentile: 99.999 }, why: 'at most two decimals' },
  ] as const)('is refused: $why', ({ given, why }) => {
    const definition = { name: 'w', key: ['card'], aggregate: 'count', lengthSeconds: 60, ...given } as WindowDefinition
    expect(() => planSeries([definition], { since: 0 })).toThrow(why)
  })

  it('has a name of its own', () => {
    const twice = { name: 'w', key: ['card'], aggregate: 'count', lengthSeconds: 60 } as const
    expect(() => planSeries([twice, { ...twice, lengthSeconds: 61 }], { since: 0 })).toThrow('two windows are named w')
  })
})

describe('items', () => {
  const series = seriesOf(60)

  it('count once by id, whatever time a repetition has', () => {
    const rows = keyWith(series, itemsAt([start]))
    const [item] = itemsAt([start]) as [Item]
    const items = [item, { ...item, at: start + second, position: 9 }, { ...item, id: 'new' }, { ...item, id: 'new' }]
    expect(applyTo(series, rows, items).outcomes).toEqual(['repeated', 'repeated', 'counted', 'repeated'])
    expect(rows.head).toMatchObject({ events: 2, position: 9 })
  })

  it('that are older than what is kept, or far ahead of the clock, are not counted', () => {
    const rows = keyWith(series, itemsAt([start]))
    const items = itemsAt([start - day, start + day], 5)
    expect(applyTo(series, rows, items, start).outcomes).toEqual(['too_old', 'too_early'])
    expect(rows.head.events).toBe(1)
  })

  it('change copies: after a rollback the rows are those that were read', () => {
    const rows = keyWith(series, itemsAt([start, start + 1]))
    const before = structuredClone(rows)
    applyItems(series, rows, { items: itemsAt([start + 5, start + day], 7), now: start + day })
    expect(rows).toEqual(before)
  })

  it('leave rows that equal those that their edges make', () => {
    const random = createRandom(5)
    const rows = emptyKey(series, { key: 'card' })
    let now = start
    for (let turn = 0; turn < 60; turn += 1) {
      now += random.below(120 * second)
      applyTo(
        series,
        rows,
        itemsAt(
          Array.from({ length: 5 }, () => now - random.below(60 * second)),
          turn * 5,
        ),
        now,
      )
    }
    expect(sorted(rowsOf(rebuildRows(series, rowsOf(rows))))).toEqual(sorted(rowsOf(rows)))
    expect(rows.head.events).toBe(rowsOf(rows).edges.length)
  })

  it('of two owners merge, and count once', () => {
    const [one, other] = [itemsAt([start, start + 5, start + 61 * second]), itemsAt([start + 9], 3)]
    const merged = mergeRows(series, rowsOf(keyWith(series, one)), rowsOf(keyWith(series, [...one.slice(1), ...other])))
    expect(sorted(rowsOf(merged))).toEqual(sorted(rowsOf(keyWith(series, [...one, ...other]))))
  })
})

describe('a key at its bound', () => {
  const series = seriesOf(3600, { eventsMax: 100 })

  it('forgets its oldest quarter: short windows stay exact, long ones say that they are bounds', () => {
    const rows = emptyKey(series, { key: 'card' })
    for (let index = 0; index < 500; index += 1) {
      applyTo(series, rows, itemsAt([start + index * second], index))
      expect(rows.head.events).toBeLessThanOrEqual(100)
      expect(rowsOf(rows).edges.length).toBe(rows.head.events)
      expect(rows.ids.size).toBe(rows.head.events)
    }
    const at = start + 499 * second
    const count = (seconds: number) =>
      readWindow(series, rows, { aggregate: 'count', lengthMicros: seconds * second, at })
    expect(count(60)).toEqual({ kind: 'exact', value: 60 })
    const { events, forgottenBefore } = rows.head
    expect(count(600)).toEqual({ kind: 'at_least', value: events, completeFrom: forgottenBefore })
    expect(applyTo(series, rows, itemsAt([start]), at).outcomes).toEqual(['too_old'])
  })

  it('keeps its bound when all events are of one moment', () => {
    const rows = emptyKey(series, { key: 'card' })
    for (let index = 0; index < 300; index += 1) applyTo(series, rows, itemsAt([start], index))
    expect(rows.head.events).toBeLessThanOrEqual(100)
    expect(readWindow(series, rows, { aggregate: 'count', lengthMicros: 3600 * second, at: start }).kind).toBe(
      'at_least',
    )
  })
})

describe('rows', () => {
  it('are all that a read needs: bucket rows, and the edge rows that it names', () => {
    const series = seriesOf(30 * 86_400)
    const random = createRandom(3)
    const items = itemsAt(
      Array.from({ length: 400 }, () => start + random.below(30) * day + random.below(4) * 900 * second),
    )
    const all = rowsOf(keyWith(series, items))
    for (let turn = 0; turn < 40; turn += 1) {
      const at = start + random.below(30 * day)
      const lengthMicros = random.below(30 * day) + 1
      for (const aggregate of aggregates) {
        const read = { aggregate, lengthMicros, at }
        const starts = new Set(edgesToLoad(series, indexRows(series, { ...all, edges: [] }), [read]))
        const some = all.edges.filter((edge) => starts.has(startOf(edge.at, series)))
        expect(some.length).toBeLessThan(40)
        const loaded = indexRows(series, { ...all, edges: some })
        expect(readWindow(series, loaded, read)).toEqual(readWindow(series, indexRows(series, all), read))
      }
    }
  })

  it('of edges that were not loaded stop a read instead of being left out', () => {
    const series = seriesOf(3600)
    const rows = indexRows(series, { ...rowsOf(keyWith(series, itemsAt([start, start + second]))), edges: [] })
    expect(() => readWindow(series, rows, { aggregate: 'count', lengthMicros: 3600 * second, at: start })).toThrow(
      'are not loaded',
    )
  })

  it('that the changes are written to equal those in memory, over batches, forgetting and rollbacks', () => {
    const random = createRandom(11)
    const windows = [{ name: 'n', key: ['card'], aggregate: 'sum', value, lengthSeconds: 60 } as const]
    const memory = createWindowMemory(windows, { since: 0, eventsMax: 40, isStored: true })
    const [series] = memory.series as [Series]
    const tables = new Map(['one', 'two'].map((key) => [key, rowsOf(emptyKey(series, { key }))]))
    const load = () => {
      for (const table of tables.values()) if (!memory.has(table.head)) memory.load(table)
    }
    let now = start
    for (let batch = 0; batch < 80; batch += 1) {
      load()
      for (let index = 0; index < 12; index += 1) {
        now += random.chance(0.05) ? 3600 * second : random.below(second)
        const fields = { card: random.pick(['one', 'two']), points: random.below(9) }
        const at = now - random.below(second)
        memory.observe({ id: `${batch} ${index}`, at, position: batch * 12 + index, fields }, now)
      }
      if (random.chance(0.2)) memory.discardChanges()
      for (const { key, ...changed } of memory.takeChanges().map((some) => ({ ...some, key: some.head.key }))) {
        tables.set(key, write(tables.get(key) as Rows, changed))
      }
      load()
      for (const rows of memory.rows()) expect(sorted(tables.get(rows.head.key) as Rows)).toEqual(sorted(rows))
    }
  })

  it('expire also where nothing new comes', () => {
    const series = seriesOf(60)
    const rows = keyWith(series, itemsAt([start, start + 1]))
    expect(expireRows(series, rows, start + 60 * second)).toMatchObject({
      forget: expect.any(Number),
      head: { events: 2 },
    })
    const changed = expireRows(series, rows, start + day)!
    expect(changed.head.events).toBe(0)
    absorb(rows, changed)
    expect(rowsOf(rows)).toEqual({ head: changed.head, buckets: [], edges: [] })
    expect(readWindow(series, rows, { aggregate: 'count', lengthMicros: 60 * second, at: start + second }).kind).toBe(
      'at_least',
    )
  })
})

describe('a memory of windows', () => {
  const windows: WindowDefinition[] = [{ name: 'n', key: ['card'], aggregate: 'count', lengthSeconds: 3600 }]
  const event = (position: number, card: string): WindowEvent => ({
    id: `${position}`,
    at: start + position,
    position,
    fields: { card },
  })

  it('that had to drop a key knows that it is incomplete when it comes again', () => {
    const memory = createWindowMemory(windows, { since: 0, keysMax: 2 })
    for (const [index, card] of ['one', 'two', 'three'].entries()) memory.observe(event(index, card), start)
    const read = (card: string) => memory.read('n', { fields: { card }, at: start + 9 })
    expect(read('three')).toEqual({ kind: 'exact', value: 1 })
    expect(read('one')).toEqual({ kind: 'at_least', value: 0, completeFrom: start + 1 })
    expect([...memory.rows()]).toHaveLength(2)
  })

  it('of a database stops instead of taking a key that was not loaded for an empty one', () => {
    const memory = createWindowMemory(windows, { since: 0, isStored: true })
    expect(() => memory.read('n', { fields: { card: 'one' }, at: start })).toThrow('must be loaded')
    expect(() => memory.observe(event(1, 'one'), start)).toThrow('must be loaded')
  })

  it('keeps keys with changes that were not taken, whatever its bound', () => {
    const memory = createWindowMemory(windows, { since: 0, keysMax: 2, isStored: true })
    const [series] = memory.series as [Series]
    for (const [index, card] of ['one', 'two', 'three', 'four'].entries()) {
      memory.load(rowsOf(emptyKey(series, { key: card })))
      memory.observe(event(index, card), start)
    }
    expect(memory.takeChanges().map(({ head }) => head.key)).toEqual(['one', 'two', 'three', 'four'])
    memory.load(rowsOf(emptyKey(series, { key: 'five' })))
    expect(memory.has({ series: series.id, key: 'one' })).toBe(false)
    expect(memory.takeChanges()).toEqual([])
  })

  it('has no number for a subject without the key, nor for a key of another process', () => {
    const memory = createWindowMemory(windows, { since: 7, owns: (key) => key !== 'other' })
    expect(memory.read('n', { fields: {}, at: start })).toEqual({ kind: 'missing', completeFrom: 7 })
    expect(memory.observe(event(1, 'other'), start)).toEqual(['not_owned'])
    expect(() => memory.read('n', { fields: { card: 'other' }, at: start })).toThrow('another process')
  })
})

it('averages round to the nearest whole number, and halves up', () => {
  const rounded = [5n, 7n, -5n, -7n, 8n, 9n].map((dividend) => divideHalfUp({ dividend, divisor: 2n }))
  expect(rounded).toEqual([3n, 4n, -3n, -4n, 4n, 5n])
})

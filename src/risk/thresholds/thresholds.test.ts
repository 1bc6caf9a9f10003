import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { decideProposal, releaseThreshold, reverseChange, setThreshold } from './acts.ts'
import { adapt } from './adapt.ts'
import { closeCases, observe } from './learn.ts'
import {
  addToSketch,
  binRange,
  countAbove,
  emptySketch,
  mergeSketches,
  quantileOf,
  spreadOf,
  valueOfBin,
} from './sketch.ts'
import {
  type ChangeEntry,
  createThreshold,
  type ThresholdDefinition,
  type ThresholdState,
  thresholdAt,
} from './threshold.ts'

const day = 86_400_000_000
const hour = day / 24
/** A Monday. */
const start = Date.UTC(2026, 5, 1) * 1000
const person = { by: 'ana', why: 'she knows', at: start + 100 * day }

const definition: ThresholdDefinition = {
  name: 'large amounts',
  version: 3,
  hits: 'above',
  statistic: { kind: 'quantile', quantile: 0.9 },
  initial: 1000,
  bounds: { least: 500, most: 2000 },
  speed: { share: 0.1, step: 0 },
  isWhole: true,
  sampleMin: 100,
  warmUpDays: 2,
  periods: 7,
  turnedShareMax: 1,
}

type Fed = { state: ThresholdState; entries: ChangeEntry[] }

function feed(
  given: ThresholdDefinition,
  from: ThresholdState,
  days: readonly number[],
  valuesOf: (at: number) => number[],
): Fed {
  let state = from
  const entries: ChangeEntry[] = []
  for (const number of days) {
    for (let index = 0; index < 24; index += 1) {
      const now = start + number * day + index * hour
      state = observe(given, state, { observations: valuesOf(now).map((value) => ({ at: now, value })), now })
      const adapted = adapt(given, state, now)
      entries.push(...adapted.entries)
      state = adapted.state
    }
  }
  return { state, entries }
}

function daysFrom(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index)
}

/** 1 to 10 times `top` ÷ 10. */
function spread(top: number): () => number[] {
  return () => Array.from({ length: 10 }, (_, index) => ((index + 1) * top) / 10)
}

const cases = (count: number, { value, isConfirmed }: { value: number; isConfirmed: boolean }) =>
  Array.from({ length: count }, () => ({ at: start, value, isConfirmed }))

function granted<Value>(result: { ok: true; value: Value } | { ok: false; refusal: { code: string } }): Value {
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}

describe('a sketch', () => {
  it('has every quantile within 1% of its value, of any size and sign, alone and merged', () => {
    const random = createRandom(4)
    for (const size of [1e-6, 1, 1e6, 1e18]) {
      const values = Array.from({ length: 3000 }, () => (random.next() - 0.3) * random.next() ** 4 * size)
      const parts = [values.slice(0, 1000), values.slice(1000)].map((part) => addToSketch(emptySketch, part))
      const merged = mergeSketches(parts)
      expect(merged).toEqual(addToSketch(emptySketch, values))
      const exact = values.toSorted((one, other) => one - other)
      for (const quantile of [0.001, 0.1, 0.5, 0.9, 0.999, 1]) {
        const expected = exact[Math.ceil(values.length * quantile) - 1]!
        expect(Math.abs(quantileOf(merged, quantile)! - expected)).toBeLessThanOrEqual(
          Math.abs(expected) * 0.0101 + 1e-9,
        )
      }
    }
  })

  it('has a bounded number of bins, whatever it is given', () => {
    const values = Array.from(
      { length: 20_000 },
      (_, index) => 10 ** ((index % 700) - 350) * (index % 3 === 0 ? -1 : 1),
    )
    const sketch = addToSketch(emptySketch, [...values, Infinity, -Infinity, NaN, 0, 5e-324])
    expect(sketch.count).toBe(20_004)
    expect(sketch.bins.length).toBeLessThan(6601)
    for (const [index] of sketch.bins) {
      const { low, high } = binRange(index)
      expect(low < valueOfBin(index) && valueOfBin(index) < high).toBe(true)
    }
  })

  it('has the median and the median distance from it, which few outliers do not move', () => {
    const values = [...Array.from({ length: 99 }, (_, index) => 951 + index), ...Array.from({ length: 20 }, () => 1e12)]
    const found = spreadOf(addToSketch(emptySketch, values))!
    expect(found.median).toBeGreaterThan(990)
    expect(found.median).toBeLessThan(1030)
    expect(found.mad).toBeLessThan(50)
  })

  it('counts what is above, give or take one bin', () => {
    const sketch = addToSketch(emptySketch, [-5, 0, 1, 10, 100])
    expect(countAbove(sketch, 5)).toEqual({ least: 2, most: 2 })
    expect(countAbove(sketch, 10)).toEqual({ least: 1, most: 2 })
    expect(countAbove(sketch, -1)).toEqual({ least: 4, most: 4 })
  })
})

describe('a threshold', () => {
  it('stays where it is while it warms up, and while it has too few values', () => {
    expect(feed(definition, createThreshold(definition), [0, 1], spread(1500)).entries).toEqual([])
    const few = feed(definition, createThreshold(definition), daysFrom(0, 7), (at) =>
      at % (6 * hour) === 0 ? [9000] : [],
    )
    expect(few.entries).toEqual([])
  })

  it('follows its quantile at its speed, and says why of each change', () => {
    const { state, entries } = feed(definition, createThreshold(definition), daysFrom(0, 8), spread(1500))
    expect(entries.map(({ to }) => to)).toEqual([1100, 1210, 1331, expect.any(Number)])
    expect(Math.abs(state.hours[0]!.setting.value - 1350)).toBeLessThan(14)
    expect(entries[0]).toEqual({
      number: 1,
      at: start + 2 * day,
      version: 3,
      hour: 0,
      kind: 'adapted',
      from: 1000,
      to: 1100,
      why: expect.stringMatching(/^the 0.9 quantile of 490 is at 13\d\d.*, limited by speed$/),
      basis: {
        statistic: definition.statistic,
        computed: expect.any(Number),
        sample: 490,
        accuracy: 0.01,
        turnedShare: expect.any(Number),
        limitedBy: ['speed'],
      },
    })
    for (const [index, entry] of entries.entries())
      expect(entry.at - (entries[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(day)
  })

  it('stops at its bounds', () => {
    const { state, entries } = feed(definition, createThreshold(definition), daysFrom(0, 20), spread(100_000))
    expect(state.hours[0]!.setting.value).toBe(2000)
    expect(entries.at(-1)).toMatchObject({ to: 2000, basis: { limitedBy: ['bounds'] } })
  })

  it('that a person has set stays until it is released, and then starts from there', () => {
    const { state } = granted(
      setThreshold(definition, createThreshold(definition), { ...person, value: 600, at: start }),
    )
    const fed = feed(definition, state, daysFrom(0, 10), spread(1500))
    expect(fed.entries).toEqual([])
    expect(thresholdAt(definition, fed.state, start)).toBe(600)
    const released = granted(releaseThreshold(definition, fed.state, { ...person, at: start + 10 * day }))
    const again = feed(definition, released.state, daysFrom(10, 2), spread(1500))
    expect(again.entries.map(({ from, to }) => [from, to])).toEqual([
      [600, 660],
      [660, 726],
    ])
    expect(setThreshold(definition, state, { ...person, value: 2001 })).toMatchObject({
      refusal: { code: 'threshold_out_of_bounds' },
    })
    expect(setThreshold(definition, state, { ...person, value: 600.5 })).toMatchObject({
      refusal: { code: 'threshold_not_whole' },
    })
    expect(releaseThreshold(definition, released.state, person)).toMatchObject({
      refusal: { code: 'threshold_not_manual' },
    })
  })

  it('waits for a person if a change turns too many recent outcomes', () => {
    const careful = { ...definition, turnedShareMax: 0.05, speed: { share: 0.5, step: 0 } }
    const fed = feed(careful, createThreshold(careful), daysFrom(0, 6), spread(1500))
    expect(fed.entries).toMatchObject([{ kind: 'proposed', from: 1000 }])
    expect(fed.entries[0]).toHaveProperty('basis.turnedShare', 0.3)
    expect(thresholdAt(careful, fed.state, start)).toBe(1000)
    const decide = (isApproved: boolean, proposal = 1) =>
      decideProposal(careful, fed.state, { ...person, at: start + 6 * day, proposal, isApproved })
    expect(decide(true, 7)).toMatchObject({ refusal: { code: 'proposal_not_pending' } })
    const manual = granted(setThreshold(careful, fed.state, { ...person, value: 700 })).state
    expect(decideProposal(careful, manual, { ...person, proposal: 1, isApproved: true })).toMatchObject({
      refusal: { code: 'proposal_not_pending' },
    })
    const approved = granted(decide(true))
    expect(approved.entry).toMatchObject({ kind: 'approved', proposal: 1, by: 'ana', to: fed.entries[0]!.to })
    const rejected = granted(decide(false))
    expect(thresholdAt(careful, rejected.state, start)).toBe(1000)
    expect(feed(careful, rejected.state, [6], spread(1500)).entries).toEqual([])
    expect(feed(careful, rejected.state, [7], spread(1500)).entries).toMatchObject([{ kind: 'proposed' }])
  })

  it('goes back when a person reverses a change, and waits a day', () => {
    const fed = feed(definition, createThreshold(definition), daysFrom(0, 6), spread(1500))
    const [first] = fed.entries as [ChangeEntry]
    const { state, entry } = granted(
      reverseChange(definition, fed.state, { ...person, at: start + 6 * day, change: first }),
    )
    expect(entry).toMatchObject({ kind: 'reversed', change: 1, to: 1000 })
    expect(feed(definition, state, [6], spread(1500)).entries).toEqual([])
    expect(feed(definition, state, [7], spread(1500)).entries).toMatchObject([{ from: 1000, to: 1100 }])
    expect(reverseChange(definition, state, { ...person, change: entry })).toMatchObject({
      refusal: { code: 'change_not_reversible' },
    })
    const set = granted(setThreshold(definition, state, { ...person, value: 700 }))
    expect(reverseChange(definition, set.state, { ...person, change: first })).toMatchObject({
      refusal: { code: 'threshold_is_manual' },
    })
    const back = granted(reverseChange(definition, set.state, { ...person, change: set.entry }))
    expect(back.state.hours[0]!.setting).toMatchObject({ value: 1000, isManual: false })
  })

  it('by robust deviations follows the median and its spread, not the outliers', () => {
    const robust = { ...definition, statistic: { kind: 'robust_z', score: 3 } as const, speed: { share: 0.5, step: 0 } }
    const values = () => [800, 900, 1000, 1100, 1200, 1e9]
    const { state } = feed(robust, createThreshold(robust), daysFrom(0, 6), values)
    expect(Math.abs(state.hours[0]!.setting.value - (1000 + 3 * 1.4826 * 100))).toBeLessThan(45)
  })

  it('by the hour of the week learns each hour from that hour', () => {
    const seasonal = { ...definition, isSeasonal: true, sampleMin: 20, speed: { share: 0.5, step: 0 } }
    const isBusy = (at: number) => Math.floor((at - start) / hour) % 168 === 10
    const { state, entries } = feed(seasonal, createThreshold(seasonal), daysFrom(0, 30), (at) =>
      spread(isBusy(at) ? 1900 : 1000)(),
    )
    const at = (hours: number) => thresholdAt(seasonal, state, start + hours * hour)
    expect(Math.abs(at(10) - 1710)).toBeLessThan(20)
    expect(Math.abs(at(11) - 900)).toBeLessThan(11)
    expect(at(10 + 168)).toBe(at(10))
    expect(new Set(entries.map((entry) => entry.hour)).size).toBe(168)
  })
})

describe('closed cases', () => {
  const rate: ThresholdDefinition = {
    ...definition,
    statistic: { kind: 'confirmed_rate', precision: 0.5 },
    sampleMin: 20,
  }
  const closed = (given: ThresholdDefinition, some: readonly ReturnType<typeof cases>[]) => {
    const state = closeCases(given, createThreshold(given), { cases: some.flat(), now: start })
    return adapt(given, state, start + 3 * day).entries
  }

  it('raise a threshold to where enough of the hits are confirmed, and lower it while enough are', () => {
    const imprecise = [cases(30, { value: 1050, isConfirmed: false }), cases(20, { value: 1500, isConfirmed: true })]
    expect(closed(rate, imprecise)).toMatchObject([
      { from: 1000, to: 1100, basis: { limitedBy: ['speed'], sample: 50 } },
    ])
    expect(closed(rate, [cases(30, { value: 1500, isConfirmed: true })])).toMatchObject([{ from: 1000, to: 900 }])
    expect(closed(rate, [cases(30, { value: 1500, isConfirmed: false })])).toEqual([])
  })

  it('keep a threshold of values from adding hits while too few are confirmed', () => {
    const fed = { ...definition, feedback: { precision: 0.5, casesMin: 10 } }
    const observed = (some: ReturnType<typeof cases>) => {
      const values = Array.from({ length: 200 }, () => ({ at: start, value: 600 }))
      const state = observe(fed, createThreshold(fed), { observations: values, now: start })
      return adapt(fed, closeCases(fed, state, { cases: some, now: start }), start + 3 * day).entries
    }
    expect(observed([])).toMatchObject([{ to: 900 }])
    expect(observed(cases(10, { value: 1200, isConfirmed: false }))).toEqual([])
    const better = observed([
      ...cases(10, { value: 1050, isConfirmed: false }),
      ...cases(5, { value: 1090, isConfirmed: true }),
    ])
    expect(better).toMatchObject([{ basis: { limitedBy: ['feedback'] } }])
    expect(better[0]?.to).toBeGreaterThan(1060)
    expect(better[0]?.to).toBeLessThan(1090)
  })
})

it('a value of a time to come counts as one of now, and one of a past period is left out', () => {
  const times = [start + 400 * day, start, start - 7 * day]
  const observations = times.map((at) => ({ at, value: 1 }))
  const state = observe(definition, createThreshold(definition), { observations, now: start })
  expect(state.hours[0]!.periods).toMatchObject([{ number: Math.floor(start / day), values: { count: 2 } }])
})

it('one source adds no more values than it may', () => {
  const capped = { ...definition, perSourceMax: 5 }
  const observations = Array.from({ length: 100 }, (_, index) => ({
    at: start,
    value: 1,
    source: index < 50 ? 'one' : `${index}`,
  }))
  const once = observe(capped, createThreshold(capped), { observations, now: start })
  const twice = observe(capped, once, { observations, now: start })
  const next = observe(capped, twice, { observations, now: start + day })
  const counts = (state: ThresholdState) => state.hours[0]!.periods.map(({ values }) => values.count)
  expect(counts(once)).toEqual([55])
  expect(counts(twice)).toEqual([105])
  expect(counts(next)).toEqual([105 + 55])
})

it.each([
  { given: { initial: 2001 }, why: 'the initial value is within the bounds' },
  { given: { bounds: { least: 0, most: Infinity } }, why: 'the bounds are numbers' },
  { given: { speed: { share: 1, step: 0 } }, why: 'the speed is a share below 1' },
  { given: { initial: 1000.5 }, why: 'safe whole numbers' },
  { given: { sampleMin: 0 }, why: 'at least one value' },
  { given: { statistic: { kind: 'quantile', quantile: 1 } as const }, why: 'the quantile is between 0 and 1' },
])('a definition is refused: $why', ({ given, why }) => {
  expect(() => createThreshold({ ...definition, ...given })).toThrow(why)
})

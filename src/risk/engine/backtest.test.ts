import { describe, expect, it } from 'vitest'
import {
  type BacktestReport,
  backtest,
  type CaseEnd,
  createEngine,
  type EngineRecord,
  noFacts,
  type RiskEngine,
  recordOf,
  type StoredArrival,
} from '#risk'
import { createRandom, type Random } from '../../../scripts/random.ts'
import { rule, scenarioOf, start, subjectOf } from '../../../test/support/risk-scenarios.ts'
import { pagesOf, randomStream, windowedScenario } from '../../../test/support/risk-streams.ts'
import { absorb, emptyKey, indexRows, type KeyRows, rowsOf } from '../windows/key-rows.ts'
import { decodeRows, encodeRows, type StoredRows } from '../windows/rows.ts'
import type { EarlierRow } from './earlier-memory.ts'

const since = 0
const text = (value: unknown) => JSON.stringify(value)

/** Tables, as text: rows of windows by series and key, and last decisions by field and value. */
function createTables() {
  const windows = new Map<string, string>()
  const earlier = new Map<string, EarlierRow>()
  const earlierKey = ({ field, value }: Pick<EarlierRow, 'field' | 'value'>) => text([field, value])
  const stored = (engine: RiskEngine, { series: id, key }: { series: string; key: string }): KeyRows => {
    const series = engine.series.find((one) => one.id === id)!
    const rows = windows.get(text([id, key]))
    return rows === undefined
      ? emptyKey(series, { key })
      : indexRows(series, decodeRows(series, JSON.parse(rows) as StoredRows))
  }
  return {
    load: (engine: RiskEngine, batch: readonly StoredArrival[]) => {
      const needs = engine.needsOf(batch.map(({ subject }) => subject))
      for (const key of needs.keys) if (!engine.has(key)) engine.loadWindow(rowsOf(stored(engine, key)))
      for (const [field, values] of needs.earlier) {
        for (const value of values)
          engine.loadEarlier(earlier.get(earlierKey({ field, value })) ?? { field, value, decision: undefined })
      }
    },
    write: (engine: RiskEngine) => {
      const changes = engine.takeChanges()
      for (const changed of changes.windows) {
        const rows = stored(engine, changed.head)
        absorb(rows, changed)
        windows.set(text([changed.head.series, changed.head.key]), text(encodeRows(rowsOf(rows))))
      }
      for (const row of changes.earlier) earlier.set(earlierKey(row), row)
    },
  }
}

function decideRuns(engine: RiskEngine, batch: readonly StoredArrival[]): EngineRecord[] {
  return batch.flatMap((arrival) => {
    if (arrival.isDecided) {
      return engine.decide({ arrivals: [arrival], facts: noFacts }).map((decided) => recordOf(decided!.decision))
    }
    engine.observe([arrival])
    return []
  })
}

/** A worker: batches of any length, from tables, with rollbacks after which the batch is decided again, and restarts. */
function playLive(stream: readonly StoredArrival[], random: Random): EngineRecord[] {
  const tables = createTables()
  const create = () => createEngine({ since, isStored: true, keysMax: 200, roles: [{ live: windowedScenario(1) }] })
  const records: EngineRecord[] = []
  let engine = create()
  for (let from = 0; from < stream.length; ) {
    const batch = stream.slice(from, from + 1 + random.below(12))
    tables.load(engine, batch)
    if (random.chance(0.2)) {
      decideRuns(engine, batch)
      engine.discard()
      tables.load(engine, batch)
    }
    records.push(...decideRuns(engine, batch))
    tables.write(engine)
    if (random.chance(0.1)) engine = create()
    from += batch.length
  }
  return records
}

describe('a backtest', () => {
  it.each([1, 2, 3, 4])(
    'decides what live did, with late and repeated events, rollbacks and restarts: seed %d',
    async (seed) => {
      const stream = randomStream(seed, 500)
      const random = createRandom(seed + 100)
      const live = playLive(stream, random)
      const again: EngineRecord[] = []
      await backtest({
        stream: pagesOf(stream, () => 1 + random.below(40)),
        live: windowedScenario(1),
        draft: windowedScenario(2, 1),
        closedCases: new Map(),
        facts: noFacts,
        since,
        onDecided: ({ decision }) => again.push(recordOf(decision)),
      })
      expect(again.length).toBeGreaterThan(300)
      expect(again.length).toBe(live.length)
      for (const [at, record] of again.entries()) expect(record).toEqual(live[at])
      const hits = new Set(live.flatMap(({ results }) => results.filter(({ counts }) => counts).map((one) => one.rule)))
      expect(hits.size).toBeGreaterThanOrEqual(windowedScenario(1).rules.length - 1)
      const unavailable = live.filter(({ reads }) => reads.some(({ error }) => error === 'window_unavailable'))
      expect(unavailable.length).toBeLessThan(live.length / 5)
    },
  )

  it('is the same whatever its pages are', async () => {
    const stream = randomStream(7, 400)
    const cases = new Map(
      stream.map(({ subject: { id } }, at): [string, CaseEnd] => [id, at % 3 === 0 ? 'confirmed' : 'dismissed']),
    )
    const report = (length: number) =>
      backtest({
        stream: pagesOf(stream, () => length),
        live: windowedScenario(1),
        draft: windowedScenario(2, 1),
        closedCases: cases,
        facts: noFacts,
        since,
      })
    const [one, other] = [await report(1), await report(170)]
    expect(one).toEqual(other)
    expect(one.changes.length).toBeGreaterThan(0)
    expect(one.examples.length).toBeGreaterThan(0)
  })
})

describe('the report of a backtest', () => {
  const limit = (version: number, most: string) =>
    scenarioOf({ version, rules: [rule('large', `amount > money("${most}.00 INR")`, { score: 50 })] })
  const arrivals = [100, 200, 300, 400, 300].map((rupees, position): StoredArrival => {
    const amount = { minor: String(rupees * 100), asset: 'INR' }
    const subject = subjectOf(position === 4 ? 'pay_2' : `pay_${position}`, { amount }, start + position)
    return { subject, position, arrivedAt: start + position, isDecided: true }
  })
  const run = (more: { from?: number } = {}): Promise<BacktestReport> =>
    backtest({
      stream: pagesOf(arrivals, () => 2),
      live: limit(1, '350'),
      draft: limit(2, '150'),
      closedCases: new Map<string, CaseEnd>([
        ['pay_0', 'confirmed'],
        ['pay_1', 'dismissed'],
        ['pay_2', 'confirmed'],
        ['pay_3', 'confirmed'],
      ]),
      facts: noFacts,
      since,
      ...more,
    })

  it('has hits, changes, and precision and recall against closed cases, where a subject counts once', async () => {
    expect(await run()).toEqual({
      subjects: 5,
      live: {
        scenario: 'test',
        version: 1,
        outcomes: { approve: 4, step_up: 0, review: 1, decline: 0 },
        cases: { confirmed: 1, dismissed: 0, missed: 2, precision: 1, recall: 1 / 3 },
        rules: [{ rule: 'large', hits: 1, confirmed: 1, dismissed: 0, precision: 1 }],
      },
      draft: {
        scenario: 'test',
        version: 2,
        outcomes: { approve: 1, step_up: 0, review: 4, decline: 0 },
        cases: { confirmed: 2, dismissed: 1, missed: 1, precision: 2 / 3, recall: 2 / 3 },
        rules: [{ rule: 'large', hits: 4, confirmed: 2, dismissed: 1, precision: 2 / 3 }],
      },
      different: 3,
      changes: [{ live: 'approve', shadow: 'review', subjects: 3 }],
      examples: ['pay_1', 'pay_2', 'pay_2'].map((subject) => ({ subject, live: 'approve', draft: 'review' })),
    })
  })

  it('leaves out what arrived before its start', async () => {
    const report = await run({ from: start + 3 })
    expect([report.subjects, report.different]).toEqual([2, 1])
  })

  it('refuses a stream that is not in the order of arrival', async () => {
    arrivals.reverse()
    await expect(run()).rejects.toThrow('in the order of their arrival')
    arrivals.reverse()
  })
})

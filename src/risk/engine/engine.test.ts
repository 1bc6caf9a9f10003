import { describe, expect, it } from 'vitest'
import {
  type Arrival,
  createEngine,
  createOutcomeCounter,
  type EngineOptions,
  explain,
  noFacts,
  recordOf,
  replay,
  replayDecision,
} from '#risk'
import { rule, scenarioOf, start, subjectOf } from '../../../test/support/risk-scenarios.ts'
import { randomStream, windowedScenario } from '../../../test/support/risk-streams.ts'
import { emptyKey, rowsOf } from '../windows/key-rows.ts'

const often = (version: number, most: number) =>
  scenarioOf({
    version,
    rules: [rule('often', `window("payment", "1h").by(payer.id).count() >= ${most}`, { score: 50 })],
  })

const arrivalsOf = (count: number, fields: object = {}): Arrival[] =>
  Array.from({ length: count }, (_, position) => ({
    subject: subjectOf(`pay_${position}`, { ...fields }, start + position),
    position,
    arrivedAt: start + position,
  }))

const engineOf = (options: Partial<EngineOptions> & Pick<EngineOptions, 'roles'>) =>
  createEngine({ since: 0, ...options })

describe('a batch', () => {
  it('is decided in order, where each subject has those before it in its windows, and not itself', () => {
    const engine = engineOf({ roles: [{ live: often(1, 3) }] })
    const decided = engine.decide({ arrivals: arrivalsOf(5), facts: noFacts })
    expect(decided.map((one) => one!.decision.reads[0]!.value)).toEqual([0, 1, 2, 3, 4])
    expect(decided.map((one) => one!.decision.outcome)).toEqual(['approve', 'approve', 'approve', 'review', 'review'])
  })

  it('sees the windows of its own time when it is late', () => {
    const engine = engineOf({ roles: [{ live: often(1, 3) }] })
    engine.observe(arrivalsOf(5))
    const late = { subject: subjectOf('late', {}, start + 2), position: 9, arrivedAt: start + 60_000_000 }
    const [decided] = engine.decide({ arrivals: [late], facts: noFacts })
    expect(decided!.decision.reads[0]!.value).toBe(3)
  })

  it('counts kinds that no scenario decides on', () => {
    const live = scenarioOf({
      subject: 'refund',
      rules: [rule('paid', 'window("payment", "1h").by(payer.id).count() >= 2', { score: 50 })],
    })
    const engine = engineOf({ roles: [{ live }] })
    expect(engine.decide({ arrivals: arrivalsOf(2), facts: noFacts })).toEqual([undefined, undefined])
    expect([...engine.rows()].map(({ head }) => [head.key, head.events])).toEqual([['p1', 2]])
  })

  it('makes one series for windows with the same key, condition and value, of several scenarios too', () => {
    const [live, shadow] = [windowedScenario(1), windowedScenario(2, 1)]
    const engine = engineOf({ roles: [{ live, shadows: [shadow] }] })
    const windows = new Set(live.evaluation.operands.flatMap(({ window }) => window?.id ?? []))
    expect([windows.size, engine.series.length]).toEqual([9, 6])
    expect(engineOf({ roles: [{ live }] }).series).toEqual(engine.series)
  })
})

describe('what a batch needs', () => {
  it('is enough to decide it, and an engine with tables stops without it', () => {
    const live = windowedScenario(1)
    const engine = engineOf({ roles: [{ live }], isStored: true })
    const arrivals = randomStream(5, 60)
    expect(() => engine.decide({ arrivals, facts: noFacts })).toThrow('must be loaded')
    const needs = engine.needsOf(arrivals.map(({ subject }) => subject))
    expect(new Set(needs.series)).toEqual(new Set(engine.series))
    expect([...needs.earlier.keys()]).toEqual(['payer.id'])
    for (const { series, key } of needs.keys) {
      engine.loadWindow(rowsOf(emptyKey(engine.series.find(({ id }) => id === series)!, { key })))
    }
    expect(engine.decide({ arrivals, facts: noFacts })).toHaveLength(60)
    const changed = engine.takeChanges().windows.map(({ head: { series, key } }) => JSON.stringify({ series, key }))
    const asked = new Set(needs.keys.map(({ series, key }) => JSON.stringify({ series, key })))
    expect(changed.filter((key) => !asked.has(key))).toEqual([])
  })

  it('is forgotten with what a batch has changed when it is rolled back', () => {
    const live = scenarioOf({
      rules: [
        rule('often', 'window("payment", "1h").by(payer.id).count() >= 3'),
        rule('again', 'earlierOutcome(payer.id) == "decline"'),
      ],
    })
    const engine = engineOf({ roles: [{ live }], isStored: true })
    const [series] = engine.series
    const load = () => engine.loadWindow(rowsOf(emptyKey(series!, { key: 'p1' })))
    load()
    engine.decide({ arrivals: arrivalsOf(2), facts: noFacts })
    engine.discard()
    expect(engine.has({ series: series!.id, key: 'p1' })).toBe(false)
    expect(engine.takeChanges()).toEqual({ windows: [], earlier: [] })
    load()
    const [decided] = engine.decide({ arrivals: arrivalsOf(1), facts: noFacts })
    expect(decided!.decision.reads.map(({ value, error }) => value ?? error)).toEqual([0, 'earlier_unavailable'])
  })

  it('keeps within its bounds, and a window that is incomplete is unavailable instead of too small', () => {
    const engine = engineOf({ roles: [{ live: often(1, 3) }], keysMax: 8, eventsMax: 10 })
    const many = arrivalsOf(100).map((arrival, at) => ({
      ...arrival,
      subject: subjectOf(`pay_${at}`, { 'payer.id': `p${at}` }, start + at),
    }))
    engine.decide({ arrivals: many, facts: noFacts })
    expect([...engine.rows()].length).toBeLessThanOrEqual(8)
    const again = {
      subject: subjectOf('again', { 'payer.id': 'p0' }, start + 200),
      position: 200,
      arrivedAt: start + 200,
    }
    const [decided] = engine.decide({ arrivals: [again], facts: noFacts })
    expect(decided!.decision.results[0]).toMatchObject({ result: 'error', error: 'window_unavailable' })
  })
})

describe('live, shadow and challenger', () => {
  it('decide in one pass, and their differences are counted', () => {
    const challenge = { basisPoints: 5000, field: 'payer.id', salt: 'a' }
    const roles = { live: often(1, 3), shadows: [often(2, 2)], challenger: { scenario: often(3, 1), challenge } }
    const engine = engineOf({ roles: [roles] })
    const counter = createOutcomeCounter()
    const arrivals = arrivalsOf(400).map((arrival, at) => ({
      ...arrival,
      subject: subjectOf(`pay_${at}`, { 'payer.id': `p${at >> 2}` }, start + at),
    }))
    const decided = engine.decide({ arrivals, facts: noFacts }).map((one) => one!)
    for (const one of decided) counter.add(one)
    const { deciders, shadows } = counter.counts()
    const of = (role: string) => deciders.find((one) => one.role === role)!.outcomes
    const [live, challenger] = [of('live'), of('challenger')]
    expect(live.approve).toBe(live.review * 3)
    expect(challenger.review).toBe(challenger.approve * 3)
    expect(live.review * 4 + challenger.approve * 4).toBe(400)
    expect(shadows).toEqual([
      {
        scenario: 'test',
        version: 2,
        subjects: 400,
        different: live.review + challenger.approve,
        changes: expect.arrayContaining([
          { live: 'approve', shadow: 'review', subjects: live.review },
          { live: 'review', shadow: 'approve', subjects: challenger.approve },
        ]),
      },
    ])
  })
})

describe('the record of a decision', () => {
  const records = () => {
    const live = windowedScenario(1)
    const engine = engineOf({ roles: [{ live }] })
    const decided = engine.decide({ arrivals: randomStream(6, 300), facts: noFacts })
    return { live, records: decided.map((one) => recordOf(one!.decision)) }
  }

  it('is concluded again from itself alone, and evaluated again with its scenario', () => {
    const { live, records: made } = records()
    for (const record of made) {
      const stored = JSON.parse(JSON.stringify(record)) as typeof record
      expect(replay(stored)).toEqual({
        outcome: record.outcome,
        score: record.score,
        decidedBy: record.decidedBy,
        isSame: true,
      })
      live.evaluation.facts = noFacts
      expect(replayDecision(stored, live)).toMatchObject({ ok: true, value: { differences: [] } })
    }
    expect(new Set(made.map(({ outcome }) => outcome)).size).toBe(3)
    const forged = { ...made.find(({ outcome }) => outcome === 'review')!, outcome: 'approve' as const }
    expect(replay(forged)).toMatchObject({ outcome: 'review', isSame: false })
  })

  it('is explained in plain English', () => {
    const live = scenarioOf({
      id: 'payments',
      version: 7,
      onError: 'step_up',
      rules: [
        rule('unusual', 'window("payment", "1h").by(payer.id).average(amount) * 2 < amount', {
          score: 60,
          reason: 'More than twice the usual.',
        }),
        rule('listed', 'payer.id in list("blocked_parties")', { reason: 'A blocked payer.' }),
        rule('abroad', 'card.country != "IN"', { reason: 'A foreign card.' }),
        rule('often', 'window("payment", "1h").by(payer.id).count() > 5'),
      ],
    })
    const engine = engineOf({ roles: [{ live }] })
    engine.observe(arrivalsOf(2))
    const subject = subjectOf('pay_9', { amount: { minor: '50000', asset: 'INR' } }, start + 9)
    const [decided] = engine.decide({ arrivals: [{ subject, position: 9, arrivedAt: start + 9 }], facts: noFacts })
    expect(explain(recordOf(decided!.decision))).toEqual([
      'Payment pay_9 was sent to review by version 7 of payments.',
      'The score of 60 reaches 50, the threshold of review.',
      'unusual (+60): More than twice the usual.',
      '  window("payment", "1h").by(payer.id).average(amount) of p1|INR was 100.00 INR',
      'listed: A blocked payer. It does not count, since it could not be evaluated: list_unavailable.',
      '  payer.id in list("blocked_parties") of p1 could not be read: list_unavailable',
      'abroad: A foreign card. It does not count, since this is missing: card.country.',
      'Other values that were read:',
      '  window("payment", "1h").by(payer.id).count() of p1 was 2',
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  collectNeeds,
  decideBatch,
  type Facts,
  KeyedEntries,
  noFacts,
  recordDecision,
  replayDecision,
  type Snooze,
  starterPack,
} from '#risk'
import {
  decideOne,
  paymentSchema,
  rule,
  scenarioOf,
  start,
  subjectOf,
} from '../../../../test/support/risk-scenarios.ts'

const hour = 3_600_000_000

describe('a stored decision', () => {
  const live = scenarioOf({
    trigger: 'has(payer.id)',
    onError: 'step_up',
    rules: [
      rule('sum', 'window("payment", "1d").by(payer.id).average(amount) * 2 < amount', { score: 30 }),
      rule('listed', 'payer.id in list("blocked_parties")', { score: 30 }),
      rule('screened', 'screeningScore("payer") >= threshold("screening_score")', { score: 30 }),
      rule('again', 'earlierOutcome(payer.id) == "decline" && earlierAge(payer.id) < duration("1h")', { score: 30 }),
      rule('device', 'window("payment", "1h").by(device.id).count() > 3'),
      rule('away', 'window("payment", "2h").by(payer.id).count() > 3'),
      rule('noise', 'rail == "upi"'),
    ],
  })
  const facts: Facts = {
    windows: { read: ({ statistic }) => (statistic === 'average' ? 4000n : null) },
    lists: { version: () => '2026-03-01', has: ({ value }) => value === 'p1' },
    screenings: { result: () => ({ score: 91.5, hits: 2, version: 'ofac-7' }) },
    earlier: { last: () => ({ outcome: 'decline', score: 120, at: start - hour / 2 }) },
    thresholds: { current: () => ({ value: 88, version: 'manual-3' }) },
  }
  const snoozes = new KeyedEntries<Snooze>(paymentSchema, [
    { id: 's1', rule: 'noise', field: 'payer.id', value: 'p1', until: start + 1, reason: 'Noise.' },
  ])
  const { decision } = decideOne(live, { facts, snoozes })
  const record = recordDecision(decision)
  const stored = () => JSON.parse(JSON.stringify(record)) as typeof record

  it('has all that it saw, with the versions', () => {
    expect(record).toMatchObject({ scenario: 'test', version: 1, outcome: 'review', score: 120, role: 'live' })
    expect(record.results.map(({ result }) => result)).toEqual([
      'hit',
      'hit',
      'hit',
      'hit',
      'missing',
      'error',
      'skipped',
    ])
    const average = 'window("payment", "1d").by(payer.id).average(amount)'
    expect(record.reads).toEqual([
      { kind: 'window', id: average, type: 'amount', key: 'p1|INR', value: { minor: '4000', asset: 'INR' } },
      {
        kind: 'list',
        id: 'payer.id in list("blocked_parties")',
        type: 'boolean',
        key: 'p1',
        value: true,
        version: '2026-03-01',
      },
      {
        kind: 'screening',
        id: 'screeningScore("payer")',
        type: 'number',
        key: 'payer',
        value: 91.5,
        version: 'ofac-7',
      },
      {
        kind: 'threshold',
        id: 'threshold("screening_score")',
        type: 'number',
        key: 'screening_score',
        value: 88,
        version: 'manual-3',
      },
      { kind: 'earlier', id: 'earlierOutcome(payer.id)', type: 'text', key: 'p1', value: 'decline' },
      { kind: 'earlier', id: 'earlierAge(payer.id)', type: 'duration', key: 'p1', value: hour / 2 },
      { kind: 'window', id: 'window("payment", "1h").by(device.id).count()', type: 'whole' },
      {
        kind: 'window',
        id: 'window("payment", "2h").by(payer.id).count()',
        type: 'whole',
        key: 'p1',
        error: 'window_unavailable',
      },
    ])
  })

  it('is the same when it is made again from its JSON, without any facts', () => {
    live.evaluation.facts = noFacts
    const replay = replayDecision(stored(), live)
    expect(replay.ok && replay.value.differences).toEqual([])
    expect(replay.ok && replay.value.record).toEqual(record)
  })

  it('is another when what it saw was changed, and the difference is named', () => {
    const changed = stored()
    const reads = changed.reads.map((read) => (read.kind === 'screening' ? { ...read, value: 12 } : read))
    const replay = replayDecision({ ...changed, reads }, live)
    expect(replay.ok && replay.value.differences).toEqual(['score', 'results'])
    const forged = replayDecision({ ...stored(), outcome: 'approve' }, live)
    expect(forged.ok && forged.value.differences).toEqual(['outcome'])
    const others = changed.reads.map((read) => (read.kind === 'earlier' ? { ...read, key: 'p2' } : read))
    const other = replayDecision({ ...changed, reads: others }, live)
    expect(other.ok && other.value.record.results[3]).toMatchObject({ result: 'error', error: 'not_recorded' })
    const fewer = replayDecision({ ...stored(), reads: [] }, live)
    expect(fewer.ok && fewer.value.differences).toEqual(['outcome', 'decidedBy', 'score', 'results', 'reads'])
  })

  it('is refused by another version of the scenario, the schema or the engine', () => {
    expect(replayDecision({ ...stored(), version: 2 }, live)).toMatchObject({ ok: false })
    expect(replayDecision({ ...stored(), engine: 0 }, live)).toMatchObject({ ok: false })
    expect(replayDecision({ ...stored(), schema: { kind: 'payment', version: 9 } }, live)).toMatchObject({ ok: false })
  })
})

describe('decisions of the starter pack', () => {
  const [payments] = starterPack
  const live = scenarioOf(JSON.parse(JSON.stringify(payments)))
  const pick = <Item>(seed: number, ...items: readonly Item[]) => items[seed % items.length] as Item
  const place = { latitude: 19, longitude: 72 }

  it('need no more than was said, and are the same when made again, whatever the subject and the facts were', () => {
    const seeds = fc.record({ subject: fc.nat(), facts: fc.nat() })
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(seeds, ({ subject: seed, facts: other }) => {
        const subject = subjectOf('pay_1', {
          amount: { minor: pick(seed, '100', '4600000', '99900000'), asset: pick(seed >> 2, 'INR', 'EUR') },
          'card.country': pick(seed >> 3, 'IN', 'DE', null),
          'ip.country': pick(seed >> 4, 'IN', 'US', null),
          'device.id': pick(seed >> 5, 'd1', null),
          'payer.email': pick(seed >> 6, 'a@mail.test', 'nobody', null),
          'payer.createdAt': pick(seed >> 7, '2026-03-01T09:59:59Z', '2020-01-01T00:00:00Z', null),
          place: pick(seed >> 8, place, null),
          'payer.place': pick(seed >> 9, { latitude: 51, longitude: 0 }, place),
        })
        const answers: Facts = {
          windows: {
            read: ({ id, isOfAmounts }) => {
              const count = pick(other + id.length, 0, 3, 50, null, undefined)
              return isOfAmounts && count !== null && count !== undefined ? BigInt(count * 1000) : count
            },
          },
          lists: { version: () => pick(other, 'v1', undefined), has: ({ list }) => (other + list.length) % 3 === 0 },
          screenings: { result: () => pick(other >> 3, { score: 91, hits: 1, version: 's1' }, undefined, null) },
          earlier: { last: () => pick(other >> 5, { outcome: 'decline', score: 9, at: start - 1 }, undefined, null) },
          thresholds: { current: () => pick(other >> 7, { value: 4, version: 't1' }, undefined) },
        }
        const needs = collectNeeds([live], [subject])
        const [decided] = decideBatch({ live, subjects: [subject], facts: answers })
        for (const { operand, key } of decided!.decision.reads) {
          const keys = operand.window && needs.windows.get(operand.window.id)?.keys
          if (operand.window && key !== undefined) expect(keys?.has(key)).toBe(true)
        }
        const made = recordDecision(decided!.decision)
        outcomes.add(made.outcome)
        live.evaluation.facts = noFacts
        const again = replayDecision(JSON.parse(JSON.stringify(made)), live)
        expect(again).toEqual({ ok: true, value: { record: made, differences: [] } })
      }),
      { numRuns: 500 },
    )
    expect([...outcomes].sort()).toEqual(['approve', 'decline', 'review', 'step_up'])
  })
})

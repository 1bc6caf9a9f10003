import { describe, expect, it } from 'vitest'
import {
  collectNeeds,
  decideBatch,
  type Facts,
  KeyedEntries,
  noFacts,
  type Override,
  type Snooze,
  type Subject,
} from '#risk'
import {
  decideOne,
  paymentSchema,
  rule,
  scenarioOf,
  start,
  subjectOf,
} from '../../../../test/support/risk-scenarios.ts'

describe('an outcome', () => {
  const hits = (score: number, more: object = {}) => [rule('one', 'rail == "upi"', { score, ...more })]

  it.each([
    ['no rule hits', { rules: [rule('one', 'rail == "card"', { score: 90 })] }, 'approve', { by: 'score' }],
    ['the score reaches a threshold', { rules: hits(50) }, 'review', { by: 'score' }],
    ['the score is below it', { rules: hits(49) }, 'approve', { by: 'score' }],
    ['a rule asks for more', { rules: hits(50, { outcome: 'decline' }) }, 'decline', { by: 'rule', id: 'one' }],
    ['a rule asks for less', { rules: hits(50, { outcome: 'step_up' }) }, 'review', { by: 'score' }],
    ['the trigger is false', { rules: hits(90), trigger: 'rail == "card"' }, 'approve', { by: 'trigger' }],
    ['the trigger is missing', { rules: hits(90), trigger: 'card.country == "IN"' }, 'review', { by: 'score' }],
    [
      'a rule is missing and counts as a hit',
      { rules: [rule('one', 'card.country == "IN"', { score: 50, whenMissing: 'hit' })] },
      'review',
      { by: 'score' },
    ],
    ['a rule has an error', { rules: [rule('one', '1 / 0 == 1')], onError: 'review' }, 'review', { by: 'errors' }],
    ['a rule has an error and nothing is said', { rules: [rule('one', '1 / 0 == 1')] }, 'approve', { by: 'score' }],
    [
      'a rule has an error and counts as a hit',
      { rules: [rule('one', '1 / 0 == 1', { whenError: 'hit', outcome: 'decline' })] },
      'decline',
      { by: 'rule', id: 'one' },
    ],
    [
      'one rule takes points from another',
      { rules: [...hits(60), rule('two', 'payer.id == "p1"', { score: -20 })] },
      'approve',
      { by: 'score' },
    ],
  ])('when %s', (_, given, outcome, decidedBy) => {
    const { decision } = decideOne(scenarioOf(given))
    expect(decision).toMatchObject({ outcome, decidedBy })
  })

  it('is that of the most severe override in force, and the rules are evaluated all the same', () => {
    const entry = { field: 'payer.id', value: 'p1', until: start + 1, reason: 'Known.' }
    const overrides = (...list: readonly Partial<Override>[]) =>
      new KeyedEntries<Override>(
        paymentSchema,
        list.map((one, at) => ({ ...entry, id: `o${at}`, outcome: 'approve' as const, ...one })),
      )
    const live = scenarioOf({ rules: [rule('one', 'rail == "upi"', { score: 50 })] })
    const decide = (...list: readonly Partial<Override>[]) =>
      decideOne(live, { overrides: overrides(...list) }).decision
    expect(decide({})).toMatchObject({ outcome: 'approve', decidedBy: { by: 'override', id: 'o0' }, score: 50 })
    expect(decide({}, { outcome: 'decline' })).toMatchObject({ outcome: 'decline', decidedBy: { id: 'o1' } })
    expect(decide({ until: start })).toMatchObject({ outcome: 'review' })
    expect(decide({ value: 'p2' })).toMatchObject({ outcome: 'review' })
    expect(decide({ field: 'nothing' })).toMatchObject({ outcome: 'review' })
  })
})

describe('the results of rules', () => {
  it('say why a rule did not hit, or was not evaluated', () => {
    const live = scenarioOf({
      rules: [
        rule('hit', 'rail == "upi"', { score: 5, actions: [{ name: 'notify', with: { to: 'risk' } }] }),
        rule('miss', 'rail == "card"', { score: 5 }),
        rule('missing', 'card.country == "IN" && window("payment", "1h").by(device.id).count() > 3', { score: 5 }),
        rule('error', 'payer.id in list("blocked_parties")', { score: 5 }),
        rule('snoozed', 'rail == "upi"', { score: 5 }),
        rule('last', 'rail == "upi"', { score: 5, isFinal: true }),
        rule('behind', 'rail == "upi"', { score: 5 }),
      ],
    })
    const snooze: Snooze = {
      id: 's1',
      rule: 'snoozed',
      field: 'payer.id',
      value: 'p1',
      until: start + 1,
      reason: 'Noise.',
    }
    const { decision } = decideOne(live, { snoozes: new KeyedEntries(paymentSchema, [snooze]) })
    expect(decision.results).toEqual([
      { rule: 'hit', result: 'hit', counts: true, score: 5 },
      { rule: 'miss', result: 'miss', counts: false, score: 0 },
      {
        rule: 'missing',
        result: 'missing',
        counts: false,
        score: 0,
        missing: ['card.country', 'device.id', 'window("payment", "1h").by(device.id).count()'],
      },
      { rule: 'error', result: 'error', counts: false, score: 0, error: 'list_unavailable' },
      { rule: 'snoozed', result: 'skipped', counts: false, score: 0, why: 'snoozed s1' },
      { rule: 'last', result: 'hit', counts: true, score: 5 },
      { rule: 'behind', result: 'skipped', counts: false, score: 0, why: 'after last' },
    ])
    expect(decision.actions).toEqual([{ name: 'notify', with: { to: 'risk' }, rule: 'hit' }])
    const later = decideOne(live, { snoozes: new KeyedEntries(paymentSchema, [{ ...snooze, until: start }]) })
    expect(later.decision.results[4]).toMatchObject({ result: 'hit' })
  })

  it('are in their order, and read nothing that And and Or do not need', () => {
    const asked: string[] = []
    const facts: Facts = { ...noFacts, windows: { read: ({ id }) => asked.push(id) + 4 } }
    const count = (length: string) => `window("payment", "${length}").by(payer.id).count() > 3`
    const live = scenarioOf({
      rules: [
        rule('and', `rail == "card" && ${count('1h')}`),
        rule('or', `rail == "upi" || ${count('2h')}`),
        rule('both', `${count('3h')} && ${count('4h')}`),
        rule('again', `${count('3h')} || ${count('5h')}`),
      ],
    })
    decideOne(live, { facts })
    expect(asked.map((id) => id.slice(19, 21))).toEqual(['3h', '4h'])
  })
})

describe('a batch', () => {
  const often = scenarioOf({
    rules: [rule('often', 'window("payment", "1h").by(payer.id).where(rail == "upi").count() >= 2', { score: 50 })],
  })

  it('says which windows and keys it needs before it is evaluated', () => {
    const subjects = [subjectOf('a'), subjectOf('b', { 'payer.id': 'p9' }), subjectOf('c')]
    const names = 'payer.id in list("blocked_parties") || screeningScore("payer") > threshold("screening_score")'
    const other = scenarioOf({
      rules: [
        rule('sum', 'window("payment", "1d").by(payer.id, payee.id).sum(amount) > amount'),
        rule('same', 'window("payment", "1h").by(payer.id == payee.id).where(rail == "upi").count() >= 2'),
        rule('names', names),
        rule('last', 'earlierOutcome(payer.id) == "decline"'),
      ],
    })
    const needs = collectNeeds([often, other], subjects)
    const windows = [...needs.windows.values()].map(({ window, keys }) => [window.id, [...keys]])
    expect(windows).toEqual([
      ['window("payment", "1h").by(payer.id).where(rail == "upi").count()', ['p1', 'p9', 'p2']],
      ['window("payment", "1d").by(payer.id, payee.id).sum(amount)', ['p1|p2|INR', 'p9|p2|INR']],
    ])
    expect(needs.earlier).toEqual(new Map([['payer.id', new Set(['p1', 'p9'])]]))
    expect([needs.lists, needs.thresholds, needs.parties].map((set) => [...set])).toEqual([
      ['blocked_parties'],
      ['screening_score'],
      ['payer'],
    ])
  })

  it('counts earlier subjects of the same batch when they were recorded, by the functions of the window', () => {
    const { window } = [...collectNeeds([often], [subjectOf('a')]).windows.values()][0]!
    const counts = new Map<string, number>()
    const record = (subject: Subject) => {
      const key = window.event.key(subject)
      if (key !== undefined && window.event.accepts(subject)) counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const subjects = [subjectOf('a'), subjectOf('b', { rail: 'card' }), subjectOf('c'), subjectOf('d')]
    const facts: Facts = { ...noFacts, windows: { read: (_, key) => counts.get(key) ?? 0 } }
    const decided = decideBatch({ live: often, subjects, facts, onDecided: ({ subject }) => record(subject) })
    expect(decided.map(({ decision }) => decision.outcome)).toEqual(['approve', 'approve', 'approve', 'review'])
  })

  it('asks for a key that the event of the same subject has, with the asset of an amount', () => {
    const subject = subjectOf('a', { 'device.id': 'd1', 'card.country': 'DE' })
    const asks = [
      'by(payer.id).sum(amount)',
      'by(payer.id, card.country).count()',
      'by(device.id).distinct(payee.id)',
      'count()',
    ]
    const scenario = scenarioOf({
      rules: asks.map((ask, at) => rule(`r${at}`, `has(window("payment", "1h").${ask})`)),
    })
    const needs = [...collectNeeds([scenario], [subject]).windows.values()]
    const events = needs.map(({ window: { event } }) => [event.key(subject), event.value(subject)])
    expect(events).toEqual([
      ['p1|INR', 10_000n],
      ['p1|DE', undefined],
      ['d1', 'p2'],
      ['', undefined],
    ])
    expect(needs.map(({ keys }) => [...keys])).toEqual(events.map(([key]) => [key]))
    expect(needs[2]?.window.event.key(subjectOf('b'))).toBeUndefined()
    const odd = ['a|b', 'a\\|b', 'a\\', 'a'].map((id) => needs[0]?.window.event.key(subjectOf('c', { 'payer.id': id })))
    expect(odd).toEqual(['a\\|b|INR', 'a\\\\\\|b|INR', 'a\\\\|INR', 'a|INR'])
  })

  it('compares scenarios in the shadow, which decide nothing', () => {
    const rules = [rule('one', 'rail == "upi"', { score: 50 }), rule('two', 'payer.id == "p9"', { score: 10 })]
    const live = scenarioOf({ rules })
    const shadow = scenarioOf({ version: 2, rules: [rule('three', 'rail == "upi"', { score: 10 }), rules[1]] })
    const subjects = [subjectOf('a'), subjectOf('b', { rail: 'card' })]
    const decided = decideBatch({ live, shadows: [shadow], subjects, facts: noFacts })
    expect(decided.map(({ decision }) => decision.role)).toEqual(['live', 'live'])
    expect(decided.map(({ shadows }) => shadows[0]?.difference)).toEqual([
      {
        outcomes: { live: 'review', shadow: 'approve' },
        scoreDifference: -40,
        hitsOnlyLive: ['one'],
        hitsOnlyShadow: ['three'],
      },
      undefined,
    ])
  })

  it('gives a stable share of the payers to the challenger, and a larger share the same ones and more', () => {
    const live = scenarioOf({})
    const other = scenarioOf({ version: 2 })
    const subjects = Array.from({ length: 4000 }, (_, at) => subjectOf(`s${at}`, { 'payer.id': `p${at % 2000}` }))
    const chosen = (basisPoints: number) => {
      const challenge = { basisPoints, field: 'payer.id', salt: 'spring' }
      const batch = { live, challenger: { scenario: other, challenge }, subjects, facts: noFacts }
      const decided = decideBatch(batch).filter(({ decision }) => decision.role === 'challenger')
      expect(decided.every(({ decision }) => decision.scenario === other)).toBe(true)
      return decided.map(({ decision }) => decision.subject)
    }
    const [few, more] = [chosen(1000), chosen(3000)]
    expect(few.length / 4000).toBeCloseTo(0.1, 1)
    expect(more.length / 4000).toBeCloseTo(0.3, 1)
    expect(few.every((subject) => more.includes(subject))).toBe(true)
    const payers = new Set(few.map(({ values }) => values[paymentSchema.slots.get('payer.id')!]))
    expect(payers.size * 2).toBe(few.length)
    expect([chosen(0).length, chosen(10_000).length]).toEqual([0, 4000])
  })
})

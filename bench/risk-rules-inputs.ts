import {
  compileScenario,
  problemText,
  readScenario,
  readSubject,
  type Scenario,
  type Subject,
  standardEnvironment,
  standardSchemas,
} from '#risk'
import { createRandom } from '../scripts/random.ts'
import type { PlainFacts, PlainRule } from './risk-rules-baselines.ts'

export const subjectsCount = 20_000
const countries = ['IN', 'NP', 'BD', 'LK', 'US', 'GB', 'DE', 'SG', 'AE', 'FR']
export const start = Date.parse('2026-03-01T10:00:00Z') * 1000

export function plainRules(): PlainRule[] {
  const random = createRandom(7)
  return Array.from({ length: 20 }, (_, at) => ({
    id: `rule-${at}`,
    least: 100 * (at + 1),
    most: random.between({ least: 1, most: 4 }),
    countries: Array.from({ length: 3 }, () => random.pick(countries)),
  }))
}

/** One for each kind of key and statistic that is common. */
export const windows = [
  'window("payment", "1h").by(payer.id).count() >= 30',
  'window("payment", "24h").by(payer.id).sum(amount) > money("90000.00 INR")',
  'window("payment", "7d").by(payer.id).average(amount) * 4 < amount',
  'window("payment", "1h").by(device.id).count() >= 40',
  'window("payment", "24h").by(instrument.fingerprint).count() >= 50',
  'window("payment", "24h").by(payer.id, payee.id).max(amount) < amount',
]

export function scenarioOf(rules: readonly PlainRule[], more: readonly string[]): Scenario {
  const plain = rules.map(({ least, most, countries: among }) => {
    const amount = `money("${least}.00 INR")`
    return `amount > ${amount} && payer.kycLevel <= ${most} && payer.country in ${JSON.stringify(among)}`
  })
  // A window in front of fields is asked for by every subject: the most expensive place.
  const conditions = [...plain.slice(0, 20 - more.length), ...more]
  const read = readScenario({
    id: 'bench',
    version: 1,
    subject: 'payment',
    rules: conditions.map((when, at) => ({ id: `rule-${at}`, reason: 'Measured.', when, score: 5 })),
    thresholds: [{ from: 50, outcome: 'review' }],
  })
  if (!read.ok) throw new Error(read.problems.map(problemText).join())
  const compiled = compileScenario(read.value.definition, standardEnvironment)
  if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join())
  return compiled.value
}

export type Inputs = {
  readonly json: readonly Readonly<Record<string, unknown>>[]
  readonly plain: readonly PlainFacts[]
}

export function inputs(): Inputs {
  const random = createRandom(11)
  const plain = Array.from({ length: subjectsCount }, () => ({
    amount: Math.floor(Math.exp(random.next() * 6) * 100),
    level: random.below(6),
    country: random.pick(countries),
  }))
  const json = plain.map(({ amount, level, country }) => ({
    amount: { minor: String(amount * 100), asset: 'INR' },
    rail: 'upi',
    'payer.id': `payer-${random.below(2000)}`,
    'payer.country': country,
    'payer.kycLevel': level,
    'payee.id': `payee-${random.below(300)}`,
    'device.id': `device-${random.below(3000)}`,
    'instrument.fingerprint': `card-${random.below(3000)}`,
  }))
  return { json, plain }
}

export function subjectsOf(json: Inputs['json']): Subject[] {
  const schema = standardSchemas.get('payment')
  return json.map((fields, at) => {
    const subject = schema && readSubject(schema, { id: `pay_${at}`, at: start + at * 1000, fields })
    if (subject === undefined || !subject.ok) throw new Error('a subject of the bench is wrong')
    return subject.value
  })
}

import {
  type Batch,
  compileScenario,
  type Decided,
  decideBatch,
  noFacts,
  problemText,
  readScenario,
  readSubject,
  type Scenario,
  type Subject,
  type SubjectSchema,
  standardEnvironment,
  standardSchemas,
} from '#risk'

export const paymentSchema = standardSchemas.get('payment') as SubjectSchema
export const start = Date.parse('2026-03-01T10:00:00Z') * 1000

export function scenarioOf(given: object): Scenario {
  const base = { id: 'test', version: 1, subject: 'payment', thresholds: [{ from: 50, outcome: 'review' }], rules: [] }
  const read = readScenario({ ...base, ...given })
  if (!read.ok) throw new Error(read.problems.map(problemText).join())
  const compiled = compileScenario(read.value.definition, standardEnvironment, read.value.placeOf)
  if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join())
  return compiled.value
}

export function subjectOf(id: string, fields: Readonly<Record<string, unknown>> = {}, at = start): Subject {
  const required = { amount: { minor: '10000', asset: 'INR' }, rail: 'upi', 'payer.id': 'p1', 'payee.id': 'p2' }
  const subject = readSubject(paymentSchema, { id, at, fields: { ...required, ...fields } })
  if (!subject.ok) throw new Error(subject.problems.map(problemText).join())
  return subject.value
}

export const rule = (id: string, when: string, more: object = {}) => ({
  id,
  reason: 'A test.',
  when,
  score: 0,
  ...more,
})

export function decideOne(live: Scenario, more: Partial<Batch> = {}): Decided {
  const [decided] = decideBatch({ live, subjects: [subjectOf('pay_1')], facts: noFacts, ...more })
  if (decided === undefined) throw new Error('no decision')
  return decided
}

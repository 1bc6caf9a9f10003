import { describe, expect, it } from 'vitest'
import { Evaluation } from '../evaluation.ts'
import { noFacts } from '../facts.ts'
import { placeIn } from '../language/lex.ts'
import { parseRule } from '../language/parse.ts'
import { problemText } from '../problems.ts'
import { standardEnvironment, standardSchemas } from '../standard/standard-schemas.ts'
import { readSubject, type Subject, type SubjectSchema } from '../subject-schema.ts'
import type { Value } from '../values.ts'
import { compileTree } from './compile-tree.ts'
import { OperandTable } from './operand-table.ts'

const schema = standardSchemas.get('payment') as SubjectSchema

function compile(text: string) {
  const parsed = parseRule(text)
  if (!parsed.ok) throw new Error(problemText(parsed.problems[0]!))
  const { tree, offsets } = parsed.value
  const operands = new OperandTable()
  const compiled = compileTree({
    tree,
    schema,
    environment: standardEnvironment,
    operands,
    gives: 'boolean',
    path: '',
    placeOf: (part) => placeIn(text, offsets.get(part) ?? 0),
  })
  return { compiled, operands }
}

function subjectOf(fields: Readonly<Record<string, unknown>>): Subject {
  const required = { amount: { minor: '10000', asset: 'INR' }, rail: 'upi', 'payer.id': 'p1', 'payee.id': 'p2' }
  const at = Date.parse('2026-03-01T20:30:00Z') * 1000
  const subject = readSubject(schema, { id: 'pay_1', at, fields: { ...required, ...fields } })
  if (!subject.ok) throw new Error(JSON.stringify(subject.problems))
  return subject.value
}

function resultOf(text: string, fields: Readonly<Record<string, unknown>> = {}): Value | undefined {
  const { compiled, operands } = compile(text)
  if (!compiled.ok) throw new Error(compiled.problems.map(problemText).join())
  const evaluation = new Evaluation(operands.operands, noFacts)
  evaluation.begin(subjectOf(fields))
  return compiled.value.run(evaluation) ?? evaluation.error ?? 'missing'
}

describe('a rule with wrong types', () => {
  it.each([
    ['amount > 500', 1, 'money("50.00 INR")'],
    ['amout > money("5.00 INR")', 1, 'Write amount'],
    ['true && country == "IN"', 9, 'Write payer.country'],
    ['payer.country == "UK"', 18, 'Write "GB"'],
    ['payer.country in ["IN", "ind"]', 25, 'Write "IN"'],
    ['payer.country == "Nepal"', 18, 'two letters'],
    ['amount', 1, 'Compare it'],
    ['payer.id && true', 1, 'Write a condition'],
    ['amount * 1.5 > amount', 1, 'amount'],
    ['payer.id > "a"', 1, 'Give'],
    ['payer.id in list("blockd_parties")', 1, 'Write "blocked_parties"'],
    ['threshold("nothing") > 3', 1, 'Write one of instrument_attempts'],
    ['screeningScore("payr") > 3', 1, 'Write "payer"'],
    ['["a"] == payer.id', 1, 'payer.country in ["IN", "NP"]'],
    ['payer.id in []', 13, 'at least one'],
    ['amount in [1, 2]', 12, 'money('],
    ['"gift" in payer.id', 1, 'in tags'],
    ['now().getHours("India") > 3', 1, 'Asia/Kolkata'],
    ['now().getHours(payer.id) > 3', 1, 'Asia/Kolkata'],
    ['payer.email.like(payer.id)', 1, 'Write at most 100 letters'],
    ['has(payer.country, payer.id)', 1, 'has(card.country)'],
    ['payer.country.orElse(5) == "IN"', 1, 'same type'],
    ['(true ? 1 : "a") == 1', 2, 'one type'],
    ['earlierScore(amount) > 3', 1, 'with a text'],
    ['window("payments", "1h").count() > 3', 1, 'Write one of "payment"'],
    ['window("payment", "500d").count() > 3', 1, 'such as "24h"'],
    ['window("payment", "1h").by(payer.idd).count() > 3', 28, 'Write payer.id'],
    ['window("payment", "1h").by(payer.id == amount).count() > 3', 40, 'a value of its type'],
    ['window("payment", "1h").by(amount).count() > 3', 28, 'Use a field'],
    ['window("payment", "1h").sum(payer.id) > 3', 1, 'Write it like'],
    ['window("payment", "1h").percentile(amount, 100) > amount', 1, 'percentile(amount, 95)'],
    ['window("payment", "1h").sum(amount, "inr") > amount', 1, 'such as "INR"'],
    ['window("payment", "1h").where(payer.id in list("blocked_parties")).count() > 3', 31, 'outside of the window'],
    [
      'window("payment", "1h").by(payer.id == (payer.id in list("blocked_parties") ? "a" : "b")).count() > 3',
      41,
      'out of by',
    ],
    ['window("payment", "1h").where(nothing == 3).count() > 3', 31, 'See the fields'],
  ])('%s is refused with its place, and with what to write', (text, column, advice) => {
    const { compiled } = compile(text)
    const problems = compiled.ok ? [] : compiled.problems
    expect(problems[0], JSON.stringify(problems)).toMatchObject({ line: 1, column })
    expect(problemText(problems[0]!)).toContain(advice)
  })

  it('names every problem once', () => {
    const { compiled } = compile('amout > money("5.00 INR") && payr.id == "a" && payer.country == "UK"')
    expect(!compiled.ok && compiled.problems.map(({ code }) => code)).toEqual([
      'unknown_field',
      'unknown_field',
      'wrong_literal',
    ])
  })
})

it('a rule with thousands of problems names the first twenty', () => {
  const { compiled } = compile(Array.from({ length: 1000 }, (_, at) => `f${at} == "a"`).join(' || '))
  expect(!compiled.ok && compiled.problems.length).toBe(20)
})

describe('a condition', () => {
  const germany = { 'card.country': 'DE' }
  it.each<[string, Value, Readonly<Record<string, unknown>>]>([
    ['card.country == "DE"', true, germany],
    ['card.country == "DE"', 'missing', {}],
    ['card.country != "DE"', 'missing', {}],
    ['!(card.country == "DE")', 'missing', {}],
    ['has(card.country)', false, {}],
    ['card.country.orElse("IN") == "IN"', true, {}],
    ['card.country == "DE" && false', false, {}],
    ['false && card.country == "DE"', false, {}],
    ['card.country == "DE" || true', true, {}],
    ['card.country == "DE" || false', 'missing', {}],
    ['amount == money("100.00 INR")', true, {}],
    ['amount > money("100.00 EUR")', 'asset_mismatch', {}],
    ['amount != money("100.00 EUR")', 'asset_mismatch', {}],
    ['asset(amount) == "EUR" && amount > money("100.00 EUR")', false, {}],
    ['amount > money("100.00 EUR") || true', true, {}],
    ['(amount > money("100.00 EUR") || true) && card.country == "DE"', 'missing', {}],
    ['has(card.country) && 1 / 0 == 1', false, {}],
    ['1 / 0 == 1', 'division_by_zero', {}],
    ['9007199254740991 + 1 > 0', 'overflow', {}],
    ['amount * 1000000 * 1000000 * 1000000 > amount', true, {}],
    ['amount / 3 * 3 < amount', true, {}],
    ['amount / amount == 1.0', true, {}],
    ['amount % money("30.00 INR") == money("10.00 INR")', true, {}],
    ['7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1 && 7.0 / 2 == 3.5', true, {}],
    ['now().getHours("Asia/Kolkata") == 2 && now().getMinutes("Asia/Kolkata") == 0', true, {}],
    ['now().getDayOfWeek("UTC") == 0 && now().getDayOfWeek("Asia/Kolkata") == 1', true, {}],
    ['now().getDate("UTC") == 1 && now().getDate("America/New_York") == 1', true, {}],
    ['distance(place(19.076, 72.8777), place(28.7041, 77.1025)) > 1150.0', true, {}],
    ['distance(place(19.076, 72.8777), place(28.7041, 77.1025)) < 1170.0', true, {}],
    ['distance(place(190.0, 0.0), place(0.0, 0.0)) > 1.0', 'not_a_place', {}],
    ['payer.email.lower().after("@") == "x.com"', true, { 'payer.email': 'A@X.com' }],
    ['payer.email.after("@") == "x.com"', 'missing', { 'payer.email': 'nobody' }],
    ['payer.email.like("*@*.c?m")', true, { 'payer.email': 'A@X.com' }],
    ['size(payer.email) == 2', true, { 'payer.email': '😀a' }],
    ['"gift" in tags && size(tags) == 2', true, { tags: ['gift', 'new'] }],
    ['card.isPrepaid ? amount > money("1.00 INR") : false', 'missing', {}],
    ['screeningScore("payer") > 5.0', 'screening_unavailable', {}],
    ['has(screeningScore("payer"))', 'screening_unavailable', {}],
    ['screeningScore("payer").orElse(0.0) > 5.0', 'screening_unavailable', {}],
    ['payer.id in list("blocked_parties")', 'list_unavailable', {}],
    ['window("payment", "1h").by(payer.id).count() > 3', 'window_unavailable', {}],
    ['window("payment", "1h").by(device.id).count() > 3', 'missing', {}],
  ])('%s is %s', (text, value, fields) => {
    expect(resultOf(text, fields)).toEqual(value)
  })

  it('has a cost, and names what it reads', () => {
    const { compiled, operands } = compile('card.country == "DE" && window("payment", "1h").by(device.id).count() > 3')
    expect(compiled.ok && compiled.value.cost).toBe(44)
    expect(operands.operands.map(({ id }) => id)).toEqual(['window("payment", "1h").by(device.id).count()'])
    const names = compiled.ok && compiled.value.optionalFields.map((slot) => schema.fields[slot]?.name)
    expect(names).toEqual(['card.country', 'device.id'])
  })
})

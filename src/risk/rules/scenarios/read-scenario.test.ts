import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileScenario, problemText, readScenario, standardEnvironment } from '#risk'

const rule = { id: 'one', reason: 'A test.', when: 'rail == "upi"', score: 5 }
const scenario = {
  id: 'test',
  version: 1,
  subject: 'payment',
  rules: [rule],
  thresholds: [{ from: 50, outcome: 'review' }],
}

function problemsOf(json: unknown): readonly (string | undefined)[] {
  const read = readScenario(json)
  return read.ok ? [] : read.problems.map(({ path }) => path)
}

describe('a scenario of anybody', () => {
  it.each<[string, unknown, string]>([
    ['null', null, ''],
    ['a list', [], ''],
    ['an unknown field', { ...scenario, mood: 'red' }, '/mood'],
    ['no version', { ...scenario, version: 0 }, 'version'],
    ['another kind', { ...scenario, subject: 'card' }, 'subject'],
    ['a rule without a reason', { ...scenario, rules: [{ ...rule, reason: ' ' }] }, 'rules/0/reason'],
    ['a score that is no whole number', { ...scenario, rules: [{ ...rule, score: 1.5 }] }, 'rules/0/score'],
    ['a condition that is no rule', { ...scenario, rules: [{ ...rule, when: 'rail = 1' }] }, 'rules/0/when'],
    [
      'a condition that is no tree',
      { ...scenario, rules: [{ ...rule, when: { kind: 'and', of: [] } }] },
      'rules/0/when',
    ],
    ['two rules of one id', { ...scenario, rules: [rule, rule] }, 'rules/1/id'],
    ['too many rules', { ...scenario, rules: Array.from({ length: 501 }, () => rule) }, 'rules'],
    [
      'an outcome that there is not',
      { ...scenario, thresholds: [{ from: 5, outcome: 'block' }] },
      'thresholds/0/outcome',
    ],
    ['an action without a name', { ...scenario, rules: [{ ...rule, actions: [{}] }] }, 'rules/0/actions/0/name'],
    ['another word for a miss', { ...scenario, rules: [{ ...rule, whenError: 'no' }] }, 'rules/0/whenError'],
  ])('is refused for %s, and the place is named', (_, json, path) => {
    expect(problemsOf(json)).toContain(path)
  })

  it('may have conditions as text or as trees, and says where a text has a wrong type', () => {
    const tree = {
      kind: 'call',
      name: '==',
      args: [
        { kind: 'field', name: 'rail' },
        { kind: 'text', value: 'upi' },
      ],
    }
    const text = readScenario(scenario)
    expect(text).toMatchObject({ ok: true, value: { definition: { rules: [{ when: tree }] } } })
    expect(readScenario({ ...scenario, rules: [{ ...rule, when: tree }] })).toMatchObject({ ok: true })
    const read = readScenario({ ...scenario, rules: [{ ...rule, when: 'rail == "upi"\n&& amount > 5' }] })
    const compiled = read.ok && compileScenario(read.value.definition, standardEnvironment, read.value.placeOf)
    const problems = compiled && !compiled.ok ? compiled.problems : []
    expect(problems).toMatchObject([{ line: 2, column: 4, path: 'rules/0/when/of/1' }])
    expect(problemText(problems[0]!)).toMatch(/^line 2, column 4: > does not take amount and whole\. Give an amount/)
  })

  it('is read or refused, whatever JSON it is', () => {
    const any = fc.jsonValue({ maxDepth: 4 })
    const parts = fc.record({
      ...Object.fromEntries(Object.keys(scenario).map((key) => [key, any])),
      rules: fc.array(any),
    })
    fc.assert(
      fc.property(fc.oneof(any, parts), (json) => {
        const read = readScenario(json)
        if (!read.ok) expect(read.problems.length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

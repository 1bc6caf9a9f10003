import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  compileScenario,
  parseRule,
  problemText,
  readScenario,
  readTree,
  type SubjectKind,
  standardEnvironment,
} from '#risk'
import { functions, makers, methods } from './language/forms.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/risk-rules.md'), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)(?: (\w+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', subject = 'payment', text = '']) => ({
    language,
    subject: subject as SubjectKind,
    text: text.trim(),
  }),
)
const rules = blocks.filter(({ language }) => language === 'cel')
const [tree, scenario] = blocks.filter(({ language }) => language === 'json').map(({ text }) => JSON.parse(text))

function problemsOf(json: unknown): readonly string[] {
  const read = readScenario(json)
  if (!read.ok) return read.problems.map(problemText)
  const compiled = compileScenario(read.value.definition, standardEnvironment, read.value.placeOf)
  return compiled.ok ? [] : compiled.problems.map(problemText)
}

const around = (when: string, subject: SubjectKind = 'payment') => ({
  id: 'example',
  version: 1,
  subject,
  rules: [{ id: 'example', reason: 'Of the page.', when }],
  thresholds: [],
})

describe('the page of rules', () => {
  it.each(rules.map(({ text, subject }) => [text.split('\n')[0], text, subject] as const))(
    'has an example that is well-typed: %s',
    (_, text, subject) => {
      expect(problemsOf(around(text, subject))).toEqual([])
    },
  )

  it('has at least ten examples', () => {
    expect(rules.length).toBeGreaterThanOrEqual(10)
  })

  it('has a tree that is that of its text, and a scenario that compiles', () => {
    const text = /The text `(.+)` is this tree/.exec(page)?.[1] ?? ''
    const parsed = parseRule(text)
    expect(readTree(tree)).toEqual({ ok: true, value: parsed.ok && parsed.value.tree })
    expect(problemsOf(scenario)).toEqual([])
  })

  it('has the problems as they are printed', () => {
    const shown = blocks.find(({ language }) => language === 'text')?.text.split('\n')
    const wrong = ['amount = 5', 'payer.country == "UK"', 'rail == "upi"\n&& amount > 5']
    expect(wrong.flatMap((text) => problemsOf(around(text)))).toEqual(shown)
  })

  it('explains every function that there is', () => {
    const names = [...functions, ...methods, ...makers]
    expect(names.filter((name) => !page.includes(`${name}(`))).toEqual([])
  })
})

import { expect, it } from 'vitest'
import {
  compileScenario,
  parseRule,
  printRule,
  problemText,
  readScenario,
  standardEnvironment,
  starterPack,
} from '#risk'

it.each(starterPack.map((scenario) => [scenario.id, scenario] as const))('%s is well-typed', (_, scenario) => {
  const read = readScenario(JSON.parse(JSON.stringify(scenario)))
  if (!read.ok) throw new Error(read.problems.map(problemText).join('\n'))
  const compiled = compileScenario(read.value.definition, standardEnvironment, read.value.placeOf)
  expect(compiled.ok ? [] : compiled.problems.map(problemText)).toEqual([])
})

it('the pack has 25 rules, each with its reason and an id of its own', () => {
  const rules = starterPack.flatMap((scenario) => scenario.rules)
  expect(rules.length).toBe(25)
  expect(new Set(rules.map(({ id }) => id)).size).toBe(25)
  expect(rules.filter(({ reason }) => !/^[A-Z].{20,}\.$/.test(reason))).toEqual([])
})

it('every rule of the pack is the same after it was printed', () => {
  for (const { when } of starterPack.flatMap((scenario) => scenario.rules)) {
    const parsed = parseRule(when)
    const tree = parsed.ok ? parsed.value.tree : undefined
    const again = tree && parseRule(printRule(tree))
    expect(again?.ok && again.value.tree).toEqual(tree)
  }
})

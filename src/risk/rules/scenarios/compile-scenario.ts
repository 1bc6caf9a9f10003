import type { Environment } from '../compile/compilation.ts'
import { type CompiledTree, compileTree } from '../compile/compile-tree.ts'
import { OperandTable } from '../compile/operand-table.ts'
import { Evaluation } from '../evaluation.ts'
import { noFacts } from '../facts.ts'
import { type Checked, fine, type Problem, wrong } from '../problems.ts'
import type { SubjectSchema } from '../subject-schema.ts'
import type { Tree } from '../tree.ts'
import type { Outcome, RuleDefinition, ScenarioDefinition, ScoreThreshold } from './scenario.ts'
import { scenarioBounds } from './scenario.ts'

export type RuleResult = {
  readonly rule: string
  readonly result: 'hit' | 'miss' | 'missing' | 'error' | 'skipped'
  /** Whether it counts as a hit, as `whenMissing` and `whenError` say. */
  readonly counts: boolean
  readonly score: number
  /** The fields and operands without a value, of `missing`. */
  readonly missing?: readonly string[]
  /** Why there is no value, of `error`. */
  readonly error?: string
  /** Why it was not evaluated, of `skipped`: `snoozed ID`, `after RULE`, `not triggered`. */
  readonly why?: string
}

export type CompiledRule = CompiledTree & {
  readonly definition: RuleDefinition
  readonly hit: RuleResult
  readonly miss: RuleResult
}

/** Ready to decide. It has state of one evaluation, so it decides one subject after the other, and never two at once. */
export type Scenario = {
  readonly definition: ScenarioDefinition
  readonly schema: SubjectSchema
  readonly trigger: CompiledTree | undefined
  readonly rules: readonly CompiledRule[]
  /** From the highest. */
  readonly thresholds: readonly ScoreThreshold[]
  readonly onError: Outcome | undefined
  readonly evaluation: Evaluation
  /** The most that one subject costs, in units of about one comparison. */
  readonly cost: number
}

const problemsMax = 100

/** The type check before a scenario is published. */
export function compileScenario(
  definition: ScenarioDefinition,
  environment: Environment,
  placeOf?: (part: Tree) => Pick<Problem, 'line' | 'column'>,
): Checked<Scenario> {
  const schema = environment.schemas.get(definition.subject)
  if (schema === undefined) {
    const message = `There is no schema of ${definition.subject}`
    return wrong({ code: 'invalid_scenario', message, advice: 'Give one', path: 'subject' })
  }
  const operands = new OperandTable()
  const problems: Problem[] = []
  const compile = (tree: Tree, path: string): CompiledTree | undefined => {
    if (problems.length >= problemsMax) return undefined
    const compilation = { tree, schema, environment, operands, gives: 'boolean' as const, path }
    const compiled = compileTree({ ...compilation, ...(placeOf !== undefined && { placeOf }) })
    if (compiled.ok) return compiled.value
    problems.push(...compiled.problems)
    return undefined
  }
  const trigger = definition.trigger && compile(definition.trigger, 'trigger')
  const rules = definition.rules.flatMap((rule, at): CompiledRule[] => {
    const compiled = compile(rule.when, `rules/${at}/when`)
    return compiled === undefined ? [] : [withResults(rule, compiled)]
  })
  const cost = rules.reduce((sum, rule) => sum + rule.cost, trigger?.cost ?? 0)
  if (cost > scenarioBounds.costMax) {
    const message = `The scenario costs ${cost}, and ${scenarioBounds.costMax} is the most`
    problems.push({ code: 'too_large', message, advice: 'Divide it, or let rules share windows' })
  }
  if (problems.length > 0) return wrong(...problems)
  return fine({
    definition,
    schema,
    trigger,
    rules,
    thresholds: [...definition.thresholds].sort((one, other) => other.from - one.from),
    onError: definition.onError,
    evaluation: new Evaluation(operands.operands, noFacts),
    cost,
  })
}

/** Most results are one of two, which are made once. */
function withResults(definition: RuleDefinition, compiled: CompiledTree): CompiledRule {
  const { id, score } = definition
  return {
    ...compiled,
    definition,
    hit: { rule: id, result: 'hit', counts: true, score },
    miss: { rule: id, result: 'miss', counts: false, score: 0 },
  }
}

/** What each rule costs, for people: the rules in their order. */
export function costsOf(scenario: Scenario): readonly { readonly rule: string; readonly cost: number }[] {
  return scenario.rules.map(({ definition, cost }) => ({ rule: definition.id, cost }))
}

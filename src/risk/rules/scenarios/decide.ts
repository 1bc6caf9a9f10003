import type { Evaluation, Operand } from '../evaluation.ts'
import type { Subject } from '../subject-schema.ts'
import type { Value } from '../values.ts'
import type { CompiledRule, RuleResult, Scenario } from './compile-scenario.ts'
import type { Override, Snooze } from './keyed-entries.ts'
import { type Action, moreSevere, type Outcome, type RuleDefinition } from './scenario.ts'

/** `live` and `challenger` count. `shadow` is only compared. */
export type DecisionRole = 'live' | 'challenger' | 'shadow'

/** Something that the rules have read besides the subject. */
export type Read = {
  readonly operand: Operand
  /** Undefined: a part of what to ask for was missing. */
  readonly key: string | undefined
  readonly value: Value | undefined
  readonly error: string | undefined
  /** Of the list, the threshold or the screened lists. */
  readonly version: string | undefined
}

/** What made the outcome. */
export type DecidedBy =
  | { readonly by: 'trigger' | 'score' | 'errors' }
  | { readonly by: 'rule' | 'override'; readonly id: string }

export type Decision = {
  readonly scenario: Scenario
  readonly role: DecisionRole
  readonly subject: Subject
  readonly outcome: Outcome
  readonly decidedBy: DecidedBy
  readonly score: number
  readonly results: readonly RuleResult[]
  readonly actions: readonly (Action & { readonly rule: string })[]
  readonly reads: readonly Read[]
  readonly snoozes: readonly Snooze[]
  readonly override: Override | undefined
}

export type Around = {
  readonly role: DecisionRole
  readonly snoozes: readonly Snooze[]
  readonly override: Override | undefined
}

/** One subject, with the facts that the scenario's evaluation has. */
export function decide(scenario: Scenario, subject: Subject, around: Around): Decision {
  const { evaluation } = scenario
  evaluation.begin(subject)
  const isTriggered = scenario.trigger === undefined || scenario.trigger.run(evaluation) !== false
  const results = isTriggered ? evaluateRules(scenario, around.snoozes) : skipAll(scenario)
  let score = 0
  for (const result of results) score += result.score
  const made = conclude(scenario, { results, score, isTriggered, override: around.override })
  return {
    scenario,
    subject,
    score,
    results,
    actions: actionsOf(scenario, results),
    reads: readsOf(evaluation),
    ...made,
    ...around,
  }
}

function skipAll({ rules }: Scenario): RuleResult[] {
  return rules.map(({ definition }) => skipped(definition.id, 'not triggered'))
}

type Rule = RuleResult['rule']

function skipped(rule: Rule, why: string): RuleResult {
  return { rule, result: 'skipped', counts: false, score: 0, why }
}

function evaluateRules({ rules, evaluation, schema }: Scenario, snoozes: readonly Snooze[]): RuleResult[] {
  const results = new Array<RuleResult>(rules.length)
  let stoppedBy: string | undefined
  for (let at = 0; at < rules.length; at += 1) {
    const rule = rules[at] as CompiledRule
    const { id } = rule.definition
    const snooze = snoozes.length === 0 ? undefined : snoozes.find((one) => one.rule === id)
    if (stoppedBy !== undefined) results[at] = skipped(id, `after ${stoppedBy}`)
    else if (snooze !== undefined) results[at] = skipped(id, `snoozed ${snooze.id}`)
    else {
      evaluation.error = undefined
      const value = rule.run(evaluation)
      const result =
        value === true ? rule.hit : value === false ? rule.miss : withoutValue(rule, { evaluation, schema })
      results[at] = result
      if (result.counts && rule.definition.isFinal === true) stoppedBy = id
    }
  }
  return results
}

type State = { readonly evaluation: Evaluation; readonly schema: Scenario['schema'] }

function withoutValue(rule: CompiledRule, { evaluation, schema }: State): RuleResult {
  const { id, score, whenError, whenMissing } = rule.definition
  const { error } = evaluation
  if (error !== undefined) {
    const counts = whenError === 'hit'
    return { rule: id, result: 'error', counts, score: counts ? score : 0, error }
  }
  const counts = whenMissing === 'hit'
  const fields = rule.optionalFields.filter((slot) => evaluation.values[slot] === undefined)
  const operands = rule.operands.filter((slot) => evaluation.wasRead(slot) && evaluation.loaded[slot] === undefined)
  const missing = [
    ...fields.map((slot) => schema.fields[slot]?.name ?? ''),
    ...operands.map((slot) => evaluation.operands[slot]?.id ?? ''),
  ]
  return { rule: id, result: 'missing', counts, score: counts ? score : 0, missing }
}

/** What says how results become an outcome. `rules` are in the order of the results. */
export type Conclusive = Pick<Scenario, 'thresholds' | 'onError'> & {
  readonly rules: readonly { readonly definition: Pick<RuleDefinition, 'outcome'> }[]
}

export type Grounds = {
  readonly results: readonly RuleResult[]
  readonly score: number
  readonly isTriggered: boolean
  readonly override: Override | undefined
}

type Conclusion = Pick<Decision, 'outcome' | 'decidedBy'>

/** An override; else the most severe of score, rules and errors, where the earlier of equals is named. */
export function conclude(scenario: Conclusive, { results, score, isTriggered, override }: Grounds): Conclusion {
  if (override !== undefined) return { outcome: override.outcome, decidedBy: { by: 'override', id: override.id } }
  if (!isTriggered) return { outcome: 'approve', decidedBy: { by: 'trigger' } }
  let outcome: Outcome = 'approve'
  for (const threshold of scenario.thresholds) {
    if (score >= threshold.from) {
      outcome = threshold.outcome
      break
    }
  }
  let decidedBy: DecidedBy = { by: 'score' }
  const raise = (to: Outcome, by: DecidedBy) => {
    if (to === outcome || moreSevere(outcome, to) === outcome) return
    outcome = to
    decidedBy = by
  }
  let hasError = false
  for (let at = 0; at < results.length; at += 1) {
    const result = results[at] as RuleResult
    if (result.result === 'error') hasError = true
    const least = result.counts ? scenario.rules[at]?.definition.outcome : undefined
    if (least !== undefined) raise(least, { by: 'rule', id: result.rule })
  }
  if (hasError && scenario.onError !== undefined) raise(scenario.onError, { by: 'errors' })
  return { outcome, decidedBy }
}

const noActions: Decision['actions'] = []

function actionsOf({ rules }: Scenario, results: readonly RuleResult[]): Decision['actions'] {
  let actions: (Action & { readonly rule: string })[] | undefined
  for (let at = 0; at < results.length; at += 1) {
    const wanted = results[at]?.counts === true ? rules[at]?.definition.actions : undefined
    for (const action of wanted ?? []) {
      actions ??= []
      actions.push({ ...action, rule: results[at]?.rule ?? '' })
    }
  }
  return actions ?? noActions
}

const noReads: readonly Read[] = []

function readsOf(evaluation: Evaluation): readonly Read[] {
  const { operands, keys, loaded, failures } = evaluation
  if (operands.length === 0) return noReads
  const reads: Read[] = []
  for (let slot = 0; slot < operands.length; slot += 1) {
    if (!evaluation.wasRead(slot)) continue
    const operand = operands[slot] as Operand
    const version = versionOf(evaluation, operand)
    reads.push({ operand, key: keys[slot], value: loaded[slot], error: failures[slot], version })
  }
  return reads
}

function versionOf({ facts, subject, recorded }: Evaluation, { kind, name, id }: Operand): string | undefined {
  if (recorded !== undefined) return recorded.get(id)?.version
  if (kind === 'list') return facts.lists.version(name)
  if (kind === 'threshold') return facts.thresholds.current(name)?.version
  if (kind === 'screening') return facts.screenings.result(subject, name)?.version
  return undefined
}

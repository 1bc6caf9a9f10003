import { placeIn } from '../language/lex.ts'
import { parseRule } from '../language/parse.ts'
import { type Checked, fine, type Problem, wrong } from '../problems.ts'
import { type SubjectKind, subjectKinds } from '../subject-schema.ts'
import { readTree, type Tree } from '../tree.ts'
import {
  type Action,
  type Instead,
  type Outcome,
  outcomes,
  type RuleDefinition,
  type ScenarioDefinition,
  type ScoreThreshold,
  scenarioBounds,
} from './scenario.ts'

export type ReadScenario = {
  readonly definition: ScenarioDefinition
  /** For parts of rules that came as text. */
  readonly placeOf: (part: Tree) => Pick<Problem, 'line' | 'column'>
}

type Given = Readonly<Record<string, unknown>>

/** A scenario from JSON of anybody. Conditions are trees or texts. */
export function readScenario(json: unknown): Checked<ReadScenario> {
  const reader = new ScenarioReader()
  const definition = reader.scenario(json)
  return reader.problems.length > 0
    ? wrong(...reader.problems)
    : fine({ definition, placeOf: (part) => reader.placeOf(part) })
}

const name = /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/

class ScenarioReader {
  readonly problems: Problem[] = []
  readonly #texts: { readonly text: string; readonly offsets: ReadonlyMap<Tree, number> }[] = []

  placeOf(part: Tree): Pick<Problem, 'line' | 'column'> {
    for (const { text, offsets } of this.#texts) {
      const offset = offsets.get(part)
      if (offset !== undefined) return placeIn(text, offset)
    }
    return {}
  }

  scenario(json: unknown): ScenarioDefinition {
    const known = ['id', 'version', 'subject', 'trigger', 'rules', 'thresholds', 'onError']
    const given = this.#object(json, { path: '', known })
    const rules = this.#list(given.rules, { path: 'rules', most: scenarioBounds.rulesMax })
    const thresholds = this.#list(given.thresholds, { path: 'thresholds', most: scenarioBounds.thresholdsMax })
    return {
      id: this.#name(given.id, 'id'),
      version: this.#whole(given.version, { path: 'version', least: 1 }),
      subject: this.#one<SubjectKind>(given.subject, { path: 'subject', among: subjectKinds }),
      ...(given.trigger !== undefined && { trigger: this.#condition(given.trigger, 'trigger') }),
      rules: this.#unique(rules.map((rule, at) => this.#rule(rule, `rules/${at}`))),
      thresholds: thresholds.map((threshold, at) => this.#threshold(threshold, `thresholds/${at}`)),
      ...(given.onError !== undefined && { onError: this.#outcome(given.onError, 'onError') }),
    }
  }

  #rule(json: unknown, path: string): RuleDefinition {
    const known = ['id', 'reason', 'when', 'score', 'outcome', 'actions', 'whenMissing', 'whenError', 'isFinal']
    const given = this.#object(json, { path, known })
    const instead = (key: 'whenMissing' | 'whenError') =>
      given[key] === undefined
        ? {}
        : { [key]: this.#one<Instead>(given[key], { path: `${path}/${key}`, among: ['miss', 'hit'] }) }
    const { scoreMax, actionsMax } = scenarioBounds
    const actions = this.#list(given.actions ?? [], { path: `${path}/actions`, most: actionsMax })
    if (given.isFinal !== undefined && typeof given.isFinal !== 'boolean') {
      this.#complain(`${path}/isFinal`, 'Write true or false')
    }
    return {
      id: this.#name(given.id, `${path}/id`),
      reason: this.#text(given.reason, `${path}/reason`),
      when: this.#condition(given.when, `${path}/when`),
      score: this.#whole(given.score ?? 0, { path: `${path}/score`, least: -scoreMax }),
      ...(given.outcome !== undefined && { outcome: this.#outcome(given.outcome, `${path}/outcome`) }),
      ...(actions.length > 0 && {
        actions: actions.map((action, at) => this.#action(action, `${path}/actions/${at}`)),
      }),
      ...instead('whenMissing'),
      ...instead('whenError'),
      ...(given.isFinal === true && { isFinal: true }),
    }
  }

  #action(json: unknown, path: string): Action {
    const given = this.#object(json, { path, known: ['name', 'with'] })
    const entries = Object.entries(given.with === undefined ? {} : this.#object(given.with, { path: `${path}/with` }))
    if (entries.length > 20) this.#complain(`${path}/with`, 'Give 20 parameters at most')
    const parameters = entries.map(([key, value]) => [
      key.slice(0, 100),
      this.#text(value, `${path}/with/${key.slice(0, 40)}`),
    ])
    return {
      name: this.#name(given.name, `${path}/name`),
      ...(parameters.length > 0 && { with: Object.fromEntries(parameters) }),
    }
  }

  #threshold(json: unknown, path: string): ScoreThreshold {
    const given = this.#object(json, { path, known: ['from', 'outcome'] })
    return {
      from: this.#whole(given.from, { path: `${path}/from`, least: -scenarioBounds.scoreMax }),
      outcome: this.#outcome(given.outcome, `${path}/outcome`),
    }
  }

  #condition(json: unknown, path: string): Tree {
    const none: Tree = { kind: 'boolean', value: false }
    if (typeof json === 'string') {
      const parsed = parseRule(json)
      if (parsed.ok) {
        this.#texts.push({ text: json, offsets: parsed.value.offsets })
        return parsed.value.tree
      }
      this.problems.push(...parsed.problems.map((problem) => ({ ...problem, path })))
      return none
    }
    const tree = readTree(json)
    if (tree.ok) return tree.value
    this.problems.push(...tree.problems.map((problem) => ({ ...problem, path: `${path}${problem.path ?? ''}` })))
    return none
  }

  #unique(rules: readonly RuleDefinition[]): readonly RuleDefinition[] {
    const seen = new Set<string>()
    for (const [at, { id }] of rules.entries()) {
      if (seen.has(id) && id !== '') this.#complain(`rules/${at}/id`, 'Give each rule an id of its own')
      seen.add(id)
    }
    return rules
  }

  /** Takes a path, and what to do instead. */
  #complain(...[path, advice]: readonly [string, string]): void {
    const message = path === '' ? 'This is no scenario' : `${path} is not as it must be`
    this.problems.push({ code: 'invalid_scenario', message, advice, path })
  }

  #object(json: unknown, { path, known }: { readonly path: string; readonly known?: readonly string[] }): Given {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.#complain(path, 'Give an object')
      return {}
    }
    const odd = known === undefined ? undefined : Object.keys(json).find((key) => !known.includes(key))
    if (odd !== undefined) this.#complain(`${path}/${odd.slice(0, 40)}`, `Leave it out; known are ${known?.join(', ')}`)
    return json as Given
  }

  #list(json: unknown, { path, most }: { readonly path: string; readonly most: number }): readonly unknown[] {
    if (Array.isArray(json) && json.length <= most) return json
    this.#complain(path, `Give a list of ${most} at most`)
    return []
  }

  #name(json: unknown, path: string): string {
    if (typeof json === 'string' && json.length <= 100 && name.test(json)) return json
    this.#complain(path, 'Give a name in small letters, such as many-small-payments')
    return ''
  }

  #text(json: unknown, path: string): string {
    if (typeof json === 'string' && json.trim() !== '' && json.length <= 1000) return json
    this.#complain(path, 'Give a text of 1 to 1000 letters')
    return ''
  }

  #whole(json: unknown, { path, least }: { readonly path: string; readonly least: number }): number {
    const value = Number.isSafeInteger(json) ? (json as number) : Number.NaN
    if (value >= least && value <= scenarioBounds.scoreMax) return value
    this.#complain(path, `Give a whole number from ${least} to ${scenarioBounds.scoreMax}`)
    return 0
  }

  #outcome(json: unknown, path: string): Outcome {
    return this.#one<Outcome>(json, { path, among: outcomes })
  }

  #one<Name extends string>(
    json: unknown,
    { path, among }: { readonly path: string; readonly among: readonly Name[] },
  ): Name {
    const found = among.find((one) => one === json)
    if (found === undefined) this.#complain(path, `Write one of ${among.join(', ')}`)
    return found ?? (among[0] as Name)
  }
}

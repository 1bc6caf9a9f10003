import type { Evaluation, Evaluator, Operand } from '../evaluation.ts'
import { printRule } from '../language/print.ts'
import type { Tree } from '../tree.ts'
import { isOfType, type TypeName, type Value } from '../values.ts'

export const operandCosts = {
  list: 5,
  threshold: 2,
  screeningScore: 5,
  screeningHits: 5,
  earlierOutcome: 10,
  earlierScore: 10,
  earlierAge: 10,
} as const

export function textKey(value: Value): string {
  return String(value)
}

export function listOperand({
  tree,
  list,
  run,
}: {
  readonly tree: Tree
  readonly list: string
  readonly run: Evaluator
}): Operand {
  return {
    kind: 'list',
    id: printRule(tree),
    type: 'boolean',
    name: list,
    key: (evaluation) => run(evaluation) as string | undefined,
    load: (evaluation, value) =>
      evaluation.facts.lists.version(list) === undefined
        ? evaluation.fail('list_unavailable')
        : evaluation.facts.lists.has({ list, value, at: evaluation.subject.at }),
  }
}

export function thresholdOperand(name: string, type: TypeName): Operand {
  return {
    kind: 'threshold',
    id: `threshold(${JSON.stringify(name)})`,
    type,
    name,
    key: () => name,
    load: (evaluation) => {
      const value = evaluation.facts.thresholds.current(name)?.value
      return value !== undefined && isOfType(type, value) ? value : evaluation.fail('threshold_unavailable')
    },
  }
}

export type ScreeningPart = 'screeningScore' | 'screeningHits'

export function screeningOperand(part: ScreeningPart, party: string): Operand {
  return {
    kind: 'screening',
    id: `${part}(${JSON.stringify(party)})`,
    type: part === 'screeningScore' ? 'number' : 'whole',
    name: party,
    key: () => party,
    load: (evaluation) => {
      const result = evaluation.facts.screenings.result(evaluation.subject, party)
      if (result === null) return evaluation.fail('screening_unavailable')
      return part === 'screeningScore' ? result?.score : result?.hits
    },
  }
}

export type EarlierPart = 'earlierOutcome' | 'earlierScore' | 'earlierAge'

export const earlierTypes: Readonly<Record<EarlierPart, TypeName>> = {
  earlierOutcome: 'text',
  earlierScore: 'whole',
  earlierAge: 'duration',
}

export function earlierOperand(
  part: EarlierPart,
  { name, run }: { readonly name: string; readonly run: Evaluator },
): Operand {
  return {
    kind: 'earlier',
    id: `${part}(${name})`,
    type: earlierTypes[part],
    name,
    key: (evaluation) => keyOf(run(evaluation)),
    load: (evaluation, value) => earlierPart(part, { evaluation, name, value }),
  }
}

function keyOf(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : textKey(value)
}

type Asked = { readonly evaluation: Evaluation; readonly name: string; readonly value: string }

function earlierPart(part: EarlierPart, { evaluation, name, value }: Asked): Value | undefined {
  const last = evaluation.facts.earlier.last({ field: name, value })
  if (last === null) return evaluation.fail('earlier_unavailable')
  if (last === undefined) return undefined
  if (part === 'earlierOutcome') return last.outcome
  return part === 'earlierScore' ? last.score : evaluation.subject.at - last.at
}

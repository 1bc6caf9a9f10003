import { Evaluation, type Evaluator, type Operand } from '../evaluation.ts'
import { noFacts, type WindowSpec } from '../facts.ts'
import { printRule } from '../language/print.ts'
import type { Subject, SubjectSchema } from '../subject-schema.ts'
import type { Statistic, WindowTree } from '../tree.ts'
import type { Amount, TypeName, Value } from '../values.ts'
import { textKey } from './operands.ts'

export const windowCosts: Readonly<Record<Statistic, number>> = {
  count: 40,
  sum: 40,
  average: 40,
  min: 60,
  max: 60,
  distinct: 80,
  deviation: 60,
  percentile: 100,
}

/** No `number`: a sum of floats would depend on the order of what is counted. */
const counted: readonly TypeName[] = ['whole', 'amount', 'duration']

/** The types whose values a statistic takes. */
export function typesOf(statistic: Statistic): readonly TypeName[] {
  return statistic === 'distinct' ? ['text', 'country', 'whole', 'boolean'] : counted
}

export const keyTypes: readonly TypeName[] = ['text', 'country', 'whole', 'boolean']

/** The type of a statistic over values of a type. */
export function resultType(statistic: Statistic, of: TypeName | undefined): TypeName {
  if (statistic === 'count' || statistic === 'distinct' || of === undefined) return 'whole'
  if (of === 'amount') return 'amount'
  return statistic === 'average' || statistic === 'deviation' ? 'number' : of
}

const special = /[|\\]/

/** One part as it is; more are joined by `|`, escaped where they have one, so that no two different keys are equal. */
export function joinKey(parts: readonly string[]): string {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  let key = ''
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? ''
    if (at > 0) key += '|'
    key += special.test(part) ? part.replaceAll(/[|\\]/g, '\\$&') : part
  }
  return key
}

export type WindowParts = {
  readonly tree: WindowTree
  readonly lengthMicros: number
  readonly stream: SubjectSchema
  readonly accepts: Evaluator | undefined
  readonly isOfAmounts: boolean
}

export function windowSpec({ tree, lengthMicros, stream, accepts, isOfAmounts }: WindowParts): WindowSpec {
  const { statistic, field, percent, where, by } = tree
  const plain: WindowTree = {
    kind: 'window',
    stream: tree.stream,
    last: tree.last,
    by: by.map((part) => ({ field: part.field, value: { kind: 'field', name: part.field } })),
    ...(where !== undefined && { where }),
    statistic,
    ...(field !== undefined && { field }),
    ...(percent !== undefined && { percent }),
  }
  const keySlots = by.map((part) => stream.slots.get(part.field) ?? -1)
  const slot = field === undefined ? undefined : stream.slots.get(field)
  const evaluation = new Evaluation([], noFacts)
  return {
    id: printRule(plain),
    stream: stream.kind,
    lengthMicros,
    keyFields: by.map((part) => part.field),
    where,
    statistic,
    field,
    percent,
    isOfAmounts,
    event: {
      accepts: (event) => {
        if (accepts === undefined) return true
        evaluation.begin(event)
        return accepts(evaluation) === true
      },
      key: (event) => eventKey(event, { keySlots, amountSlot: isOfAmounts ? slot : undefined }),
      value: (event) => (slot === undefined ? undefined : plainValue(event.values[slot])),
    },
  }
}

type KeySlots = { readonly keySlots: readonly number[]; readonly amountSlot: number | undefined }

function eventKey(event: Subject, { keySlots, amountSlot }: KeySlots): string | undefined {
  const parts: string[] = []
  for (const slot of keySlots) {
    const value = event.values[slot]
    if (value === undefined) return undefined
    parts.push(textKey(value))
  }
  if (amountSlot === undefined) return joinKey(parts)
  const amount = event.values[amountSlot] as Amount | undefined
  return amount === undefined ? undefined : joinKey([...parts, amount.asset])
}

function plainValue(value: Value | undefined): number | bigint | string | undefined {
  if (value === undefined || typeof value === 'number') return value
  return typeof value === 'object' ? (value as Amount).minor : String(value)
}

export type WindowOperandParts = {
  readonly tree: WindowTree
  readonly spec: WindowSpec
  readonly type: TypeName
  readonly keys: readonly Evaluator[]
  /** Of amounts: which asset. */
  readonly asset: Evaluator | undefined
}

export function windowOperand({ tree, spec, type, keys, asset }: WindowOperandParts): Operand {
  const all = asset === undefined ? keys : [...keys, asset]
  const [only] = all
  return {
    kind: 'window',
    id: printRule(tree),
    type,
    name: spec.id,
    window: spec,
    key: (evaluation) => {
      if (all.length === 1 && only !== undefined) {
        const value = only(evaluation)
        return value === undefined ? undefined : textKey(value)
      }
      const parts: string[] = []
      for (const run of all) {
        const value = run(evaluation)
        if (value === undefined) return undefined
        parts.push(textKey(value))
      }
      return joinKey(parts)
    },
    load: (evaluation, key) => {
      const answer = evaluation.facts.windows.read(spec, key, evaluation.subject.at)
      if (answer === null) return evaluation.fail('window_unavailable')
      if (answer === undefined) return undefined
      if (spec.isOfAmounts) {
        return typeof answer === 'bigint'
          ? { minor: answer, asset: String(asset?.(evaluation)) }
          : evaluation.fail('window_unavailable')
      }
      const value = Number(answer)
      return type === 'number' || Number.isSafeInteger(value) ? value : evaluation.fail('overflow')
    },
  }
}

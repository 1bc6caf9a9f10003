import { parseDuration } from '../durations.ts'
import type { Operand } from '../evaluation.ts'
import { otherWords } from '../language/forms.ts'
import { operators } from '../operators/operators.ts'
import { nearestName, type Problem } from '../problems.ts'
import { isLiteral, type Literal, type Tree, type WindowTree } from '../tree.ts'
import type { TypeName } from '../values.ts'
import type { Compilation } from './compilation.ts'
import { literalValue } from './literal-value.ts'
import { all, any, choose, hasValue, orElse } from './logic.ts'
import { compileMembership } from './membership.ts'
import { OperandTable } from './operand-table.ts'
import {
  type EarlierPart,
  earlierOperand,
  earlierTypes,
  operandCosts,
  type ScreeningPart,
  screeningOperand,
  thresholdOperand,
} from './operands.ts'
import { describeOverloads, describeType, fits, overloadFor, type Typed } from './resolve.ts'
import { type Call, isCountry, isKnown, misused, type Part, type Surroundings } from './surroundings.ts'
import { compileWindow } from './window-check.ts'

const problemsMax = 20
const keyFieldTypes: readonly TypeName[] = ['text', 'country', 'whole']

/** One tree. A part with a problem has no type, and its parents say nothing more of it. */
export class Compiler implements Surroundings {
  readonly problems: Problem[] = []
  readonly optionalFields = new Set<number>()
  readonly slots = new Set<number>()
  readonly compilation: Compilation

  constructor(compilation: Compilation) {
    this.compilation = compilation
  }

  compile(tree: Tree, path: string): Typed | undefined {
    // Advice takes time, and nobody reads more.
    if (this.problems.length >= problemsMax) return undefined
    if (isLiteral(tree)) return this.#literal(tree)
    switch (tree.kind) {
      case 'field':
        return this.#field(tree, path)
      case 'and':
      case 'or':
        return this.#junction(tree, path)
      case 'window':
        return this.#window(tree, path)
      case 'call':
        return this.#call({ tree, name: tree.name, args: tree.args, path })
      case 'set':
        return this.complain(tree, path, {
          code: 'not_here',
          message: 'A list of values stands only after in',
          advice: 'Write payer.country in ["IN", "NP"]',
        })
    }
  }

  complain(tree: Tree, path: string, complaint: Pick<Problem, 'code' | 'message' | 'advice'>): undefined {
    this.problems.push({ ...complaint, path, ...this.compilation.placeOf?.(tree) })
    return undefined
  }

  /** Compiles a part that must be of a type. */
  wanted(part: Part, type: TypeName): Typed | undefined {
    const typed = this.compile(part.tree, part.path)
    if (typed === undefined) return undefined
    if (fits(typed, type)) return typed
    return this.complain(part.tree, part.path, {
      code: 'wrong_type',
      message: `Here is ${describeType(typed.type)}, where ${describeType(type)} is wanted`,
      advice: `Write ${describeType(type)}`,
    })
  }

  operand(operand: Operand, cost: number): Typed {
    const slot = this.compilation.operands.slotOf(operand)
    this.slots.add(slot)
    return { type: operand.type, cost, constant: undefined, run: (evaluation) => evaluation.read(slot) }
  }

  #literal(literal: Literal): Typed {
    const value = literalValue(literal)
    return { type: literal.kind, cost: 0, constant: value, run: () => value }
  }

  #field(tree: Tree & { readonly kind: 'field' }, path: string): Typed | undefined {
    const { schema } = this.compilation
    const slot = schema.slots.get(tree.name)
    const field = slot === undefined ? undefined : schema.fields[slot]
    if (slot === undefined || field === undefined) {
      const near = nearestName(tree.name, schema.slots.keys())
      const other = otherWords.get(tree.name)
      const advice = near === undefined ? (other ?? 'See the fields of its schema') : `Write ${near}`
      const message = `A ${schema.kind} has no field ${tree.name.slice(0, 80)}`
      return this.complain(tree, path, { code: 'unknown_field', message, advice })
    }
    if (field.optional === true) this.optionalFields.add(slot)
    return { type: field.type, cost: 1, constant: undefined, run: (evaluation) => evaluation.values[slot] }
  }

  #junction(tree: Tree & { readonly kind: 'and' | 'or' }, path: string): Typed | undefined {
    const parts = tree.of.map((part, at) => this.wanted({ tree: part, path: `${path}/of/${at}` }, 'boolean'))
    const known = parts.filter((part) => part !== undefined)
    if (known.length < parts.length) return undefined
    const runs = known.map(({ run }) => run)
    const run = tree.kind === 'and' ? all(runs) : any(runs)
    return { type: 'boolean', cost: 1 + total(known), constant: undefined, run }
  }

  #window(tree: WindowTree, path: string): Typed | undefined {
    const inner = (schema: Compilation['schema']) =>
      new Compiler({ ...this.compilation, schema, operands: new OperandTable() })
    return compileWindow({ outer: this, inner, tree, path, lengthMicros: parseDuration(tree.last) ?? 0 })
  }

  #call(call: Call): Typed | undefined {
    const { tree, name, args, path } = call
    switch (name) {
      case 'in':
        return compileMembership(this, call)
      case '?:':
        return this.#choice(call)
      case 'has':
      case 'orElse':
        return this.#presence(call)
      case 'threshold':
      case 'screeningScore':
      case 'screeningHits':
      case 'list':
        return this.#named(call)
      case 'earlierOutcome':
      case 'earlierScore':
      case 'earlierAge':
        return this.#earlier(call, name)
    }
    const operator = operators.get(name)
    if (operator === undefined) {
      const near = nearestName(name, operators.keys())
      const advice = otherWords.get(name) ?? (near === undefined ? 'See the page of rules' : `Write ${near}`)
      const message = `There is no ${JSON.stringify(name.slice(0, 40))}`
      return this.complain(tree, path, { code: 'unknown_function', message, advice })
    }
    const typed = this.#arguments(call)
    if (typed === undefined) return undefined
    const overload = overloadFor(operator.overloads, typed)
    if (overload === undefined) {
      const given = typed.map(({ type }) => type).join(' and ') || 'nothing'
      const advice = describeOverloads(operator.overloads, typed[0]?.type)
      return this.complain(tree, path, { code: 'wrong_type', message: `${name} does not take ${given}`, advice })
    }
    for (const [at, type] of overload.takes.entries()) {
      if (!isCountry(this, { typed: typed[at], tree: args[at] ?? tree, path: `${path}/args/${at}` }, type))
        return undefined
    }
    const refusal = overload.refuse?.(typed.map(({ constant }) => constant))
    if (refusal !== undefined) {
      return this.complain(tree, path, { code: 'wrong_literal', message: refusal[0], advice: refusal[1] })
    }
    return {
      type: overload.gives,
      cost: operator.cost + total(typed),
      constant: undefined,
      run: overload.make(...typed),
    }
  }

  #arguments({ args, path }: Call): readonly Typed[] | undefined {
    const typed = args.map((argument, at) => this.compile(argument, `${path}/args/${at}`))
    const known = typed.filter((argument) => argument !== undefined)
    return known.length < typed.length ? undefined : known
  }

  #choice(call: Call): Typed | undefined {
    const { args, path } = call
    const [condition, one, other] = args
    if (condition === undefined || one === undefined || other === undefined || args.length !== 3) {
      return misused(this, call, 'condition ? one : other')
    }
    const test = this.wanted({ tree: condition, path: `${path}/args/0` }, 'boolean')
    const [left, right] = [this.compile(one, `${path}/args/1`), this.compile(other, `${path}/args/2`)]
    if (test === undefined || left === undefined || right === undefined) return undefined
    const type = commonType(left, right)
    if (type === undefined) return misused(this, call, 'two values of one type, as in condition ? 1 : 2')
    const run = choose(test.run, { one: left.run, other: right.run })
    return { type, cost: 1 + test.cost + Math.max(left.cost, right.cost), constant: undefined, run }
  }

  #presence(call: Call): Typed | undefined {
    const typed = this.#arguments(call)
    if (typed === undefined) return undefined
    const [value, otherwise, ...others] = typed
    if (call.name === 'has') {
      if (value === undefined || otherwise !== undefined) return misused(this, call, 'has(card.country)')
      return { type: 'boolean', cost: 1 + value.cost, constant: undefined, run: hasValue(value.run) }
    }
    const type = value === undefined || otherwise === undefined ? undefined : commonType(value, otherwise)
    if (value === undefined || otherwise === undefined || type === undefined || others.length > 0) {
      return misused(this, call, 'card.country.orElse("IN"), with a value of the same type')
    }
    const run = orElse(value.run, otherwise.run)
    return { type, cost: 1 + value.cost + otherwise.cost, constant: undefined, run }
  }

  /** What is named by a literal. */
  #named(call: Call): Typed | undefined {
    const { name, args } = call
    const [only] = args
    if (name === 'list') return misused(this, call, 'payer.id in list("blocked")')
    if (only?.kind !== 'text' || args.length !== 1) return misused(this, call, `${name}("name")`)
    const { thresholds, parties } = this.compilation.environment
    if (name === 'threshold') {
      const known = new Set(thresholds.keys())
      if (!isKnown(this, call, { name: only.value, known, code: 'unknown_threshold' })) return undefined
      return this.operand(thresholdOperand(only.value, thresholds.get(only.value) ?? 'number'), operandCosts.threshold)
    }
    if (!isKnown(this, call, { name: only.value, known: parties, code: 'unknown_party' })) return undefined
    const part = name as ScreeningPart
    return this.operand(screeningOperand(part, only.value), operandCosts[part])
  }

  #earlier(call: Call, part: EarlierPart): Typed | undefined {
    const [field] = call.args
    if (field?.kind !== 'field' || call.args.length !== 1) return misused(this, call, `${part}(payer.id)`)
    const typed = this.compile(field, `${call.path}/args/0`)
    if (typed === undefined) return undefined
    if (!keyFieldTypes.includes(typed.type)) return misused(this, call, `${part}(payer.id), with a text`)
    const operand = earlierOperand(part, { name: field.name, run: typed.run })
    return this.operand({ ...operand, type: earlierTypes[part] }, operandCosts[part])
  }
}

function total(parts: readonly Typed[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0)
}

function commonType(left: Typed, right: Typed): TypeName | undefined {
  if (fits(left, right.type) && !(right.type === 'country' && left.type === 'text')) return right.type
  if (fits(right, left.type) && !(left.type === 'country' && right.type === 'text')) return left.type
  return undefined
}

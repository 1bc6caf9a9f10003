import type { Tree } from '../tree.ts'
import { literalValue } from './literal-value.ts'
import { isInSet, isInTexts } from './logic.ts'
import { listOperand, operandCosts } from './operands.ts'
import { describeType, fits, type Typed } from './resolve.ts'
import { type Call, isCountry, isKnown, misused, type Surroundings } from './surroundings.ts'

/** `x in […]`, `x in list("…")`, `x in tags`. */
export function compileMembership(outer: Surroundings, call: Call): Typed | undefined {
  const { args, path } = call
  const [left, right, ...others] = args
  if (left === undefined || right === undefined || others.length > 0) return misused(outer, call, 'x in ["a", "b"]')
  const value = outer.compile(left, `${path}/args/0`)
  if (value === undefined) return undefined
  if (right.kind === 'set') return inSet(outer, value, { set: right, path: `${path}/args/1` })
  if (right.kind === 'call' && right.name === 'list') return inList(outer, value, { call, list: right })
  const texts = outer.compile(right, `${path}/args/1`)
  if (texts === undefined) return undefined
  if (texts.type !== 'texts' || !fits(value, 'text')) {
    return misused(outer, call, 'payer.country in ["IN", "NP"], payer.id in list("blocked"), or "gift" in tags')
  }
  const run = isInTexts(value.run, texts.run)
  return { type: 'boolean', cost: 3 + value.cost + texts.cost, constant: undefined, run }
}

type SetPart = { readonly set: Tree & { readonly kind: 'set' }; readonly path: string }

function inSet(outer: Surroundings, value: Typed, { set, path }: SetPart): Typed | undefined {
  const before = outer.problems.length
  for (const [at, item] of set.items.entries()) {
    const itemPath = `${path}/items/${at}`
    const typed = { type: item.kind, constant: literalValue(item), cost: 0, run: value.run }
    if (fits(typed, value.type)) isCountry(outer, { typed, tree: item, path: itemPath }, value.type)
    else {
      const message = `Here is ${describeType(item.kind)} among values of ${value.type}`
      const advice = `Write ${describeType(value.type)}`
      outer.complain(item, itemPath, { code: 'wrong_type', message, advice })
    }
  }
  if (set.items.length === 0) {
    const message = 'The list is empty'
    outer.complain(set, path, { code: 'wrong_literal', message, advice: 'Give it at least one value' })
  }
  if (outer.problems.length > before) return undefined
  const run = isInSet(value.run, set.items.map(literalValue))
  return { type: 'boolean', cost: 2 + value.cost, constant: undefined, run }
}

type ListPart = { readonly call: Call; readonly list: Tree & { readonly kind: 'call' } }

function inList(outer: Surroundings, value: Typed, { call, list }: ListPart): Typed | undefined {
  const [name] = list.args
  if (name?.kind !== 'text' || list.args.length !== 1 || !fits(value, 'text')) {
    return misused(outer, call, 'payer.id in list("blocked"), with a text on the left')
  }
  const { lists } = outer.compilation.environment
  if (!isKnown(outer, call, { name: name.value, known: lists, code: 'unknown_list' })) return undefined
  const operand = listOperand({ tree: call.tree, list: name.value, run: value.run })
  return outer.operand(operand, operandCosts.list + value.cost)
}

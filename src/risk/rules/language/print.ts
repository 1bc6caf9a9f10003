import type { Tree, WindowTree } from '../tree.ts'
import { isLiteral } from '../tree.ts'
import { levels, methods, precedences } from './forms.ts'
import { printLiteral } from './literals.ts'

const lineMax = 100

/** The text form of a tree. Read again, it is the same tree. Long conditions get a line for each part. */
export function printRule(tree: Tree): string {
  const line = print(tree, levels.choice)
  if (line.length <= lineMax || (tree.kind !== 'and' && tree.kind !== 'or')) return line
  const level = tree.kind === 'and' ? levels.and : levels.or
  return tree.of.map((part) => print(part, level + 1)).join(tree.kind === 'and' ? '\n&& ' : '\n|| ')
}

/** In parentheses when it binds less than its place needs. */
function print(tree: Tree, least: number): string {
  const { text, level } = form(tree)
  return level < least ? `(${text})` : text
}

type Form = { readonly text: string; readonly level: number }

function form(tree: Tree): Form {
  switch (tree.kind) {
    case 'field':
      return { text: tree.name, level: levels.primary }
    case 'set':
      return { text: `[${tree.items.map(printLiteral).join(', ')}]`, level: levels.primary }
    case 'and':
      return { text: tree.of.map((part) => print(part, levels.and + 1)).join(' && '), level: levels.and }
    case 'or':
      return { text: tree.of.map((part) => print(part, levels.or + 1)).join(' || '), level: levels.or }
    case 'window':
      return { text: printWindow(tree), level: levels.primary }
    case 'call':
      return printCall(tree.name, tree.args)
    default: {
      const text = printLiteral(tree)
      return { text, level: text.startsWith('-') ? levels.unary : levels.primary }
    }
  }
}

function printCall(name: string, args: readonly Tree[]): Form {
  const [first, second, third] = args
  const level = precedences.get(name)
  if (level !== undefined && first !== undefined && second !== undefined) {
    const left = print(first, level === levels.relation ? level + 1 : level)
    return { text: `${left} ${name} ${print(second, level + 1)}`, level }
  }
  if (name === '?:' && first !== undefined && second !== undefined && third !== undefined) {
    const text = `${print(first, levels.or)} ? ${print(second, levels.or)} : ${print(third, levels.choice)}`
    return { text, level: levels.choice }
  }
  if (name === '!' && first !== undefined) return { text: `!${print(first, levels.unary)}`, level: levels.unary }
  if (name === 'minus' && first !== undefined) {
    return {
      text: `-${isLiteral(first) ? `(${printLiteral(first)})` : print(first, levels.primary)}`,
      level: levels.unary,
    }
  }
  const printed = args.map((argument) => print(argument, levels.choice))
  if (methods.has(name) && first !== undefined) {
    return { text: `${print(first, levels.primary)}.${name}(${printed.slice(1).join(', ')})`, level: levels.primary }
  }
  return { text: `${name}(${printed.join(', ')})`, level: levels.primary }
}

function printWindow(window: WindowTree): string {
  const { stream, last, by, where, statistic, field, percent, asset } = window
  let text = `window(${JSON.stringify(stream)}, ${JSON.stringify(last)})`
  const keys = by.map((part) =>
    part.value.kind === 'field' && part.value.name === part.field
      ? part.field
      : `${part.field} == ${print(part.value, levels.relation + 1)}`,
  )
  if (keys.length > 0) text += `.by(${keys.join(', ')})`
  if (where !== undefined) text += `.where(${print(where, levels.choice)})`
  const args = [field, percent, asset === undefined ? undefined : JSON.stringify(asset)]
  return `${text}.${statistic}(${args.filter((argument) => argument !== undefined).join(', ')})`
}

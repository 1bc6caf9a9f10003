import type { Operand } from '../evaluation.ts'
import { nearestName, type Problem } from '../problems.ts'
import type { Tree } from '../tree.ts'
import type { TypeName } from '../values.ts'
import type { Compilation } from './compilation.ts'
import { type Typed, wrongCountry } from './resolve.ts'

export type Part = { readonly tree: Tree; readonly path: string }

export type Call = Part & { readonly name: string; readonly args: readonly Tree[] }

/** What a part of a tree needs of the compiler that it is in. */
export type Surroundings = {
  readonly compilation: Compilation
  readonly problems: Problem[]
  readonly slots: ReadonlySet<number>
  readonly optionalFields: Set<number>
  readonly compile: (tree: Tree, path: string) => Typed | undefined
  readonly wanted: (part: Part, type: TypeName) => Typed | undefined
  readonly complain: (tree: Tree, path: string, complaint: Pick<Problem, 'code' | 'message' | 'advice'>) => undefined
  readonly operand: (operand: Operand, cost: number) => Typed
}

export function misused(outer: Surroundings, { tree, name, path }: Call, sample: string): undefined {
  const message = `${name} does not take this`
  return outer.complain(tree, path, { code: 'wrong_type', message, advice: `Write ${sample}` })
}

/** Complains of a literal that is meant as a country and is none. */
export function isCountry(
  outer: Surroundings,
  part: Part & { readonly typed: Typed | undefined },
  type: TypeName,
): boolean {
  const advice = part.typed === undefined ? undefined : wrongCountry(part.typed, type)
  if (advice === undefined) return true
  const message = `${JSON.stringify(part.typed?.constant)} is no country`
  outer.complain(part.tree, part.path, { code: 'wrong_literal', message, advice })
  return false
}

const kinds = { unknown_list: 'list', unknown_threshold: 'threshold', unknown_party: 'screened party' } as const

type Known = { readonly name: string; readonly known: ReadonlySet<string>; readonly code: keyof typeof kinds }

export function isKnown(outer: Surroundings, { tree, path }: Call, { name, known, code }: Known): boolean {
  if (known.has(name)) return true
  const near = nearestName(name, known)
  const some = [...known].slice(0, 10).join(', ')
  const all = some === '' ? 'Make one first' : `Write one of ${some}`
  const message = `There is no ${kinds[code]} ${JSON.stringify(name.slice(0, 80))}`
  outer.complain(tree, path, { code, message, advice: near === undefined ? all : `Write ${JSON.stringify(near)}` })
  return false
}

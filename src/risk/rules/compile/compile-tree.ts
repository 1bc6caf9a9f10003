import type { Evaluator } from '../evaluation.ts'
import { type Checked, fine, wrong } from '../problems.ts'
import type { TypeName } from '../values.ts'
import type { Compilation } from './compilation.ts'
import { Compiler } from './compiler.ts'
import { describeType, fits } from './resolve.ts'

export type CompiledTree = {
  readonly type: TypeName
  readonly run: Evaluator
  /** In units of about one comparison; And and Or stop early, so this is the most. */
  readonly cost: number
  /** Slots of the optional fields that it reads. */
  readonly optionalFields: readonly number[]
  /** Slots of its operands. */
  readonly operands: readonly number[]
}

/** Checks the types of a tree and makes closures of it. This is also the check before a rule is published. */
export function compileTree(compilation: Compilation): Checked<CompiledTree> {
  const { tree, gives, path } = compilation
  const compiler = new Compiler(compilation)
  const typed = compiler.compile(tree, path)
  if (typed === undefined || compiler.problems.length > 0) return wrong(...compiler.problems)
  if (!fits(typed, gives)) {
    const message = `This is ${describeType(typed.type)}, and no ${gives === 'boolean' ? 'condition' : gives}`
    const advice =
      gives === 'boolean' ? 'Compare it, as in amount > money("50.00 INR")' : `Write ${describeType(gives)}`
    return wrong({ code: 'wrong_type', message, advice, path, ...compilation.placeOf?.(tree) })
  }
  const { type, run, cost } = typed
  return fine({ type, run, cost, optionalFields: [...compiler.optionalFields], operands: [...compiler.slots] })
}

import type { Evaluation, Evaluator } from '../evaluation.ts'
import type { TypeName, Value } from '../values.ts'

export type Argument = {
  readonly run: Evaluator
  /** Of a literal. */
  readonly constant: Value | undefined
}

export type Overload = {
  readonly takes: readonly TypeName[]
  readonly gives: TypeName
  readonly make: (...args: readonly Argument[]) => Evaluator
  /** What is wrong with its literals, and what to write instead. */
  readonly refuse?: (
    constants: readonly (Value | undefined)[],
  ) => readonly [message: string, advice: string] | undefined
}

export type Operator = { readonly name: string; readonly cost: number; readonly overloads: readonly Overload[] }

/** Missing when its argument is. */
export function unary<In extends Value>(apply: (value: In, evaluation: Evaluation) => Value | undefined) {
  return ({ run }: Argument): Evaluator =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : apply(value as In, evaluation)
    }
}

/** Missing when one of its arguments is. */
export function binary<Left extends Value, Right extends Value>(
  apply: (left: Left, right: Right, evaluation: Evaluation) => Value | undefined,
) {
  return (left: Argument, right: Argument): Evaluator => {
    const [one, other] = [left.run, right.run]
    return (evaluation) => {
      const a = one(evaluation)
      if (a === undefined) return undefined
      const b = other(evaluation)
      return b === undefined ? undefined : apply(a as Left, b as Right, evaluation)
    }
  }
}

import type { Evaluator } from '../evaluation.ts'
import type { Amount, Value } from '../values.ts'

/**
 * And and Or in the given order. They stop at the first part that decides. A part without a value decides nothing: the
 * result is then missing, unless a later part decides.
 */
export function all(parts: readonly Evaluator[]): Evaluator {
  const [first, second] = parts
  if (parts.length === 2 && first !== undefined && second !== undefined) {
    return (evaluation) => {
      const before = evaluation.error
      const one = first(evaluation)
      if (one === false) return false
      const other = second(evaluation)
      if (one !== undefined) return other
      if (other !== false) return undefined
      evaluation.error = before
      return false
    }
  }
  return junction(parts, false)
}

export function any(parts: readonly Evaluator[]): Evaluator {
  return junction(parts, true)
}

/** An error of a part does not matter when another part decides. */
function junction(parts: readonly Evaluator[], decides: boolean): Evaluator {
  return (evaluation) => {
    const before = evaluation.error
    let result: Value | undefined = !decides
    for (const part of parts) {
      const value = part(evaluation)
      if (value === decides) {
        evaluation.error = before
        return decides
      }
      if (value === undefined) result = undefined
    }
    return result
  }
}

/** True or false, never missing: an error stays one. */
export function hasValue(run: Evaluator): Evaluator {
  return (evaluation) => {
    const before = evaluation.error
    evaluation.error = undefined
    const isThere = run(evaluation) !== undefined
    const failed = !isThere && evaluation.error !== undefined
    evaluation.error = before ?? (failed ? evaluation.error : undefined)
    return failed ? undefined : isThere
  }
}

/** Stands in for what is missing, not for what has failed. */
export function orElse(run: Evaluator, otherwise: Evaluator): Evaluator {
  return (evaluation) => {
    const before = evaluation.error
    evaluation.error = undefined
    const value = run(evaluation)
    const failed = value === undefined && evaluation.error !== undefined
    evaluation.error = before ?? (failed ? evaluation.error : undefined)
    return value !== undefined || failed ? value : otherwise(evaluation)
  }
}

export function choose(
  condition: Evaluator,
  { one, other }: { readonly one: Evaluator; readonly other: Evaluator },
): Evaluator {
  return (evaluation) => {
    const chosen = condition(evaluation)
    if (chosen === undefined) return undefined
    return chosen === true ? one(evaluation) : other(evaluation)
  }
}

export function isInSet(run: Evaluator, values: readonly Value[]): Evaluator {
  const members = new Set(values.map(memberOf))
  return (evaluation) => {
    const value = run(evaluation)
    return value === undefined ? undefined : members.has(memberOf(value))
  }
}

/** Amounts are equal by content, and those of another asset are in no set. */
function memberOf(value: Value): Value {
  if (typeof value !== 'object') return value
  const { minor, asset } = value as Amount
  return `${minor} ${asset}`
}

export function isInTexts(run: Evaluator, texts: Evaluator): Evaluator {
  return (evaluation) => {
    const value = run(evaluation)
    if (value === undefined) return undefined
    const list = texts(evaluation)
    return list === undefined ? undefined : (list as readonly string[]).includes(value as string)
  }
}

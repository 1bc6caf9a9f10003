import { parseDuration } from '../durations.ts'
import type { Literal } from '../tree.ts'
import { readValue, type Value } from '../values.ts'

/** Trees are read and printed in their one form, so this has a value for each. */
export function literalValue(literal: Literal): Value {
  if (literal.kind === 'duration') return parseDuration(literal.value) ?? 0
  return readValue(literal.kind, literal.kind === 'amount' ? literal : literal.value) ?? ''
}

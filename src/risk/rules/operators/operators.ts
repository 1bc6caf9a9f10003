import { arithmetic } from './arithmetic.ts'
import { comparisons } from './comparisons.ts'
import type { Operator } from './operator.ts'
import { textFunctions } from './text-functions.ts'
import { timeAndPlace } from './time-and-place.ts'

/** By the name in the tree. What looks at more than the types of its arguments is in the compiler. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [...comparisons, ...arithmetic, ...textFunctions, ...timeAndPlace].map((operator) => [operator.name, operator]),
)

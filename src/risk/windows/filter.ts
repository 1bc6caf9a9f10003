import { type EventFields, type FieldValue, isAssetAmount, type Scalar, scalarText, wholeOf } from './window-event.ts'

type PlainScalar = string | number | boolean

/**
 * `value` of a comparison is a whole number, or one as digits. `asset` is needed where the field is an amount: amounts
 * of another asset do not match.
 */
export type Condition =
  | { readonly field: string; readonly is: 'equal' | 'not_equal'; readonly value: PlainScalar }
  | { readonly field: string; readonly is: 'in' | 'not_in'; readonly values: readonly PlainScalar[] }
  | {
      readonly field: string
      readonly is: 'less' | 'at_most' | 'more' | 'at_least'
      readonly value: number | string
      readonly asset?: string
    }
  | { readonly field: string; readonly is: 'present' | 'absent' }

/** All conditions must hold. A field that is not there satisfies only `absent`. */
export type Filter = readonly Condition[]

type Test = (value: FieldValue | undefined) => boolean

export function compileFilter(filter: Filter = []): (fields: EventFields) => boolean {
  const tests = filter.map((condition) => ({ field: condition.field, holds: compileCondition(condition) }))
  return (fields) => {
    for (const { field, holds } of tests) if (!holds(fields[field])) return false
    return true
  }
}

function compileCondition(condition: Condition): Test {
  switch (condition.is) {
    case 'present':
      return (value) => value !== undefined
    case 'absent':
      return (value) => value === undefined
    case 'equal':
      return amongTexts([condition.value])
    case 'not_equal':
      return otherThan([condition.value])
    case 'in':
      return amongTexts(condition.values)
    case 'not_in':
      return otherThan(condition.values)
    default:
      return compileComparison(condition)
  }
}

function isScalar(value: FieldValue | undefined): value is Scalar {
  return value !== undefined && !isAssetAmount(value)
}

function amongTexts(values: readonly PlainScalar[]): Test {
  const texts = new Set(values.map(scalarText))
  return (value) => isScalar(value) && texts.has(scalarText(value))
}

function otherThan(values: readonly PlainScalar[]): Test {
  const texts = new Set(values.map(scalarText))
  return (value) => isScalar(value) && !texts.has(scalarText(value))
}

function compileComparison({
  is,
  value: bound,
  asset,
}: Extract<Condition, { is: 'less' | 'at_most' | 'more' | 'at_least' }>): Test {
  const limit = BigInt(bound)
  const compare = {
    less: (whole: bigint) => whole < limit,
    at_most: (whole: bigint) => whole <= limit,
    more: (whole: bigint) => whole > limit,
    at_least: (whole: bigint) => whole >= limit,
  }[is]
  return (value) => {
    if (isAssetAmount(value)) return value.asset === asset && compare(value.minor)
    const whole = wholeOf(value)
    return whole !== undefined && compare(whole)
  }
}

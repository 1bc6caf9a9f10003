import type { Evaluation } from '../evaluation.ts'
import type { Amount, TypeName, Value } from '../values.ts'
import { binary, type Operator, type Overload, unary } from './operator.ts'

/** Exact, or an error: a whole number beyond 2^53 is not exact. */
function exact(value: number, evaluation: Evaluation): number | undefined {
  return Number.isSafeInteger(value) ? value + 0 : evaluation.fail('overflow')
}

function finite(value: number, evaluation: Evaluation): number | undefined {
  return Number.isFinite(value) ? value + 0 : evaluation.fail('overflow')
}

/** Toward zero, as in CEL. The remainder has the sign of what is divided. */
const quotient = binary<number, number>((left, right, evaluation) =>
  right === 0 ? evaluation.fail('division_by_zero') : exact((left - (left % right)) / right, evaluation),
)
const remainder = binary<number, number>((left, right, evaluation) =>
  right === 0 ? evaluation.fail('division_by_zero') : (left % right) + 0,
)
const sum = binary<number, number>((left, right, evaluation) => exact(left + right, evaluation))
const difference = binary<number, number>((left, right, evaluation) => exact(left - right, evaluation))
const product = binary<number, number>((left, right, evaluation) => exact(left * right, evaluation))

function ofAmounts(apply: (left: Amount, right: Amount, evaluation: Evaluation) => Value | undefined) {
  return binary<Amount, Amount>((left, right, evaluation) =>
    left.asset === right.asset ? apply(left, right, evaluation) : evaluation.fail('asset_mismatch'),
  )
}

const times = (amount: Amount, factor: number): Amount => ({ ...amount, minor: amount.minor * BigInt(factor) })

type Made = Overload['make']
const overload = (takes: readonly TypeName[], gives: TypeName, make: unknown): Overload => ({
  takes,
  gives,
  make: make as Made,
})

const plus: Operator = {
  name: '+',
  cost: 1,
  overloads: [
    overload(['whole', 'whole'], 'whole', sum),
    overload(
      ['number', 'number'],
      'number',
      binary<number, number>((left, right, at) => finite(left + right, at)),
    ),
    overload(
      ['amount', 'amount'],
      'amount',
      ofAmounts((left, right) => ({ ...left, minor: left.minor + right.minor })),
    ),
    overload(['time', 'duration'], 'time', sum),
    overload(['duration', 'time'], 'time', sum),
    overload(['duration', 'duration'], 'duration', sum),
  ],
}

const minus: Operator = {
  name: '-',
  cost: 1,
  overloads: [
    overload(['whole', 'whole'], 'whole', difference),
    overload(
      ['number', 'number'],
      'number',
      binary<number, number>((left, right, at) => finite(left - right, at)),
    ),
    overload(
      ['amount', 'amount'],
      'amount',
      ofAmounts((left, right) => ({ ...left, minor: left.minor - right.minor })),
    ),
    overload(['time', 'time'], 'duration', difference),
    overload(['time', 'duration'], 'time', difference),
    overload(['duration', 'duration'], 'duration', difference),
  ],
}

const multiply: Operator = {
  name: '*',
  cost: 1,
  overloads: [
    overload(['whole', 'whole'], 'whole', product),
    overload(
      ['number', 'number'],
      'number',
      binary<number, number>((left, right, at) => finite(left * right, at)),
    ),
    overload(
      ['amount', 'whole'],
      'amount',
      binary<Amount, number>((amount, factor) => times(amount, factor)),
    ),
    overload(
      ['whole', 'amount'],
      'amount',
      binary<number, Amount>((factor, amount) => times(amount, factor)),
    ),
    overload(['duration', 'whole'], 'duration', product),
    overload(['whole', 'duration'], 'duration', product),
  ],
}

const divide: Operator = {
  name: '/',
  cost: 1,
  overloads: [
    overload(['whole', 'whole'], 'whole', quotient),
    overload(
      ['number', 'number'],
      'number',
      binary<number, number>((left, right, at) =>
        right === 0 ? at.fail('division_by_zero') : finite(left / right, at),
      ),
    ),
    overload(
      ['amount', 'whole'],
      'amount',
      binary<Amount, number>((amount, by, at) =>
        by === 0 ? at.fail('division_by_zero') : { ...amount, minor: amount.minor / BigInt(by) },
      ),
    ),
    // A share of two amounts is a number, and no amount.
    overload(
      ['amount', 'amount'],
      'number',
      ofAmounts((left, right, at) =>
        right.minor === 0n ? at.fail('division_by_zero') : finite(Number(left.minor) / Number(right.minor), at),
      ),
    ),
    overload(['duration', 'whole'], 'duration', quotient),
    overload(
      ['duration', 'duration'],
      'number',
      binary<number, number>((left, right, at) => (right === 0 ? at.fail('division_by_zero') : left / right + 0)),
    ),
  ],
}

const modulo: Operator = {
  name: '%',
  cost: 1,
  overloads: [
    overload(['whole', 'whole'], 'whole', remainder),
    overload(
      ['amount', 'amount'],
      'amount',
      ofAmounts((left, right, at) =>
        right.minor === 0n ? at.fail('division_by_zero') : { ...left, minor: left.minor % right.minor },
      ),
    ),
    overload(['duration', 'duration'], 'duration', remainder),
  ],
}

const numeric: readonly TypeName[] = ['whole', 'number', 'duration']
const magnitude = (minor: bigint) => (minor < 0n ? -minor : minor)

const negate: Operator = {
  name: 'minus',
  cost: 1,
  overloads: [
    ...numeric.map((type) =>
      overload(
        [type],
        type,
        unary<number>((value) => 0 - value),
      ),
    ),
    overload(
      ['amount'],
      'amount',
      unary<Amount>((amount) => ({ ...amount, minor: -amount.minor })),
    ),
  ],
}

const absolute: Operator = {
  name: 'abs',
  cost: 1,
  overloads: [
    ...numeric.map((type) => overload([type], type, unary<number>(Math.abs))),
    overload(
      ['amount'],
      'amount',
      unary<Amount>((amount) => ({ ...amount, minor: magnitude(amount.minor) })),
    ),
  ],
}

const assetOf: Operator = {
  name: 'asset',
  cost: 1,
  overloads: [
    overload(
      ['amount'],
      'text',
      unary<Amount>(({ asset }) => asset),
    ),
  ],
}

const negation: Operator = {
  name: '!',
  cost: 1,
  overloads: [
    overload(
      ['boolean'],
      'boolean',
      unary<boolean>((value) => !value),
    ),
  ],
}

export const arithmetic: readonly Operator[] = [
  plus,
  minus,
  multiply,
  divide,
  modulo,
  negate,
  absolute,
  assetOf,
  negation,
]

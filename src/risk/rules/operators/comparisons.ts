import type { Evaluator } from '../evaluation.ts'
import type { Amount, TypeName } from '../values.ts'
import { type Argument, binary, type Operator, type Overload } from './operator.ts'

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
type Numbers = (argument: Argument, other: Argument) => Evaluator

/** Rules compare most often with a literal, so that has closures of its own. */
const withLiteral: Readonly<Record<Comparison, (run: Evaluator, literal: Argument) => Evaluator>> = {
  '==':
    (run, { constant }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value === constant
    },
  '!=':
    (run, { constant }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value !== constant
    },
  '<':
    (run, { constant = 0 }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value < constant
    },
  '<=':
    (run, { constant = 0 }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value <= constant
    },
  '>':
    (run, { constant = 0 }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value > constant
    },
  '>=':
    (run, { constant = 0 }) =>
    (evaluation) => {
      const value = run(evaluation)
      return value === undefined ? undefined : value >= constant
    },
}

const ofValues: Readonly<Record<Comparison, Numbers>> = {
  '==': binary((left, right) => left === right),
  '!=': binary((left, right) => left !== right),
  '<': binary((left, right) => left < right),
  '<=': binary((left, right) => left <= right),
  '>': binary((left, right) => left > right),
  '>=': binary((left, right) => left >= right),
}

/** Amounts of different assets cannot be compared, not even for equality: that is an error and not false. */
const ofAmounts: Readonly<Record<Comparison, Numbers>> = {
  '==': amounts((left, right) => left.minor === right.minor),
  '!=': amounts((left, right) => left.minor !== right.minor),
  '<': amounts((left, right) => left.minor < right.minor),
  '<=': amounts((left, right) => left.minor <= right.minor),
  '>': amounts((left, right) => left.minor > right.minor),
  '>=': amounts((left, right) => left.minor >= right.minor),
}

function amounts(test: (left: Amount, right: Amount) => boolean): Numbers {
  return binary<Amount, Amount>((left, right, evaluation) =>
    left.asset === right.asset ? test(left, right) : evaluation.fail('asset_mismatch'),
  )
}

function compare(name: Comparison): Overload['make'] {
  return (left, right) =>
    right?.constant !== undefined && typeof right.constant !== 'object'
      ? withLiteral[name](left?.run ?? none, right)
      : ofValues[name](left ?? nothing, right ?? nothing)
}

const none: Evaluator = () => undefined
const nothing: Argument = { run: none, constant: undefined }

const ordered: readonly TypeName[] = ['whole', 'number', 'time', 'duration']
/** Country before text, so that a literal is checked to be a country where one is meant. */
const equal: readonly TypeName[] = ['country', 'text', 'boolean']

function comparison(name: Comparison): Operator {
  const types = name === '==' || name === '!=' ? [...ordered, ...equal] : ordered
  return {
    name,
    cost: 1,
    overloads: [
      ...types.map((type): Overload => ({ takes: [type, type], gives: 'boolean', make: compare(name) })),
      {
        takes: ['amount', 'amount'],
        gives: 'boolean',
        make: (left = nothing, right = nothing) => ofAmounts[name](left, right),
      },
    ],
  }
}

export const comparisons: readonly Operator[] = (['==', '!=', '<', '<=', '>', '>='] as const).map(comparison)

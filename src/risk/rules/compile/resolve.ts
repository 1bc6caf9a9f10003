import { countryCodes, nearestCountry } from '../countries.ts'
import type { Argument, Overload } from '../operators/operator.ts'
import type { TypeName } from '../values.ts'

export type Typed = Argument & { readonly type: TypeName; readonly cost: number }

const widened: Readonly<Partial<Record<TypeName, TypeName>>> = { whole: 'number', country: 'text' }

/** Whether a part may stand where a type is wanted. A literal text may be a country; see {@link wrongCountry}. */
export function fits({ type, constant }: Pick<Typed, 'type' | 'constant'>, wanted: TypeName): boolean {
  return (
    type === wanted || widened[type] === wanted || (wanted === 'country' && type === 'text' && constant !== undefined)
  )
}

/** The overload that takes the arguments: as they are before any that takes them widened. */
export function overloadFor(overloads: readonly Overload[], args: readonly Typed[]): Overload | undefined {
  const sized = overloads.filter(({ takes }) => takes.length === args.length)
  return (
    sized.find(({ takes }) => takes.every((type, at) => type === args[at]?.type)) ??
    sized.find(({ takes }) => takes.every((type, at) => args[at] !== undefined && fits(args[at], type)))
  )
}

/** Advice when a literal is meant as a country and is none. */
export function wrongCountry(
  { type, constant }: Pick<Typed, 'type' | 'constant'>,
  wanted: TypeName,
): string | undefined {
  if (wanted !== 'country' || type !== 'text' || countryCodes.has(String(constant))) return undefined
  const near = nearestCountry(String(constant))
  return near === undefined
    ? 'Write a code of two letters of ISO 3166-1, such as "IN"'
    : `Write ${JSON.stringify(near)}`
}

const samples: Readonly<Record<TypeName, string>> = {
  text: 'a text, such as "abc"',
  whole: 'a whole number',
  number: 'a number',
  amount: 'an amount, such as money("50.00 INR")',
  time: 'a time, such as timestamp("2026-01-31T09:30:00Z")',
  duration: 'a duration, such as duration("24h")',
  boolean: 'a condition',
  country: 'a country, such as "IN"',
  place: 'a place, such as place(19.07, 72.88)',
  texts: 'a field that is a list of text',
}

export function describeType(type: TypeName): string {
  return samples[type]
}

/** What an operator takes, for people. */
export function describeOverloads(overloads: readonly Overload[], first: TypeName | undefined): string {
  const near = overloads.filter(({ takes }) => takes[0] === first)
  const shown = (near.length > 0 ? near : overloads).slice(0, 3)
  const texts = shown.map(({ takes }) => (takes.length === 0 ? 'nothing' : takes.map(describeType).join(' and ')))
  return `Give ${texts.join(', or ')}`
}

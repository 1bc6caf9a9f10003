import type { RailInstrument } from '#rails'
import { isIban, isIfsc, isRoutingNumber } from './check-digits.ts'

type Field = { readonly isOptional?: true; readonly isRight: (text: string) => boolean; readonly form: string }

const text = (pattern: RegExp, form: string): Field => ({ isRight: (value) => pattern.test(value), form })
const optional = (field: Field): Field => ({ ...field, isOptional: true })

const name = optional(text(/^\S.{0,139}$/u, 'a name of up to 140 characters'))

/** By kind. Rails judge the rest, such as whether an account exists. */
const fieldsOf: Readonly<Record<RailInstrument['kind'], Readonly<Record<string, Field>>>> = {
  token: { token: text(/^\S{1,200}$/, 'a token of 1 to 200 characters') },
  mandate: { mandate: text(/^\S{1,200}$/, 'the reference of a mandate, of 1 to 200 characters') },
  vpa: { vpa: text(/^[A-Za-z0-9._-]{2,255}@[A-Za-z][A-Za-z0-9.-]{1,63}$/, 'an address such as asha@upi'), name },
  iban: {
    iban: { isRight: isIban, form: 'an IBAN in capitals, without blanks, with right check digits' },
    bic: optional(text(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'a BIC of 8 or 11 capitals and digits')),
    name,
  },
  ifsc: {
    ifsc: { isRight: isIfsc, form: 'an IFSC: 4 capitals, a 0, and 6 capitals or digits' },
    account: text(/^[A-Z0-9]{6,34}$/, 'an account number of 6 to 34 capitals and digits'),
    name,
  },
  us_account: {
    routing: { isRight: isRoutingNumber, form: 'a routing number of 9 digits with a right check digit' },
    account: text(/^[A-Za-z0-9-]{1,17}$/, 'an account number of 1 to 17 characters'),
    type: text(/^(checking|savings)$/, 'checking or savings'),
    name,
  },
  chain_address: {
    chain: text(/^[a-z0-9][a-z0-9:_-]{0,39}$/, 'the name of a chain'),
    address: text(/^[A-Za-z0-9:]{10,128}$/, 'an address of the chain'),
    memo: optional(text(/^[\x21-\x7e]{1,100}$/, 'a memo of 1 to 100 characters')),
  },
}

const instrumentKinds = Object.keys(fieldsOf) as RailInstrument['kind'][]

/** Each kind with its fields: `vpa` (`vpa`, `name?`). */
export const instrumentKindsText = instrumentKinds
  .map((kind) => {
    const fields = Object.entries(fieldsOf[kind]).map(
      ([field, { isOptional }]) => `\`${field}${isOptional ? '?' : ''}\``,
    )
    return `\`${kind}\` (${fields.join(', ')})`
  })
  .join(', ')

export type InstrumentProblem = { readonly field: string; readonly problem: string }

export type ReadInstrument = { readonly instrument: string; readonly typed: RailInstrument }

export function readInstrument(json: Readonly<Record<string, string>>): ReadInstrument | InstrumentProblem {
  const kind = instrumentKinds.find((known) => known === json.kind)
  if (kind === undefined) return { field: 'kind', problem: `must be one of ${instrumentKinds.join(', ')}` }
  const fields = fieldsOf[kind]
  for (const field of Object.keys(json)) {
    if (field !== 'kind' && !Object.hasOwn(fields, field)) {
      return {
        field,
        problem: `is not known here; an instrument of the kind ${kind} has ${Object.keys(fields).join(', ')}`,
      }
    }
  }
  for (const [field, { isOptional, isRight, form }] of Object.entries(fields)) {
    const value = json[field]
    if (value === undefined && isOptional !== true) return { field, problem: 'is required' }
    if (value !== undefined && !isRight(value)) return { field, problem: `must be ${form}` }
  }
  // The fields of its kind have just been checked.
  const typed = json as unknown as RailInstrument
  return { instrument: textOf(typed), typed }
}

/** Names the instrument in lists, timelines and budgets. */
function textOf(typed: RailInstrument): string {
  switch (typed.kind) {
    case 'token':
      return typed.token
    case 'mandate':
      return typed.mandate
    case 'vpa':
      return typed.vpa
    case 'iban':
      return typed.iban
    case 'ifsc':
      return `${typed.ifsc}/${typed.account}`
    case 'us_account':
      return `${typed.routing}/${typed.account}`
    case 'chain_address':
      return `${typed.chain}:${typed.address}`
  }
}

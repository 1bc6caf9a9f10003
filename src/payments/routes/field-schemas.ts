import { Type } from 'typebox'
import { accountReference, amountInput, assetCode, digits } from '#platform/fields'
import { closedObject, expectation, noCardNumber } from '#platform/http'
import { instrumentKindsText } from '../instruments/read-instrument.ts'

const railPattern = '^[a-z][a-z0-9_-]{0,39}$'

export function railName(description: string, { example = 'card' }: { readonly example?: string } = {}) {
  return Type.String({
    pattern: railPattern,
    description,
    examples: [example],
    [expectation]: 'the name of a rail: a small letter, then small letters, digits, - and _, up to 40',
  })
}

export const otherRails = Type.Array(railName('The name of a rail.', { example: 'upi' }), {
  maxItems: 5,
  uniqueItems: true,
  description: 'What may carry it instead, in this order, when the rail is away or declines and another may do.',
  examples: [['upi']],
  [expectation]: 'up to five different names of rails',
})

export function instrument(description: string, { example = 'card_visa_ok' }: { readonly example?: string } = {}) {
  return Type.String({
    minLength: 1,
    maxLength: 200,
    description,
    examples: [example],
    [expectation]: 'a token or address of 1 to 200 characters',
    [noCardNumber]: true,
  })
}

/** As text, or as fields of its kind, which the use case checks one by one. */
export function instrumentInput(description: string, example?: { readonly example?: string }) {
  const fields = Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    additionalProperties: { type: 'string', minLength: 1, maxLength: 255, [noCardNumber]: true },
    required: ['kind'],
    title: 'InstrumentByKind',
    description: `\`kind\` and its fields: ${instrumentKindsText}. The payment shows its text, without the name.`,
    examples: [{ kind: 'iban', iban: 'GB33BUKB20201555555555', name: 'Asha Rao' }],
  })
  return Type.Union([instrument(description, example), fields], {
    description,
    examples: ['card_visa_ok'],
    [expectation]: 'a token or address of 1 to 200 characters, or { kind, … } with texts',
  })
}

type Described = { readonly description: string; readonly example: string }

const personal = ({ description, example }: Described) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 140, description, examples: [example], [noCardNumber]: true }))

const partyInput = closedObject(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 140,
      description: 'The full name.',
      examples: ['Asha Rao'],
      [noCardNumber]: true,
    }),
    country: Type.Optional(
      Type.String({ pattern: '^[A-Z]{2}$', description: 'Two letters of ISO 3166.', examples: ['IN'] }),
    ),
    street: personal({ description: 'The street and the number.', example: '12 Park Street' }),
    city: personal({ description: 'The city.', example: 'Kolkata' }),
    region: personal({ description: 'The state or region.', example: 'West Bengal' }),
    postal_code: personal({ description: 'The postal code.', example: '700016' }),
  },
  {
    title: 'Party',
    description: 'The payer or payee, for rails that require it. It goes to the rail, and is not shown again.',
  },
)

/** Of payments and payouts over a rail. */
export const termsInput = {
  party: Type.Optional(partyInput),
  purpose: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9]{1,35}$',
      description: "A code of the rail's scheme for the purpose, such as `SALA`.",
      examples: ['SALA'],
      [noCardNumber]: true,
    }),
  ),
  descriptor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 35,
      description: "Shown on the other party's statement, if the rail can.",
      examples: ['MUNIM SHOP'],
      [noCardNumber]: true,
    }),
  ),
}

const orNull = ({ description, example }: Described) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

export const termsShown = {
  purpose: orNull({ description: 'The code of its purpose.', example: 'SALA' }),
  descriptor: orNull({ description: "The text on the other party's statement.", example: 'MUNIM SHOP' }),
}

/** A code that no vendor can have is refused with `vendor_not_found`, not with a schema error. */
export const vendorInput = Type.String({
  minLength: 1,
  maxLength: 128,
  description: "Whose business it is: a vendor's code. The vendor's policy chooses the lane.",
  examples: ['shop-7'],
  [expectation]: 'the code of a vendor',
})

export const vendorOrNull = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: "The vendor's code; null for nobody's.",
  examples: ['shop-7'],
})

export const reason = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description:
    'Why it is in this state, where there is something to explain: the code of a refusal of the books, of a decline, or of what an operator has to decide.',
  examples: [null],
})

export const railOrNull = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'The rail that carries it now, or carried it last.',
  examples: ['card'],
})

export const railReference = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: "The rail's own name of it.",
  examples: ['ch_4n7q'],
})

export const uniqueReference = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: "The client's own reference.",
  examples: ['order-1042'],
})

export const referenceInput = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "The client's own reference; no two of a book have the same.",
  examples: ['order-1042'],
  [expectation]: 'text of 1 to 200 characters',
})

export const positiveInput = (description: string) =>
  Type.Unsafe<number | string>({ ...amountInput, description, examples: ['12500', 12500] })

export const asset = assetCode('The asset of the amounts.')

export const share = closedObject(
  {
    account: accountReference('The account', { example: 'merchants:7' }),
    amount: digits('Its part, in minor units.', { example: '12000' }),
  },
  { title: 'Share', description: 'An account and its part of the amount.' },
)

export const shareInput = closedObject(
  {
    account: accountReference('The account', { example: 'merchants:7' }),
    amount: positiveInput('Its part, in minor units.'),
  },
  { title: 'ShareInput', description: 'An account and its part of the amount.' },
)

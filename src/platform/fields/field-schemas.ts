import { Type } from 'typebox'
import { assetCodePattern, type IdPrefix } from '#kernel'
import { expectation, idSchema, timestampSchema } from '../http/index.ts'

// A batch checks these schemas ten thousand times, so each is one schema with one cheap pattern. read-fields.ts checks
// the limits of amounts and times that a pattern cannot express.

export const amountInput = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  pattern: '^[1-9][0-9]{0,18}$',
  examples: ['12500', 12500],
  [expectation]: 'a positive integer or a string of up to 19 digits, in minor units',
})

export const balanceInput = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  pattern: '^(0|-?[1-9][0-9]{0,18})$',
  examples: ['-5000', 0],
  [expectation]: 'an integer or a string of up to 19 digits, in minor units; it may be negative',
})

export const limitInput = Type.Unsafe<number | string | null>({
  ...balanceInput,
  type: ['integer', 'string', 'null'],
  [expectation]: 'null, an integer or a string of up to 19 digits, in minor units; it may be negative',
})

type Example = { readonly example: string }

/** An amount or balance in an answer: always digits in a string. */
export function digits(description: string, { example }: Example) {
  return Type.String({ pattern: '^(0|-?[1-9][0-9]*)$', description, examples: [example] })
}

export function digitsOrNull(description: string, { example }: Example) {
  return Type.Unsafe<string | null>({
    type: ['string', 'null'],
    pattern: '^(0|-?[1-9][0-9]*)$',
    description,
    examples: [example],
  })
}

export function id(prefix: IdPrefix, description: string) {
  return Type.String({ ...idSchema(prefix), description, examples: [exampleId[prefix]] })
}

const exampleId = {
  book: 'book_01k0a2m4q6r8s0t2v4w6x8y0z2',
  acc: 'acc_01k0a2m4q7e9anpskxk9n3c8d4',
  trf: 'trf_01k0a2m4q8f2hn4gm2v7r9w1k6',
  evt: 'evt_01k0a2m4q9b7ct5x0k3m8n2p4r',
  apv: 'apv_01k0a2m4qae1fs6y4p7q9r3t5v',
  client: 'client_01k0a2m4qae1fs6y4p7q9r3t5v',
  psn: 'psn_01k0a2m4qae1fs6y4p7q9r3t5v',
  ses: 'ses_01k0a2m4qae1fs6y4p7q9r3t5v',
  key: 'key_01k0a2m4qae1fs6y4p7q9r3t5v',
  req: 'req_01k0a2m4qbk4gt8z1r2s5v7w9x',
  pay: 'pay_01k0a2m4qcm3hv6a8r1s4t7w0z',
  cap: 'cap_01k0a2m4qdn5jw9b2s3t6v8x1y',
  ref: 'ref_01k0a2m4qep7kx0c4t5v8w9y2z',
  out: 'out_01k0a2m4qfq9my1d6v7w0x3y4z',
  att: 'att_01k0a2m4qgr1nz2e8w9x2y5z6a',
  dsp: 'dsp_01k0a2m4qgt4qa2h9z1w3x5y7b',
  ven: 'ven_01k0a2m4qhs3p03f0x1y4z7a8b',
  dlt: 'dlt_01k0a2m4qjt5q14g2y3z6a9b0c',
  saga: 'saga_01k0a2m4qkv7r25h4z5a8b1c2d',
  case: 'case_01k0a2m4qmw9s36j6a7b0c3d4e',
  item: 'item_01k0a2m4qnx1t47k8b9c2d5e6f',
  ord: 'ord_01k0a2m4qpy3v58m0c1d4e7f8g',
  ers: 'ers_01k0a2m4qqz4w69n1d2e5f8g9h',
  lim: 'lim_01k0a2m4qrz4w69n1d2e5f8g9h',
  svc: 'svc_01k0a2m4qrz5x70p2e3f6g9h0j',
} as const satisfies Record<IdPrefix, string>

/** Account ids match this pattern too, so one pattern serves references. */
const codePattern = '^[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,127}$'

const codeExpectation =
  "1 to 128 letters, digits and the characters _ . : @ + -, of which the first is a letter, a digit or '_'"

export function accountCode(description: string, { example = 'customers:42:wallet' }: Partial<Example> = {}) {
  return Type.String({ pattern: codePattern, description, examples: [example], [expectation]: codeExpectation })
}

/** An account that a client names by its id or its code. */
export function accountReference(description: string, { example = 'customers:42:wallet' }: Partial<Example> = {}) {
  return Type.String({
    pattern: codePattern,
    description: `${description}, by its id or its code.`,
    examples: [example],
    [expectation]: `the id of an account, or a code: ${codeExpectation}`,
  })
}

export function assetCode(description: string, { example = 'USD' }: Partial<Example> = {}) {
  return Type.String({
    pattern: assetCodePattern,
    maxLength: 24,
    description,
    examples: [example],
    [expectation]: 'an asset code such as USD or XAU-MG: capitals and digits, of up to 24 characters',
  })
}

export const version = Type.Integer({
  minimum: 0,
  description: 'Counts what happened on the account: every entry and every change of its settings.',
  examples: [7],
})

export const versionInput = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Refuse with `condition_not_met` unless the version of the account is this.',
  examples: [7],
})

export function timeInput(description: string) {
  return Type.String({
    ...timestampSchema,
    description,
    examples: ['2026-01-31T09:30:00Z'],
    [expectation]: 'an RFC 3339 date-time such as 2026-01-31T09:30:00Z',
  })
}

/** A time in an answer: UTC with six decimals. */
export function time(description: string) {
  return Type.String({ format: 'date-time', description, examples: ['2026-01-31T09:30:00.000000Z'] })
}

export function timeOrNull(description: string) {
  return Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    description,
    examples: [null],
  })
}

export const metadataInput = Type.Unsafe<Record<string, string>>({
  type: 'object',
  patternProperties: { '^[\\s\\S]{1,40}$': { type: 'string', maxLength: 500 } },
  maxProperties: 50,
  additionalProperties: false,
  [expectation]: 'an object of up to 50 pairs of strings, keys of 1 to 40 and values of up to 500 characters',
  description: 'Pairs of text to keep with it: up to 50, keys of 1 to 40 and values of up to 500 characters.',
  examples: [{ order: '1042' }],
})

export const metadata = Type.Record(Type.String(), Type.String(), {
  description: 'Pairs of text kept with it.',
  examples: [{ order: '1042' }],
})

export const referenceOrNull = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: "The client's own reference; no two transfers of a book have the same.",
  examples: ['invoice-2026-0042'],
})

export const referenceInput = Type.String({
  minLength: 1,
  maxLength: 200,
  description: "The client's own reference; no two transfers of a book may have the same.",
  examples: ['invoice-2026-0042'],
  [expectation]: 'text of 1 to 200 characters',
})

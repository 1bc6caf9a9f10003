import { assert } from '#kernel'
import type { Environment } from '../compile/compilation.ts'
import {
  createSchema,
  type Field,
  type SchemaDefinition,
  type SubjectKind,
  type SubjectSchema,
} from '../subject-schema.ts'
import type { TypeName } from '../values.ts'

/** `name: type`, with a question mark after the name of an optional one. */
function fields(list: Readonly<Record<string, TypeName>>): Field[] {
  return Object.entries(list).map(([name, type]) =>
    name.endsWith('?') ? { name: name.slice(0, -1), type, optional: true } : { name, type },
  )
}

const where = {
  'instrument.kind?': 'text',
  'instrument.fingerprint?': 'text',
  'device.id?': 'text',
  'ip.address?': 'text',
  'ip.country?': 'country',
  'ip.isProxy?': 'boolean',
  'place?': 'place',
  'tags?': 'texts',
} as const

/** `status` is how it ended. Only recorded subjects have it, so it is for `where` of windows. */
const definitions: readonly SchemaDefinition[] = [
  {
    kind: 'payment',
    version: 1,
    fields: fields({
      amount: 'amount',
      rail: 'text',
      'vendor.id?': 'text',
      'payer.id': 'text',
      'payer.name?': 'text',
      'payer.country?': 'country',
      'payer.email?': 'text',
      'payer.phone?': 'text',
      'payer.place?': 'place',
      'payer.createdAt?': 'time',
      'payer.kycLevel?': 'whole',
      'payee.id': 'text',
      'payee.country?': 'country',
      'payee.createdAt?': 'time',
      'card.bin?': 'text',
      'card.country?': 'country',
      'card.isPrepaid?': 'boolean',
      ...where,
      'status?': 'text',
    }),
  },
  {
    kind: 'payout',
    version: 1,
    fields: fields({
      amount: 'amount',
      rail: 'text',
      account: 'text',
      'vendor.id?': 'text',
      'recipient.id': 'text',
      'recipient.name?': 'text',
      'recipient.country?': 'country',
      'recipient.createdAt?': 'time',
      'requestedBy?': 'text',
      ...where,
      'status?': 'text',
    }),
  },
  {
    kind: 'refund',
    version: 1,
    fields: fields({
      amount: 'amount',
      'payment.id': 'text',
      'payment.amount': 'amount',
      'payment.createdAt': 'time',
      'payer.id': 'text',
      'vendor.id?': 'text',
      'requestedBy?': 'text',
      'reason?': 'text',
      ...where,
      'status?': 'text',
    }),
  },
  {
    kind: 'party',
    version: 1,
    fields: fields({
      'party.id': 'text',
      'party.role': 'text',
      'party.name': 'text',
      'party.country?': 'country',
      'party.email?': 'text',
      'party.phone?': 'text',
      'party.birthDate?': 'time',
      'party.createdAt': 'time',
      'party.kycLevel?': 'whole',
      ...where,
    }),
  },
]

/** The fields that Munim's own subjects have. */
export const standardSchemas: ReadonlyMap<SubjectKind, SubjectSchema> = new Map(
  definitions.map((definition) => {
    const schema = createSchema(definition)
    assert(schema.ok, `the schema of ${definition.kind} is wrong`)
    return [definition.kind, schema.value]
  }),
)

/** The schemas, with the lists and thresholds that the starter pack names. */
export const standardEnvironment: Environment = {
  schemas: standardSchemas,
  lists: new Set([
    'blocked_parties',
    'blocked_instruments',
    'blocked_devices',
    'blocked_addresses',
    'blocked_countries',
    'watched_countries',
    'disposable_email_domains',
  ]),
  parties: new Set(['payer', 'payee', 'recipient', 'party']),
  thresholds: new Map<string, TypeName>([
    ['instrument_attempts', 'whole'],
    ['screening_score', 'number'],
  ]),
}

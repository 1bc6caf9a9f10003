import { Type } from 'typebox'
import { accountReference, digits, id, metadata, metadataInput, time, timeInput } from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import type { Payout } from '../payment.ts'
import {
  asset,
  instrument,
  otherRails,
  positiveInput,
  railName,
  railReference,
  reason,
  referenceInput,
  uniqueReference,
  vendorInput,
  vendorOrNull,
} from './field-schemas.ts'

const payoutState = Type.Unsafe<Payout['state']>({
  type: 'string',
  enum: ['processing', 'requires_review', 'succeeded', 'failed', 'canceled'],
  description:
    '`processing`: under way. `succeeded`: it went out. `failed`, `canceled`: the money is back in its account. `requires_review`: an operator has to decide.',
  examples: ['succeeded'],
})

const payeeInstrument = instrument("The payee's instrument: a token or address that the rail knows.", {
  example: 'GB33BUKB20201555555555',
})

export const payout = closedObject(
  {
    id: id('out', 'The id of the payout.'),
    state: payoutState,
    reason,
    amount: digits('What goes out, in minor units.', { example: '9000' }),
    amount_returned: digits('What of it came back after it had gone out, in minor units.', { example: '0' }),
    asset,
    source: accountReference('The account it is taken from', { example: 'merchants:7' }),
    rail: railName('The rail it goes out over.', { example: 'bank' }),
    other_rails: otherRails,
    instrument: payeeInstrument,
    rail_reference: railReference,
    vendor: vendorOrNull,
    reference: uniqueReference,
    created_at: time('When it was accepted.'),
    metadata,
  },
  { title: 'Payout' },
)

export const createPayout = closedObject(
  {
    amount: positiveInput('Minor units (cents for USD), as an integer or a digit string.'),
    asset,
    source: accountReference('The account it is taken from', { example: 'merchants:7' }),
    rail: railName('The rail it goes out over.', { example: 'bank' }),
    other_rails: Type.Optional(otherRails),
    instrument: payeeInstrument,
    vendor: Type.Optional(vendorInput),
    reference: Type.Optional(referenceInput),
    metadata: Type.Optional(metadataInput),
  },
  { title: 'CreatePayout' },
)

export const payoutParams = closedObject({ id: id('out', 'The id of the payout.') })

export const payoutsQuery = querySchema(
  {
    ...pageQuery,
    state: Type.Optional(Type.Unsafe<Payout['state']>({ ...payoutState, description: 'Only payouts in this state.' })),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Only the payout with this reference.' }),
    ),
    vendor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Only payouts of the vendor with this code.' }),
    ),
    rail: Type.Optional(railName('Only payouts over this rail.', { example: 'bank' })),
    source: Type.Optional(accountReference('Only payouts from this account', { example: 'merchants:7' })),
    created_from: Type.Optional(timeInput('Only payouts accepted at this time or later.')),
    created_to: Type.Optional(timeInput('Only payouts accepted before this time.')),
  },
  { metadata: true },
)

export const cancelPayout = closedObject({}, { title: 'CancelPayout' })

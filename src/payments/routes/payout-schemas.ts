import { Type } from 'typebox'
import { accountReference, digits, id, metadata, metadataInput, time, timeInput } from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { type RecallReason, recallReasons } from '#rails'
import type { Payout } from '../payment.ts'
import {
  asset,
  instrument,
  instrumentInput,
  otherRails,
  positiveInput,
  railName,
  railReference,
  reason,
  referenceInput,
  termsInput,
  termsShown,
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

const payeeText = "The payee's instrument: a token or address that the rail knows."
const payeeExample = { example: 'GB33BUKB20201555555555' }
const payeeInstrument = instrument(payeeText, payeeExample)
const payeeInstrumentInput = instrumentInput(payeeText, payeeExample)

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
    ...termsShown,
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
    instrument: payeeInstrumentInput,
    ...termsInput,
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

export const recallPayout = closedObject(
  {
    reason: Type.Optional(
      Type.Unsafe<RecallReason>({
        type: 'string',
        enum: [...recallReasons],
        description: 'Why it should come back, for the payee and its bank. Default: `requested`.',
        examples: ['duplicate'],
      }),
    ),
  },
  { title: 'RecallPayout' },
)

export const cancelPayout = closedObject({}, { title: 'CancelPayout' })

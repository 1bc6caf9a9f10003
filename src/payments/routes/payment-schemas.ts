import { Type } from 'typebox'
import { accountReference, digits, id, metadata, metadataInput, time, timeInput, timeOrNull } from '#platform/fields'
import { closedObject, expectation, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { type PaymentState, paymentStates } from '../payment.ts'
import { nextAction } from './action-schemas.ts'
import {
  asset,
  instrument,
  instrumentInput,
  otherRails,
  positiveInput,
  railName,
  railOrNull,
  railReference,
  reason,
  referenceInput,
  share,
  shareInput,
  termsInput,
  termsShown,
  uniqueReference,
  vendorInput,
  vendorOrNull,
} from './field-schemas.ts'

export const paymentState = Type.Unsafe<PaymentState>({
  type: 'string',
  enum: [...paymentStates],
  description:
    '`processing`: under way. `authorized`: the money is held and waits for its capture. `succeeded`, `failed`, `canceled`: ended. `requires_review`: an operator has to decide.',
  examples: ['succeeded'],
})

const walletSource = closedObject(
  { wallet: accountReference('The account that pays') },
  { title: 'WalletSource', description: 'Money of an account of the book.' },
)

const payInstrument = instrument("The payer's instrument: a token or address that the rail knows.")

const payInstrumentInput = instrumentInput("The payer's instrument: a token or address that the rail knows.")

const railSource = closedObject(
  { rail: railName('The rail it comes in over.'), instrument: payInstrument, other_rails: otherRails },
  { title: 'RailSource', description: 'Money from outside, over a rail.' },
)

const railSourceInput = closedObject(
  { rail: railName('The rail it comes in over.'), instrument: payInstrument, other_rails: Type.Optional(otherRails) },
  { title: 'RailSourceInput', description: 'Money from outside, over a rail.' },
)

const sourceAbout = {
  description: 'Where the money comes from: an account of the book, or a rail and an instrument.',
  examples: [{ wallet: 'customers:42:wallet' }],
  [expectation]: '{ wallet } or { rail, instrument, other_rails? }',
}

/** Of what pays with an instrument as text only. */
export const textSource = Type.Union([walletSource, railSourceInput], sourceAbout)

const typedRailSource = closedObject(
  {
    rail: railName('The rail it comes in over.'),
    instrument: payInstrumentInput,
    other_rails: Type.Optional(otherRails),
  },
  { title: 'RailSourceByKind', description: 'Money from outside, over a rail.' },
)

const captureMode = Type.Unsafe<'automatic' | 'manual'>({
  type: 'string',
  enum: ['automatic', 'manual'],
  description: '`manual`: the money is held first, and moved by captures.',
  examples: ['automatic'],
})

export const payment = closedObject(
  {
    id: id('pay', 'The id of the payment.'),
    state: paymentState,
    reason,
    amount: digits('What the payment is about, in minor units.', { example: '12500' }),
    asset,
    source: Type.Union([walletSource, railSource], {
      description: 'Where the money comes from.',
      examples: [{ rail: 'card', instrument: 'card_visa_ok', other_rails: [] }],
    }),
    destinations: Type.Array(share, { description: 'Where it goes to; with the fee it adds up to the amount.' }),
    fee: Type.Union([share, Type.Null()], {
      description: "The platform's part, and the account it goes to.",
      examples: [{ account: 'platform:fees', amount: '500' }],
    }),
    capture: captureMode,
    amount_capturable: digits('Held, and neither captured nor released.', { example: '0' }),
    amount_capturing: digits('Being captured over the rail now.', { example: '0' }),
    amount_captured: digits('What has been moved.', { example: '12500' }),
    amount_refunding: digits('Of refunds that are under way.', { example: '0' }),
    amount_refunded: digits('Of refunds that succeeded; a dispute that was lost counts as one.', { example: '0' }),
    rail: railOrNull,
    rail_reference: railReference,
    vendor: vendorOrNull,
    reference: uniqueReference,
    expires_at: timeOrNull('When the authorization lapses, or an automatic pay-in is not wanted any more.'),
    next_action: nextAction,
    allow_partial: Type.Boolean({
      description: 'Whether a rail may approve less. `amount` is then what it approved.',
      examples: [false],
    }),
    ...termsShown,
    created_at: time('When it was accepted.'),
    metadata,
  },
  { title: 'Payment' },
)

export const createPayment = closedObject(
  {
    amount: positiveInput('Minor units (cents for USD), as an integer or a digit string.'),
    asset,
    source: Type.Union([walletSource, typedRailSource], sourceAbout),
    destination: Type.Optional(
      accountReference('The one account that gets the amount, less the fee; instead of `destinations`', {
        example: 'merchants:7',
      }),
    ),
    destinations: Type.Optional(
      Type.Array(shareInput, {
        minItems: 1,
        maxItems: 100,
        description: 'The shares of several accounts; with the fee they add up to the amount.',
      }),
    ),
    fee: Type.Optional(shareInput),
    capture: Type.Optional(captureMode),
    allow_partial: Type.Optional(
      Type.Boolean({
        description:
          'Over a rail: whether it may approve less, which is then the amount of the payment, in proportion for all ' +
          'who get a share. By default another amount is a case for an operator.',
        examples: [true],
      }),
    ),
    ...termsInput,
    vendor: Type.Optional(vendorInput),
    reference: Type.Optional(referenceInput),
    metadata: Type.Optional(metadataInput),
    expires_at: Type.Optional(
      timeInput(
        'With manual capture: when the authorization lapses at the latest. Of an automatic pay-in over a rail: until when ' +
          'it is wanted. If the rail takes the money later, it is returned.',
      ),
    ),
  },
  {
    title: 'CreatePayment',
    examples: [
      { amount: '12500', asset: 'USD', source: { wallet: 'customers:42:wallet' }, destination: 'merchants:7' },
    ],
  },
)

export const paymentParams = closedObject({ id: id('pay', 'The id of the payment.') })

export const paymentsQuery = querySchema(
  {
    ...pageQuery,
    state: Type.Optional(Type.Unsafe<PaymentState>({ ...paymentState, description: 'Only payments in this state.' })),
    reference: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Only the payment with this reference.' }),
    ),
    vendor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Only payments of the vendor with this code.' }),
    ),
    rail: Type.Optional(railName('Only payments that this rail carries or carried last.')),
    created_from: Type.Optional(timeInput('Only payments accepted at this time or later.')),
    created_to: Type.Optional(timeInput('Only payments accepted before this time.')),
  },
  { metadata: true },
)

export const capture = closedObject(
  {
    id: id('cap', 'The id of the capture.'),
    payment: id('pay', 'The payment of which it is a part.'),
    state: Type.Unsafe<'processing' | 'succeeded' | 'failed'>({
      type: 'string',
      enum: ['processing', 'succeeded', 'failed'],
      description: 'Whether the money has been moved.',
      examples: ['succeeded'],
    }),
    reason,
    amount: digits('What is captured, in minor units.', { example: '12500' }),
    asset,
    final: Type.Boolean({ description: 'Whether what remains of the authorization is released.', examples: [true] }),
    created_at: time('When it was asked for.'),
  },
  { title: 'Capture' },
)

export const capturePayment = closedObject(
  {
    amount: Type.Optional(positiveInput('A part, when not all that is held is to be captured.')),
    final: Type.Optional(
      Type.Boolean({
        description: 'Whether what remains is released; true when not given. `false`: more captures may follow.',
        examples: [true],
      }),
    ),
  },
  { title: 'CapturePayment' },
)

export const cancelPayment = closedObject({}, { title: 'CancelPayment' })

export const incrementPayment = closedObject(
  { amount: positiveInput('How much more is to be held, in minor units.') },
  { title: 'IncrementPayment' },
)

export const retryPayment = closedObject(
  {
    instrument: instrument("Another instrument of the payer's, or the same once more."),
    rail: Type.Optional(railName('Another rail; the same one when not given.', { example: 'upi' })),
  },
  { title: 'RetryPayment' },
)

import { Type } from 'typebox'
import { accountReference, digits, id, metadata, metadataInput, time, timeInput } from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import type { Refund } from '../payment.ts'
import { asset, positiveInput, reason, share, shareInput } from './field-schemas.ts'
import { payment } from './payment-schemas.ts'

const refundState = Type.Unsafe<Refund['state']>({
  type: 'string',
  enum: ['processing', 'requires_review', 'succeeded', 'failed', 'canceled'],
  description:
    '`processing`: under way. `succeeded`: the money is back. `failed`, `canceled`: nothing was returned. `requires_review`: an operator has to decide.',
  examples: ['succeeded'],
})

const toWallet = closedObject(
  { wallet: accountReference('The account that gets it') },
  { title: 'RefundToWallet', description: 'An account of the book, in place of where the money came from.' },
)

export const refund = closedObject(
  {
    id: id('ref', 'The id of the refund.'),
    payment: id('pay', 'The refunded payment.'),
    state: refundState,
    reason,
    amount: digits('The refunded amount, in minor units.', { example: '5000' }),
    asset,
    to: Type.Union([toWallet, Type.Null()], { description: 'Null: to where the money came from.' }),
    from: Type.Array(share, { description: 'Who pays for it.' }),
    reversal: Type.Boolean({
      description: 'Whether the program made it to undo something, such as a success that came too late.',
      examples: [false],
    }),
    amount_returned: digits('What of it came back after it had succeeded, in minor units.', { example: '0' }),
    created_at: time('When it was accepted.'),
    metadata,
  },
  { title: 'Refund' },
)

export const createRefund = closedObject(
  {
    payment: id('pay', 'The payment to refund.'),
    amount: Type.Optional(positiveInput('A part; the whole rest when not given.')),
    to: Type.Optional(toWallet),
    from: Type.Optional(
      Type.Array(shareInput, {
        minItems: 1,
        maxItems: 101,
        description: 'Who pays for it; else the destinations and the fee in proportion to what each still has of it.',
      }),
    ),
    metadata: Type.Optional(metadataInput),
  },
  { title: 'CreateRefund' },
)

export const refundParams = closedObject({ id: id('ref', 'The id of the refund.') })

export const refundsQuery = querySchema(
  {
    ...pageQuery,
    payment: Type.Optional(id('pay', 'Only refunds of this payment.')),
    state: Type.Optional(Type.Unsafe<Refund['state']>({ ...refundState, description: 'Only refunds in this state.' })),
    created_from: Type.Optional(timeInput('Only refunds accepted at this time or later.')),
    created_to: Type.Optional(timeInput('Only refunds accepted before this time.')),
  },
  { metadata: true },
)

export type GivenBackEffect = 'cancel' | 'refund' | 'refund_when_captured'

export const cancelOrRefundAnswer = closedObject(
  {
    payment,
    refund: Type.Union([refund, Type.Null()], {
      description: 'The refund of what had been captured; null when nothing has been captured yet.',
    }),
    effect: Type.Unsafe<GivenBackEffect>({
      type: 'string',
      enum: ['cancel', 'refund', 'refund_when_captured'],
      description:
        '`cancel`: nothing had been captured. `refund`: what had been captured is refunded. `refund_when_captured`: a capture is under way. If it succeeds, it is refunded; the same request under another key then names the refund. If it fails, the payment is canceled.',
      examples: ['refund'],
    }),
  },
  { title: 'CancelOrRefundAnswer' },
)

export const cancelOrRefund = closedObject({}, { title: 'CancelOrRefund' })

import { Type } from 'typebox'
import { createPaymentSchema, paymentSchema, textSource } from '#payments'
import { accountReference, digits, id, metadata, metadataInput, time } from '#platform/fields'
import { closedObject, querySchema } from '#platform/http'
import { pageQuery } from '#platform/lists'
import { coordinators } from '#sagas'
import { type OrderState, orderStates } from '../order.ts'
import { itemReference } from './item-schemas.ts'

const quantity = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'How many of it.', examples: [2] })

const state = Type.Unsafe<OrderState>({
  type: 'string',
  enum: [...orderStates],
  description:
    '`processing`: being checked out, or being returned. `confirmed`: paid, and the items are reserved. `failed`: it came to nothing and the money is back. `refunded`: it was confirmed and canceled after that.',
  examples: ['confirmed'],
})

const coordinator = Type.Enum([...coordinators], {
  description:
    'Who decides what comes next in the checkout: `orchestrated`, one place; `choreographed`, each step by what the one before says. Both end alike.',
  examples: ['orchestrated'],
})

const textOrNull = (description: string, { example }: { readonly example: string | null }) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, examples: [example] })

const line = closedObject(
  {
    item: id('item', 'The id of the item.'),
    code: Type.String({ description: 'The code of the item.', examples: ['mug-blue'] }),
    quantity,
    price: digits('The price of one when it was ordered, in minor units.', { example: '1250' }),
  },
  { title: 'OrderLine' },
)

export const order = closedObject(
  {
    id: id('ord', 'The id of the order.'),
    state,
    reason: textOrNull('Why it failed or goes back: `out_of_stock`, `canceled`, or why the payment failed.', {
      example: null,
    }),
    amount: digits('What all of it costs, in minor units.', { example: '2500' }),
    asset: paymentSchema.properties.asset,
    lines: Type.Array(line, { description: 'What is ordered.' }),
    source: paymentSchema.properties.source,
    destination: accountReference('The account that is paid', { example: 'merchants:7' }),
    capture: paymentSchema.properties.capture,
    coordinator,
    vendor: paymentSchema.properties.vendor,
    payment: Type.Union([id('pay', 'The id of a payment.'), Type.Null()], {
      description: 'The payment that pays for it; null before there is one.',
      examples: ['pay_01k0a2m4qcm3hv6a8r1s4t7w0z'],
    }),
    reference: textOrNull("The client's own reference.", { example: 'cart-1042' }),
    metadata,
    created_at: time('When it was placed.'),
  },
  { title: 'Order' },
)

export const createOrder = closedObject(
  {
    lines: Type.Array(closedObject({ item: itemReference, quantity }, { title: 'CreateOrderLine' }), {
      minItems: 1,
      maxItems: 100,
      description: 'What is ordered; each item once.',
      examples: [[{ item: 'mug-blue', quantity: 2 }]],
    }),
    source: textSource,
    destination: accountReference('The account that is paid', { example: 'merchants:7' }),
    capture: createPaymentSchema.properties.capture,
    coordinator: Type.Optional(coordinator),
    vendor: createPaymentSchema.properties.vendor,
    reference: createPaymentSchema.properties.reference,
    metadata: Type.Optional(metadataInput),
  },
  { title: 'CreateOrder' },
)

export const cancelOrder = closedObject({}, { title: 'CancelOrder' })
export const orderParams = closedObject({ id: id('ord', 'The id of the order.') })

export const ordersQuery = querySchema({
  ...pageQuery,
  state: Type.Optional(Type.Unsafe<OrderState>({ ...state, description: 'Only orders in this state.' })),
})

const stepState = Type.Enum(
  ['pending', 'acting', 'done', 'refused', 'compensating', 'compensated', 'failed', 'canceled'],
  {
    description:
      '`acting`, `compensating`: under way. `refused`: it said no. `compensated`: undone. `failed`: it could not be compensated, and has a case. `canceled`: it never began.',
    examples: ['done'],
  },
)

export const checkout = closedObject(
  {
    id: id('saga', 'The id of the saga.'),
    coordinator,
    state: Type.Enum(['running', 'reversing', 'completed', 'reversed', 'stuck'], {
      description:
        '`reversing`: what was done is being compensated. `stuck`: that did not work, and an operator has to decide.',
      examples: ['completed'],
    }),
    reason: textOrNull('Why it goes or went back.', { example: null }),
    steps: Type.Array(
      closedObject({
        name: Type.String({ description: 'The name of the step.', examples: ['reserve'] }),
        state: stepState,
        reason: textOrNull('Why it was refused, or has failed.', { example: null }),
      }),
      { description: 'In the order of the actions.' },
    ),
  },
  { title: 'Checkout' },
)

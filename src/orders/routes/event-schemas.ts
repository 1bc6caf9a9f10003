import { Type } from 'typebox'
import { id, time } from '#platform/fields'
import { closedObject } from '#platform/http'
import { type OrderEventType, orderEventTypes } from '../order-event.ts'
import { order } from './order-schemas.ts'

/** The events of orders, for the description of the feed. */
export const orderEvents = [
  {
    types: orderEventTypes,
    schema: closedObject(
      {
        id: id('evt', 'The id of the event.'),
        created_at: time('When it happened.'),
        type: Type.Unsafe<OrderEventType>({
          type: 'string',
          enum: [...orderEventTypes],
          description: 'What happened to the order.',
          examples: ['order.confirmed'],
        }),
        data: order,
      },
      { title: 'OrderEvent', description: 'Something happened to an order; `data` is the order right after it.' },
    ),
  },
]

import { type TSchema, Type } from 'typebox'
import { id, time } from '#platform/fields'
import { closedObject } from '#platform/http'
import { paymentEventTypes } from '../event-types.ts'
import { dispute } from './dispute-schemas.ts'
import { payment } from './payment-schemas.ts'
import { payout } from './payout-schemas.ts'
import { refund } from './refund-schemas.ts'

export const paymentEvents = [
  {
    types: paymentEventTypes.payment,
    schema: eventSchema({ title: 'PaymentEvent', noun: 'payment' }, paymentEventTypes.payment, payment),
  },
  {
    types: paymentEventTypes.refund,
    schema: eventSchema({ title: 'RefundEvent', noun: 'refund' }, paymentEventTypes.refund, refund),
    order: 'payment',
  },
  {
    types: paymentEventTypes.payout,
    schema: eventSchema({ title: 'PayoutEvent', noun: 'payout' }, paymentEventTypes.payout, payout),
  },
  {
    types: paymentEventTypes.dispute,
    schema: eventSchema({ title: 'DisputeEvent', noun: 'dispute' }, paymentEventTypes.dispute, dispute),
    order: 'payment',
  },
]

function eventSchema<Types extends readonly string[]>(
  { title, noun }: { readonly title: string; readonly noun: string },
  types: Types,
  data: TSchema,
) {
  return closedObject(
    {
      id: id('evt', 'The id of the event.'),
      created_at: time('When it happened.'),
      type: Type.Unsafe<Types[number]>({
        type: 'string',
        enum: [...types],
        description: `What happened to the ${noun}.`,
        examples: [types[0]],
      }),
      data,
    },
    { title, description: `Something happened to a ${noun}; \`data\` is the ${noun} right after it.` },
  )
}

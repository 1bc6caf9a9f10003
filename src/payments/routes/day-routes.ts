import { Type } from 'typebox'
import { assetCode, digits } from '#platform/fields'
import { answer, closedObject, expectation, InvalidRequest, querySchema, type Route, route } from '#platform/http'
import type { Queryable } from '#platform/postgres'
import { systemClock } from '#platform/time'
import { countedTypes } from '../days/count-days.ts'
import { readDays } from '../days/day-read-model.ts'

const dayMs = 86_400_000
const daysMax = 366
const daysDefault = 31

const date = (description: string) =>
  Type.String({
    pattern: '^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$',
    description,
    examples: ['2026-01-31'],
    [expectation]: 'a date such as 2026-01-31',
  })

const daysAnswer = closedObject(
  {
    data: Type.Array(
      closedObject(
        {
          day: date('The day, in UTC.'),
          type: Type.Unsafe<(typeof countedTypes)[number]>({
            type: 'string',
            enum: [...countedTypes],
            description: 'What happened, as in the events.',
            examples: ['payment.succeeded'],
          }),
          count: digits('How often.', { example: '1201' }),
          amount: digits('The amounts together, in minor units.', { example: '15012500' }),
        },
        { title: 'CountedDay' },
      ),
      { description: 'Oldest first. A day on which nothing of a type happened is left out.' },
    ),
  },
  { title: 'PaymentDays' },
)

const daysParams = closedObject({ asset: assetCode('The asset of the amounts.') })

const daysQuery = querySchema({
  from: Type.Optional(date(`The first day. Default: ${daysDefault} days up to the last one.`)),
  to: Type.Optional(date(`The last day, at most ${daysMax} days after the first. Default: today.`)),
})

/** What happened by day, a moment behind: counted from the events. */
export function dayRoutes({ database }: { readonly database: Queryable }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/assets/:asset/payment-days',
      operation: 'list_payment_days',
      summary: 'Count payments by day',
      description:
        'How many payments, refunds and payouts of an asset were created, succeeded or failed on each day, and their ' +
        'amounts. Counted from the events, which takes a moment; `GET /v1/consumers` shows how far it is.',
      tag: 'Payments',
      permission: 'payments:read',
      params: daysParams,
      query: daysQuery,
      answers: { 200: daysAnswer },
      handle: async ({ caller, params: { asset }, query: { from, to } }) => {
        const last = to === undefined ? Math.floor(systemClock.now() / 1000) : read(to, 'to')
        const first = from === undefined ? last - (daysDefault - 1) * dayMs : read(from, 'from')
        if (first > last || last - first > daysMax * dayMs) {
          throw new InvalidRequest(`from must not be after to, and at most ${daysMax} days before it.`, {
            param: 'from',
          })
        }
        const days = { book: caller.book.number, asset, from: dateOf(first), to: dateOf(last) }
        const data = await readDays(database, days)
        return answer(200, { data: data.map((day) => ({ ...day, count: String(day.count) })) })
      },
    }),
  ]
}

function read(text: string, param: 'from' | 'to'): number {
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (!Number.isNaN(ms) && dateOf(ms) === text) return ms
  throw new InvalidRequest(`${param} is no day of the calendar.`, { param })
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

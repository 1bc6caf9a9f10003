import { expect, it } from 'vitest'
import { decode } from './decode.ts'

const large = '9007199254740993'
const share = { account: 'acc_1', amount: '2' }

it('amounts become bigints wherever an answer has them; null, other digits and unknown fields stay', () => {
  const payment = {
    amount: large,
    fee: null,
    destinations: [share],
    reference: '12',
    metadata: { amount: '3' },
    newer: '4',
  }
  expect(decode({ data: [payment], has_more: false }, 'ListPaymentsAnswer')).toEqual({
    data: [{ ...payment, amount: 9_007_199_254_740_993n, destinations: [{ ...share, amount: 2n }] }],
    has_more: false,
  })
})

it('a field that an older server lacks is missing', () => {
  expect(decode({ amount: '1' }, 'Transfer')).toEqual({ amount: 1n })
})

it('the data of an event is decoded by the noun of its type', () => {
  const event = (type: string, data: object) => decode({ type, data }, 'Event')
  expect(event('refund.succeeded', { from: [share] })).toMatchObject({ data: { from: [{ amount: 2n }] } })
  expect(event('transfer.newer', { pending: true, amount: '5' })).toMatchObject({ data: { pending: true, amount: 5n } })
  expect(event('account.created', { pending: '5' })).toMatchObject({ data: { pending: 5n } })
  expect(event('constructor.newer', { amount: '5' })).toMatchObject({ data: { amount: '5' } })
})

it('an answer without amounts, or of a schema that has none, stays as it is', () => {
  const answer = { amount: '5' }
  expect(decode(answer, 'Book')).toBe(answer)
  expect(decode('text', 'Transfer')).toBe('text')
  expect(decode(null, 'Transfer')).toBe(null)
})

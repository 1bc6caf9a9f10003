import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RailAdvice } from '#rails'
import { share, startTestPayments, type TestPayments } from '#testing'

const budgets = [{ scheme: 'visa', from: '2020-01-01', per: 'instrument', declinesMax: 3, withinDays: 30 }] as const
let test: TestPayments

beforeEach(async () => {
  const schemeOf = (instrument: string) => (instrument.startsWith('visa') ? 'visa' : undefined)
  test = await startTestPayments({ capabilities: { retries: { schemeOf, budgets } } })
  await test.open('shop')
})
afterEach(() => test.stop())

const payWith = async (instrument: string) => {
  const source = { kind: 'rail', rail: 'card', instrument, otherRails: [] } as const
  const { id } = await test.pay({ source, destinations: [share('shop', 100n)] })
  const { row } = await test.end('payment', id)
  return [row.state, row.reason]
}
const decline = (raw: string, advice: RailAdvice['kind']) => {
  test.rail.answer = () => ({
    kind: 'failed',
    decline: { code: 'do_not_honor', remedy: 'instrument', message: 'No.', raw, advice: { kind: advice } },
  })
}
const accept = () => {
  test.rail.answer = () => undefined
}

it('a card that was declined for ever is never sent to a rail again, by any payment of the book', async () => {
  decline('43', 'never')
  expect(await payWith('visa_1')).toEqual(['failed', 'do_not_honor'])
  accept()
  expect(await payWith('visa_1')).toEqual(['failed', 'retry_not_allowed'])
  expect(test.rail.calls).toHaveLength(1)
  expect(await payWith('visa_2')).toEqual(['succeeded', undefined])
})

it('a card is not tried more often than its scheme allows; others are', async () => {
  decline('05', 'unadvised')
  for (let count = 0; count < 3; count += 1) await payWith('visa_1')
  accept()
  expect(await payWith('visa_1')).toEqual(['failed', 'retry_not_allowed'])
  expect(test.rail.calls).toHaveLength(3)
  await test.database.query({ text: "update payments.declines set declined_at = declined_at - interval '31 days'" })
  expect(await payWith('visa_1')).toEqual(['succeeded', undefined])
})

it('keeps the raw code of every decline with its attempt, and counts only those that a scheme governs', async () => {
  decline('91', 'notBefore')
  await payWith('visa_1')
  await payWith('other')
  const attempts = await test.database.query<{ instrument: string; exchange: string }>({
    text: 'select instrument, exchange from payments.attempts order by created_at',
  })
  const decided = { raw: '91', advice: { kind: 'notBefore' } }
  expect(attempts.map(({ instrument, exchange }) => [instrument, JSON.parse(exchange).decline])).toEqual([
    ['visa_1', { ...decided, scheme: 'visa' }],
    ['other', decided],
  ])
  expect(await test.database.query({ text: 'select instrument from payments.declines' })).toEqual([
    { instrument: 'visa_1' },
  ])
})

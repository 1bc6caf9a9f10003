import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '#testing'

const spaced = '4242 4242-4242 4242'
const bare = '4242424242424242'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ rails: [{ name: 'card', adapter: 'simulator-card', url: 'http://127.0.0.1:1' }] })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
})
afterAll(() => server.stop())

const source = (instrument: string) => ({ rail: 'card', instrument })
const money = { amount: 100, asset: 'USD' }

test.each([
  ['/v1/payments', { ...money, source: source(spaced), destination: 'shop' }, 'source.instrument'],
  ['/v1/payouts', { ...money, source: 'shop', rail: 'card', instrument: bare }, 'instrument'],
  ['/v1/payments/pay_01j8x5t0g7e4m9q2w3r6y8z1ab/retry', { instrument: bare }, 'instrument'],
  [
    '/v1/orders',
    { lines: [{ item: 'lamp', quantity: 1 }], source: source(bare), destination: 'shop' },
    'source.instrument',
  ],
])('POST %s refuses a card number, and stores nothing of it', async (path, body, param) => {
  const headers = { 'idempotency-key': `key of ${path}` }
  const answer = await server.request('POST', path, { body, headers })
  expect(answer.status).toBe(400)
  expect(answer.body).toMatchObject({ code: 'card_number_refused', param })
  expect(JSON.stringify(answer.body)).not.toContain('4242')
  const keys = await server.database.query({ text: 'select 1 from platform.idempotency_keys' })
  expect(keys).toEqual([])
})

test('the same key may be used for the request with a token', async () => {
  const headers = { 'idempotency-key': 'corrected' }
  const pay = (instrument: string) =>
    server.request('POST', '/v1/payments', {
      body: { ...money, source: source(instrument), destination: 'shop' },
      headers,
    })
  expect((await pay(bare)).status).toBe(400)
  expect((await pay('tok_4242424242424242')).status).toBe(201)
})

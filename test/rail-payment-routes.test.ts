import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// Payments over a rail in the API; every answer is also checked against the committed contract.

let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

beforeAll(async () => {
  simulator = await startSimulatedRails()
  const card = { name: 'card', adapter: 'simulator-card', url: simulator.url } as const
  server = await startTestServer({ rails: [{ ...card, timeout_ms: 5_000, inquire_after_ms: 1_000 }] })
  request = contractClient(server)
  for (const code of ['merchants:1', 'fees']) {
    expect((await request('POST', '/v1/accounts', { body: { code, asset: 'USD' } })).status).toBe(201)
  }
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const headers = { prefer: 'wait=20' }
const post = (path: string, body: object) => request('POST', path, { body, headers })

const payIn = (instrument: string, also: object = {}) =>
  post('/v1/payments', {
    amount: 1000,
    asset: 'USD',
    source: { rail: 'card', instrument },
    destination: 'merchants:1',
    ...also,
  })

describe('a payment over a rail', () => {
  test('shows the rail, its reference and, in the timeline, the attempt', async () => {
    const { body } = await payIn('card_visa_ok', { fee: { account: 'fees', amount: 50 } })
    expect(body).toMatchObject({ state: 'succeeded', rail: 'card', amount_captured: '1000' })
    expect(body.source).toEqual({ rail: 'card', instrument: 'card_visa_ok', other_rails: [] })
    const { data } = (await request('GET', `/v1/payments/${body.id}/timeline`)).body
    const attempt = data.find(({ kind }: { kind: string }) => kind === 'attempt')
    expect(attempt).toMatchObject({
      subject: body.id,
      attempt: {
        ...{ rail: 'card', operation: 'charge', amount: '1000', state: 'succeeded', reason: null },
        rail_reference: body.rail_reference,
      },
    })
    expect(attempt.text).toBe(`The rail card was asked to charge 10.00 USD; it did (${body.rail_reference}).`)
    const listed = (await request('GET', '/v1/payments?rail=card&state=succeeded')).body.data
    expect(listed).toEqual([body])
  })

  test('that was declined is tried again by the payer with another instrument', async () => {
    const declined = await payIn('card_insufficient_funds')
    expect(declined.body).toMatchObject({ state: 'failed', reason: 'insufficient_funds', amount_captured: '0' })
    const { id } = declined.body
    expect((await post(`/v1/payments/${id}/retry`, { instrument: 'x', rail: 'nowhere' })).body).toMatchObject({
      code: 'rail_not_found',
      param: 'rail',
    })
    const retried = await post(`/v1/payments/${id}/retry`, { instrument: 'card_visa_ok' })
    expect([retried.status, retried.body]).toEqual([200, expect.objectContaining({ id, state: 'succeeded' })])
    expect((await post(`/v1/payments/${id}/retry`, { instrument: 'card_visa_ok' })).body.code).toBe(
      'payment_not_retryable',
    )
    const { data } = (await request('GET', `/v1/payments/${id}/timeline`)).body
    const attempts = data.filter(({ kind }: { kind: string }) => kind === 'attempt')
    expect(attempts.map(({ attempt }: { attempt: { state: string } }) => attempt.state)).toEqual([
      'failed',
      'succeeded',
    ])
  })

  test('is authorized, captured in a part, and refunded over its rail', async () => {
    const { body } = await payIn('card_visa_ok', { capture: 'manual' })
    expect(body).toMatchObject({ state: 'authorized', amount_capturable: '1000' })
    expect(body.expires_at).not.toBeNull()
    const captured = await post(`/v1/payments/${body.id}/capture`, { amount: 600 })
    expect(captured.body).toMatchObject({ state: 'succeeded', amount: '600', final: true })
    const refund = await post('/v1/refunds', { payment: body.id, amount: 250 })
    expect(refund.body).toMatchObject({ state: 'succeeded', amount: '250', to: null })
    const back = await post(`/v1/payments/${body.id}/cancel-or-refund`, {})
    expect(back.body.refund.amount).toBe('350')
    const ended = await request('GET', `/v1/refunds/${back.body.refund.id}`, { headers })
    expect([ended.body.state, ended.headers.get('preference-applied')]).toEqual(['succeeded', 'wait=20'])
  })

  test('is refunded for its payer when the capture under way succeeds', async () => {
    await simulator.control('timings', { slow_ms: 700 })
    const { id } = (await payIn('card_capture_slow', { capture: 'manual' })).body
    await request('POST', `/v1/payments/${id}/capture`, { body: { amount: 600, final: false } })
    const asked = await post(`/v1/payments/${id}/cancel-or-refund`, {})
    expect(asked.body).toMatchObject({ effect: 'refund_when_captured', refund: null, payment: { state: 'processing' } })
    const paid = async () => (await request('GET', `/v1/payments/${id}`)).body
    const back = { state: 'succeeded', amount_captured: '600', amount_refunded: '600', amount_capturable: '0' }
    await expect.poll(paid, { timeout: patience(10_000) }).toMatchObject(back)
    const again = await post(`/v1/payments/${id}/cancel-or-refund`, {})
    expect(again.body).toMatchObject({ effect: 'refund', refund: { amount: '600', state: 'succeeded' } })
    await simulator.control('timings', { slow_ms: 120 })
  })

  test('is paid out again, and a declined payout leaves the balance unchanged', async () => {
    const before = (await request('GET', '/v1/accounts/merchants:1/balance')).body.available
    const payout = { amount: 100, asset: 'USD', source: 'merchants:1', rail: 'card' }
    const done = await post('/v1/payouts', { ...payout, instrument: 'card_visa_ok', reference: 'out-1' })
    expect(done.body).toMatchObject({ state: 'succeeded', rail: 'card', reference: 'out-1' })
    expect((await post('/v1/payouts', { ...payout, instrument: 'x', reference: 'out-1' })).body.code).toBe(
      'payment_reference_taken',
    )
    expect((await post(`/v1/payouts/${done.body.id}/cancel`, {})).body.code).toBe('payout_not_cancelable')
    const declined = await post('/v1/payouts', { ...payout, instrument: 'card_insufficient_funds' })
    expect(declined.body).toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
    const after = (await request('GET', '/v1/accounts/merchants:1/balance')).body.available
    expect(BigInt(before) - BigInt(after)).toBe(100n)
    const { data } = (await request('GET', `/v1/payouts/${done.body.id}/timeline`)).body
    expect(data.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['accepted', 'step', 'attempt']),
    )
    expect((await request('GET', '/v1/payouts?rail=card')).body.data).toHaveLength(2)
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// Money comes back after success, over the bundled simulator: by callback and by statement. The books follow its records.

let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
beforeAll(async () => {
  simulator = await startSimulatedRails({ callbackSecret: secret })
  const rail = { url: simulator.url, callback_secrets: [secret], timeout_ms: 5_000 }
  server = await startTestServer({
    rails: [
      { ...rail, name: 'card', adapter: 'simulator-card', inquire_after_ms: 1_000 },
      { ...rail, name: 'bank', adapter: 'simulator-bank', inquire_after_ms: 300_000 },
    ],
  })
  await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  request = contractClient(server)
  for (const code of ['shop', 'partner']) {
    expect((await request('POST', '/v1/accounts', { body: { code, asset: 'USD' } })).status).toBe(201)
  }
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const wait = { timeout: patience(30_000), interval: 100 }
const post = async (path: string, body: object) =>
  (await request('POST', path, { body, headers: { prefer: 'wait=20' } })).body
const get = async (path: string) => (await request('GET', path)).body
const charge = (instrument = 'card_ok') =>
  post('/v1/payments', {
    ...{ amount: 1000, asset: 'USD', source: { rail: 'card', instrument } },
    destinations: [
      { account: 'shop', amount: 700 },
      { account: 'partner', amount: 300 },
    ],
  })
const posted = async (...codes: string[]) =>
  Promise.all(codes.map(async (code) => BigInt((await get(`/v1/accounts/${code}/balance`)).posted)))

/** The negated balance of the clearing account is what the rail has taken less what it has given. */
async function expectLikeRecords(rail: string): Promise<void> {
  const { net } = (await simulator.get(`/records?rail=${rail}`)).body
  const [clearing = 0n] = await posted(`rails:${rail}:clearing:USD`)
  expect(-clearing).toBe(BigInt(net[0].net))
  expect(await verifyAll(server.database)).toEqual([])
}

test('a payment, a refund and a payout that come back by callback', async () => {
  const payment = await charge()
  const refund = await post('/v1/refunds', { payment: payment.id, amount: 400 })
  expect([refund.state, await posted('shop', 'partner')]).toEqual(['succeeded', [420n, 180n]])
  const { data } = await get(`/v1/payments/${payment.id}/timeline`)
  const made = data.find((one: { attempt?: { operation: string } }) => one.attempt?.operation === 'refund')
  await simulator.control('returns', { operation: made.attempt.rail_reference, amount: '150' })
  await expect.poll(async () => (await get(`/v1/refunds/${refund.id}`)).amount_returned, wait).toBe('150')
  expect(await posted('shop', 'partner')).toEqual([525n, 225n])
  await simulator.control('returns', { operation: made.attempt.rail_reference })
  await expect.poll(async () => (await get(`/v1/refunds/${refund.id}`)).state, wait).toBe('failed')
  expect(await get(`/v1/refunds/${refund.id}`)).toMatchObject({ reason: 'returned', amount_returned: '400' })
  expect((await get(`/v1/payments/${payment.id}`)).amount_refunded).toBe('0')

  await simulator.control('returns', { operation: payment.rail_reference, amount: '1000' })
  await expect.poll(async () => (await get(`/v1/payments/${payment.id}`)).amount_refunded, wait).toBe('1000')
  expect(await posted('shop', 'partner')).toEqual([0n, 0n])
  await expectLikeRecords('card')

  await charge()
  const out = { amount: 500, asset: 'USD', source: 'shop', rail: 'card', instrument: 'card_returned' }
  const payout = await post('/v1/payouts', out)
  expect(payout).toMatchObject({ state: 'succeeded', amount_returned: '0' })
  await expect.poll(async () => (await get(`/v1/payouts/${payout.id}`)).state, wait).toBe('failed')
  expect(await get(`/v1/payouts/${payout.id}`)).toMatchObject({ reason: 'returned', amount_returned: '500' })
  expect(await posted('shop')).toEqual([700n])
  await expectLikeRecords('card')
})

test('a payout that had settled in a statement, and comes back in a later one', async () => {
  await charge()
  const [before = 0n] = await posted('shop')
  const out = { amount: 300, asset: 'USD', source: 'shop', rail: 'bank', instrument: 'GB00RETURNED' }
  const { body: payout } = await request('POST', '/v1/payouts', { body: out })
  const is = async () => {
    const { state, amount_returned } = await get(`/v1/payouts/${payout.id}`)
    return [state, amount_returned]
  }
  await expect.poll(async () => (await simulator.get('/records?rail=bank')).body.totals.length, wait).toBe(1)
  await simulator.control('close-day', {})
  await expect.poll(is, wait).toEqual(['succeeded', '0'])
  expect(await posted('shop')).toEqual([before - 300n])
  await simulator.control('close-day', {})
  await expect.poll(is, wait).toEqual(['failed', '300'])
  expect(await posted('shop')).toEqual([before])
  await expectLikeRecords('bank')
  const { data } = await get('/v1/cases?state=open')
  expect(data).toEqual([])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RailSimulator, startRailSimulator } from '#rail-simulator'
import { startTestServer, type TestServer } from '#testing'

// The program's own accounts, and the accounts that a payment may name: over HTTP, before any rail is called.

let simulator: RailSimulator
let server: TestServer
beforeAll(async () => {
  simulator = await startRailSimulator({ latencyMs: 0 })
  const settings = { timeout_ms: 2_000, inquire_after_ms: 200 }
  server = await startTestServer({
    rails: [{ ...settings, name: 'card', adapter: 'simulator-card', url: simulator.url }],
  })
  for (const asset of ['USD', 'EUR']) await post('/v1/accounts', { code: `shop:${asset}`, asset })
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  server.request('POST', path, { body, headers })
const pay = (also: object) => {
  const source = { rail: 'card', instrument: 'card_ok' }
  return post('/v1/payments', { amount: '500', asset: 'USD', source, ...also }, { prefer: 'wait=20' })
}
const charges = async () => {
  const answer = await fetch(`${simulator.url}/records/operations?after=0&limit=100`)
  return ((await answer.json()) as { data: readonly unknown[] }).data.length
}

test.each(['suspense:USD', 'suspense:anything', 'rails:card:clearing:USD', 'rails:other:clearing:XTS'])(
  'only the program can open %s',
  async (code) => {
    const one = await post('/v1/accounts', { code, asset: 'USD' })
    expect([one.status, one.body.code, one.body.param]).toEqual([422, 'account_reserved', 'code'])
    const many = await post('/v1/accounts/batch', { accounts: [{ code, asset: 'USD' }] })
    expect(many.body.results[0].error).toMatchObject({ code: 'account_reserved' })
  },
)

test('no client freezes, closes or limits them, by code or id; metadata may change, and money moves', async () => {
  expect((await pay({ destination: 'shop:USD' })).body.state).toBe('succeeded')
  const { body: account } = await server.request('GET', '/v1/accounts/rails:card:clearing:USD')
  for (const name of [account.code, account.id]) {
    for (const act of ['freeze', 'unfreeze', 'close']) {
      const { status, body } = await post(`/v1/accounts/${name}/${act}`)
      expect([act, status, body.code]).toEqual([act, 422, 'account_reserved'])
    }
    for (const limits of [{ min_available: '0' }, { max_balance: '1' }]) {
      const { status, body } = await server.request('PATCH', `/v1/accounts/${name}`, { body: limits })
      expect([status, body.code]).toEqual([422, 'account_reserved'])
    }
  }
  const metadata = { seen: 'yes' }
  const reported = await server.request('PATCH', `/v1/accounts/${account.id}`, { body: { metadata } })
  expect([reported.status, reported.body.metadata]).toEqual([200, metadata])
  await post('/v1/accounts', { code: 'bank', asset: 'USD', min_available: null })
  const settled = { source: 'bank', destination: account.code, amount: '500', asset: 'USD' }
  expect((await post('/v1/transfers', settled)).status).toBe(201)
})

test.each([
  ['an asset that is not there', { asset: 'QQQ', destination: 'shop:USD' }, [404, 'asset_not_found', 'asset']],
  ['a misspelt destination', { destination: 'shpo:USD' }, [404, 'account_not_found', 'destination']],
  [
    'a misspelt destination among several',
    {
      destinations: [
        { account: 'shop:USD', amount: '1' },
        { account: 'shpo', amount: '499' },
      ],
    },
    [404, 'account_not_found', 'destinations.1.account'],
  ],
  ['a destination of another asset', { destination: 'shop:EUR' }, [422, 'asset_mismatch', 'destination']],
  [
    'a fee account that is not there',
    { destination: 'shop:USD', fee: { account: 'fees', amount: '5' } },
    [404, 'account_not_found', 'fee.account'],
  ],
])('%s is refused, and nothing is charged', async (_, request, expected) => {
  const before = await charges()
  const { status, body } = await pay(request)
  expect([status, body.code, body.param]).toEqual(expected)
  expect(await charges()).toBe(before)
})

test('a payout from a missing account, and an order for one, are refused', async () => {
  const payout = { amount: '5', asset: 'USD', source: 'nobody', rail: 'card', instrument: 'card_ok' }
  const answer = await post('/v1/payouts', payout)
  expect([answer.status, answer.body.code, answer.body.param]).toEqual([404, 'account_not_found', 'source'])
  await post('/v1/items', { code: 'lamp', name: 'Lamp', asset: 'USD', price: 100, stock: 1 })
  const source = { rail: 'card', instrument: 'card_ok' }
  const order = { lines: [{ item: 'lamp', quantity: 1 }], source, destination: 'shpo' }
  const placed = await post('/v1/orders', order, { prefer: 'wait=20' })
  expect([placed.status, placed.body.code, placed.body.param]).toEqual([404, 'account_not_found', 'destination'])
  const item = await post('/v1/items', { code: 'q', name: 'Q', asset: 'QQQ', price: 100, stock: 1 })
  expect([item.status, item.body.code, item.body.param]).toEqual([404, 'asset_not_found', 'asset'])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RailSimulator, startRailSimulator } from '#rail-simulator'
import { coordinators } from '#sagas'
import { startTestServer, type TestServer, verifyAll } from '#testing'

// The payer of a failed order pays after all. The message that reopens the order's saga becomes a dead letter, and an
// operator discards it: the saga continues from its current state, which includes the late payment.

let simulator: RailSimulator
let server: TestServer
beforeAll(async () => {
  simulator = await startRailSimulator({ latencyMs: 5, slowMs: 400 })
  const settings = { callbackSecrets: [], timeoutMs: 2_000, inquireAfterMs: 200 }
  server = await startTestServer({
    rails: [{ ...settings, name: 'card', adapter: 'simulator-card', url: simulator.url }],
  })
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})
const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  server.request('POST', path, { body, headers })
const get = async (path: string) => (await server.request('GET', path)).body
const waiting = { prefer: 'wait=20' }

test.each(coordinators)(
  'a late payment of a failed order is refunded after its dead letter was discarded (%s)',
  async (coordinator) => {
    const shop = `shop:${coordinator}`
    const item = `lamp-${coordinator}`
    await post('/v1/accounts', { code: shop, asset: 'USD' })
    await post('/v1/items', { code: item, name: 'Lamp', asset: 'USD', price: 1000, stock: 1 })
    const { body } = await post(
      '/v1/orders',
      {
        lines: [{ item, quantity: 1 }],
        source: { rail: 'card', instrument: 'card_declined' },
        destination: shop,
        coordinator,
      },
      waiting,
    )
    expect(body.state).toBe('failed')
    await server.database.query({
      text: `create or replace function no_late() returns trigger language plpgsql as $$ begin raise exception 'a defect' using errcode = '22000'; end $$`,
    })
    await server.database.query({
      text: 'create trigger no_late before update on sagas.steps for each row when (new.is_late) execute function no_late()',
    })
    const again = await post(`/v1/payments/${body.payment}/retry`, { instrument: 'card_ok' }, waiting)
    expect([again.status, again.body.state]).toEqual([200, 'succeeded'])
    const open = async () => (await get('/v1/cases?state=open')).data
    await expect.poll(async () => (await open()).map((one: { reason: string }) => one.reason)).toEqual(['dead_letter'])
    await server.database.query({ text: 'drop trigger no_late on sagas.steps' })
    const [entry] = await open()
    const forced = await post(`/v1/cases/${entry.id}/force`, {
      outcome: 'succeeded',
      evidence: 'Put aside, cause removed.',
      revision: entry.revision,
    })
    expect(forced.status).toBe(200)
    const refunded = async () => (await get(`/v1/payments/${body.payment}`)).amount_refunded
    await expect.poll(refunded).toBe('1000')
    const order = await get(`/v1/orders/${body.id}`)
    const balance = await get(`/v1/accounts/${shop}/balance`)
    expect([order.state, balance.posted, await open()]).toEqual(['failed', '0', []])
    expect(await verifyAll(server.database)).toEqual([])
  },
)

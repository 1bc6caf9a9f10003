import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RailSimulator, startRailSimulator } from '#rail-simulator'
import { coordinators } from '#sagas'
import { patience, startTestServer, type TestServer, verifyAll } from '#testing'

let simulator: RailSimulator
let server: TestServer
beforeAll(async () => {
  simulator = await startRailSimulator({ latencyMs: 5, slowMs: 400 })
  const settings = { timeout_ms: 2_000, inquire_after_ms: 200 }
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
const modes = coordinators.flatMap((coordinator) =>
  (['automatic', 'manual'] as const).map((capture) => ({ coordinator, capture })),
)

let made = 0
async function openShop(stock: number) {
  made += 1
  const [shop, item] = [`shop:${made}`, `lamp-${made}`]
  await post('/v1/accounts', { code: shop, asset: 'USD' })
  await post('/v1/items', { code: item, name: 'Lamp', asset: 'USD', price: 1000, stock })
  const order = (instrument: string, also: object = {}, headers: Record<string, string> = waiting) =>
    post(
      '/v1/orders',
      { lines: [{ item, quantity: 1 }], source: { rail: 'card', instrument }, destination: shop, ...also },
      headers,
    )
  const posted = async () => {
    const { posted: at, pending } = await get(`/v1/accounts/${shop}/balance`)
    return [at, pending]
  }
  return { order, posted, stock: async () => (await get(`/v1/items/${item}`)).stock }
}

const endOf = async (order: string) => {
  const { state, reason } = await get(`/v1/orders/${order}`)
  return [state, reason]
}

test.each(modes)('an order is paid by card and confirmed ($coordinator, $capture)', async (mode) => {
  const { order, posted, stock } = await openShop(2)
  const { body } = await order('card_ok', mode)
  expect([body.state, body.reason]).toEqual(['confirmed', null])
  expect([await posted(), await stock()]).toEqual([['1000', '0'], 1])
})

test.each(modes)(
  'an order that loses the race for the last item is refunded on the card ($coordinator, $capture)',
  async (mode) => {
    const { order, posted, stock } = await openShop(1)
    const orders = await Promise.all([1, 2, 3, 4].map(() => order('card_ok', mode)))
    const placed = orders.filter(({ status }) => status === 201).map(({ body }) => body)
    expect(placed.filter(({ state }) => state === 'confirmed')).toHaveLength(1)
    for (const { payment, ...lost } of placed.filter(({ state }) => state !== 'confirmed')) {
      expect([lost.state, lost.reason]).toEqual(['failed', 'out_of_stock'])
      const paid = await get(`/v1/payments/${payment}`)
      const back =
        mode.capture === 'manual' ? { state: 'canceled' } : { amount_captured: '1000', amount_refunded: '1000' }
      expect(paid).toMatchObject(back)
    }
    expect([await posted(), await stock()]).toEqual([['1000', '0'], 0])
  },
)

test.each(coordinators)('a payment retried after its order has failed is returned (%s)', async (coordinator) => {
  const { order, posted, stock } = await openShop(1)
  const { body } = await order('card_declined', { coordinator })
  expect([body.state, body.reason]).toEqual(['failed', 'do_not_honor'])
  const again = await post(`/v1/payments/${body.payment}/retry`, { instrument: 'card_ok' }, waiting)
  expect([again.status, again.body.state]).toEqual([200, 'succeeded'])
  await expect.poll(async () => (await get(`/v1/payments/${body.payment}`)).amount_refunded).toBe('1000')
  expect(await endOf(body.id)).toEqual(['failed', 'do_not_honor'])
  await expect.poll(async () => (await get(`/v1/orders/${body.id}/checkout`)).state).toBe('reversed')
  expect([await posted(), await stock()]).toEqual([['0', '0'], 1])
})

test.each(coordinators)(
  'an order canceled while the merchant is refunding its payment ends when that refund does (%s)',
  async (coordinator) => {
    const { order, posted, stock } = await openShop(1)
    const { body } = await order('card_refund_slow', { coordinator })
    expect(body.state).toBe('confirmed')
    const refund = await post(`/v1/payments/${body.payment}/cancel-or-refund`)
    expect(refund.body.refund.state).toBe('processing')
    await post(`/v1/orders/${body.id}/cancel`)
    await expect.poll(() => endOf(body.id), { timeout: patience(10_000) }).toEqual(['refunded', 'canceled'])
    expect([await posted(), await stock()]).toEqual([['0', '0'], 1])
  },
)

test.each(coordinators)(
  'an order whose money cannot be returned waits for an operator, and then ends (%s)',
  async (coordinator) => {
    const { order, posted, stock } = await openShop(1)
    const { body } = await order('card_refund_declined', { coordinator })
    expect(body.state).toBe('confirmed')
    await post(`/v1/orders/${body.id}/cancel`)
    const open = async () => (await get('/v1/cases?state=open')).data
    await expect.poll(async () => (await open()).length).toBe(1)
    const [entry] = await open()
    expect(entry).toMatchObject({ reason: 'compensation_failed', subject: { type: 'refund' } })
    expect(await endOf(body.id)).toEqual(['processing', 'canceled'])
    // None of it can be refunded by card: an operator has paid it back in another way.
    const evidence = 'Paid back in cash, receipt 7.'
    const forced = await post(`/v1/cases/${entry.id}/force`, { outcome: 'succeeded', evidence })
    expect(forced.status).toBe(200)
    await expect.poll(() => endOf(body.id)).toEqual(['refunded', 'canceled'])
    expect([await posted(), await stock()]).toEqual([['0', '0'], 1])
  },
)

test('no work is left over: no message, no dead letter, no open saga, no money in between', async () => {
  const count = async (text: string) => (await server.database.query<{ count: bigint }>({ text }))[0]?.count
  await expect.poll(() => count('select count(*) from lanes.messages')).toBe(0n)
  expect(await count('select count(*) from lanes.dead_letters')).toBe(0n)
  expect(await count(`select count(*) from sagas.sagas where state not in ('completed', 'reversed')`)).toBe(0n)
  expect(await count('select count(*) from cases.cases where resolved_at is null')).toBe(0n)
})

// The message that reopens the saga becomes a dead letter. Discarded, the saga continues from its current state, which
// includes the late payment.
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

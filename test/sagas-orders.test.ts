import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeId, idPrefix } from '#kernel'
import { createLanes } from '#lanes'
import { sagaCases } from '#payments'
import { newUuid } from '#platform/ids'
import { coordinators, createSagas } from '#sagas'
import { startTestServer, type TestServer } from '#testing'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await open('world', { min_available: null })
})
afterAll(() => server.stop())

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  server.request('POST', path, { body, headers })
const get = async (path: string) => (await server.request('GET', path)).body
const waiting = { prefer: 'wait=20' }

async function open(code: string, also: object = {}): Promise<string> {
  const { status, body } = await post('/v1/accounts', { code, asset: 'USD', ...also })
  if (status !== 201) throw new Error(`${code} was not opened: ${body.code}`)
  return code
}

let made = 0
/** A shop with an item in stock, and payers with money. Names are new every time. */
async function openShop({ stock, price = 1000, payers = 1 }: { stock: number; price?: number; payers?: number }) {
  made += 1
  const shop = await open(`shop:${made}`)
  const item = `mug-${made}`
  await post('/v1/items', { code: item, name: 'Mug', asset: 'USD', price, stock })
  const wallets: string[] = []
  for (let number = 1; number <= payers; number += 1) {
    const wallet = await open(`payer:${made}:${number}`)
    await post('/v1/transfers', { source: 'world', destination: wallet, amount: 5000, asset: 'USD' })
    wallets.push(wallet)
  }
  const order = (wallet: string, also: object = {}, headers: Record<string, string> = waiting) =>
    post('/v1/orders', { lines: [{ item, quantity: 1 }], source: { wallet }, destination: shop, ...also }, headers)
  return { shop, item, wallets, wallet: wallets[0]!, order, stock: async () => (await get(`/v1/items/${item}`)).stock }
}

const posted = async (account: string) => {
  const { posted, pending } = await get(`/v1/accounts/${account}/balance`)
  return [posted, pending]
}

const stepsOf = async (order: string) =>
  (await get(`/v1/orders/${order}/checkout`)).steps.map(
    ({ name, state }: { name: string; state: string }) => `${name} ${state}`,
  )

const modes = coordinators.flatMap((coordinator) =>
  (['automatic', 'manual'] as const).map((capture) => ({ coordinator, capture })),
)

test.each(modes)('an order is paid, reserved and confirmed ($coordinator, $capture)', async (mode) => {
  const { shop, wallet, order, stock } = await openShop({ stock: 3 })
  const { status, body, headers } = await order(wallet, mode)
  expect([status, body.state, body.reason]).toEqual([201, 'confirmed', null])
  expect(headers.get('preference-applied')).toBe('wait=20')
  expect(await stock()).toBe(2)
  expect([await posted(wallet), await posted(shop)]).toEqual([
    ['4000', '0'],
    ['1000', '0'],
  ])
  expect(await get(`/v1/payments/${body.payment}`)).toMatchObject({ state: 'succeeded', amount_captured: '1000' })
  expect(await stepsOf(body.id)).toEqual(['pay done', 'reserve done', 'confirm done'])
})

test.each(modes)(
  'of many orders for the last item one gets it, and the rest are refunded ($coordinator, $capture)',
  async (mode) => {
    const { shop, wallets, order, stock } = await openShop({ stock: 1, payers: 6 })
    const answers = await Promise.all(wallets.map((wallet) => order(wallet, mode)))
    const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body)
    // Orders placed after the last one was reserved were refused at once.
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('out_of_stock')
    const confirmed = placed.filter(({ state }) => state === 'confirmed')
    expect(confirmed).toHaveLength(1)
    for (const { state, reason } of placed.filter(({ state }) => state !== 'confirmed')) {
      expect([state, reason]).toEqual(['failed', 'out_of_stock'])
    }
    expect(await stock()).toBe(0)
    expect(await posted(shop)).toEqual(['1000', '0'])
    const balances = await Promise.all(wallets.map(posted))
    expect(balances.sort()).toEqual([['4000', '0'], ...Array.from({ length: 5 }, () => ['5000', '0'])])
  },
)

test.each(coordinators)(
  'an order that cannot be paid fails with the reason of the payment (%s)',
  async (coordinator) => {
    const { wallet, order, stock } = await openShop({ stock: 3, price: 9000 })
    const { body } = await order(wallet, { coordinator })
    expect([body.state, body.reason]).toEqual(['failed', 'insufficient_funds'])
    expect(await stock()).toBe(3)
    expect(await stepsOf(body.id)).toEqual(['pay refused', 'reserve canceled', 'confirm canceled'])
  },
)

test.each(modes)(
  'a confirmed order that is canceled is refunded and its items are back ($coordinator, $capture)',
  async (mode) => {
    const { shop, wallet, order, stock } = await openShop({ stock: 2 })
    const { body } = await order(wallet, mode)
    const canceled = await post(`/v1/orders/${body.id}/cancel`, {}, waiting)
    expect([canceled.status, canceled.body.state, canceled.body.reason]).toEqual([200, 'refunded', 'canceled'])
    expect(await stock()).toBe(2)
    expect([await posted(wallet), await posted(shop)]).toEqual([
      ['5000', '0'],
      ['0', '0'],
    ])
    expect(await get(`/v1/payments/${body.payment}`)).toMatchObject({ amount_refunded: '1000', amount_refunding: '0' })
    const again = await post(`/v1/orders/${body.id}/cancel`)
    expect([again.status, again.body.code]).toEqual([409, 'order_already_ended'])
  },
)

test.each(modes)(
  'orders canceled while they are checked out leave nothing behind ($coordinator, $capture)',
  async (mode) => {
    const { shop, wallets, order, stock } = await openShop({ stock: 20, payers: 8 })
    const placed = await Promise.all(wallets.map((wallet) => order(wallet, mode, {})))
    const canceled = await Promise.all(
      placed.flatMap(({ body }) => [1, 2].map(() => post(`/v1/orders/${body.id}/cancel`, {}, waiting))),
    )
    for (const { status, body } of canceled) {
      expect([200, 409]).toContain(status)
      if (status === 200) expect(['failed', 'refunded']).toContain(body.state)
    }
    expect(await stock()).toBe(20)
    expect(await posted(shop)).toEqual(['0', '0'])
    for (const wallet of wallets) expect(await posted(wallet)).toEqual(['5000', '0'])
  },
)

test('a checkout that fails beside another one of the same order does not undo the confirmed one', async () => {
  const { shop, wallet, order, stock } = await openShop({ stock: 5 })
  // Two processes check the same order out, as two clicks on one cart would.
  const { body } = await order(wallet, {}, {})
  const subject = decodeId(idPrefix.order, body.id)!
  const { database } = server
  // Lanes that are never started only enqueue.
  const others = createSagas({ lanes: createLanes({ database, onFault: () => {} }), ...sagaCases })
  others.define({ kind: 'checkout', steps: ['pay', 'reserve', 'confirm'].map((name) => ({ name, ...unused })) })
  const ids: string[] = []
  for (const coordinator of [...coordinators, ...coordinators]) {
    const facts = { book: 1, kind: 'checkout', subject, coordinator }
    const started = await database.transaction((tx) => others.start(tx, facts))
    if (started.ok) ids.push(started.value)
  }
  const states = async () => Promise.all(ids.map(async (id) => (await others.find(database, id))?.saga.state))
  await expect.poll(states).toEqual(ids.map(() => expect.stringMatching(/completed|reversed/)))
  await expect.poll(async () => (await get(`/v1/orders/${body.id}`)).state).toBe('confirmed')
  expect(await stock()).toBe(4)
  expect([await posted(wallet), await posted(shop)]).toEqual([
    ['4000', '0'],
    ['1000', '0'],
  ])
  const [reserved] = await database.query<{ count: bigint }>({
    text: `select count(*) as count from orders.reservations r join orders.items i on i.id = r.item where i.stock = 4`,
  })
  expect(reserved?.count).toBe(1n)
})

const unused = {
  action: () => Promise.reject(new Error('the steps of the server do the work')),
  compensation: () => Promise.reject(new Error('the steps of the server do the work')),
}

test('baskets that name the same items in opposite order all end, and nothing is sold twice', async () => {
  const { shop, item, wallets, order, stock } = await openShop({ stock: 15, payers: 40 })
  const other = `${item}-lid`
  await post('/v1/items', { code: other, name: 'Lid', asset: 'USD', price: 100, stock: 12 })
  const lines = [
    { item, quantity: 1 },
    { item: other, quantity: 1 },
  ]
  const answers = await Promise.all(
    wallets.map((wallet, number) =>
      order(wallet, {
        lines: number % 2 === 0 ? lines : lines.toReversed(),
        coordinator: coordinators[number % 3 === 0 ? 0 : 1],
        capture: number % 5 === 0 ? 'manual' : 'automatic',
      }),
    ),
  )
  const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body.id)
  const states = () => Promise.all(placed.map(async (id) => (await get(`/v1/orders/${id}`)).state))
  await expect.poll(async () => (await states()).includes('processing')).toBe(false)
  expect((await states()).filter((state) => state === 'confirmed')).toHaveLength(12)
  expect([await stock(), (await get(`/v1/items/${other}`)).stock]).toEqual([3, 0])
  expect(await posted(shop)).toEqual(['13200', '0'])
  const left = (await Promise.all(wallets.map(posted))).map(([balance]) => balance)
  expect(left.filter((balance) => balance === '3900')).toHaveLength(12)
  expect(left.filter((balance) => balance === '5000')).toHaveLength(28)
})

test('an order is refused for unknown objects, and for lines that do not fit', async () => {
  const { item, wallet, order, shop } = await openShop({ stock: 1 })
  const euro = `euro-${made}`
  await post('/v1/items', { code: euro, name: 'Euro mug', asset: 'EUR', price: 100, stock: 5 })
  const cases = [
    [{ lines: [{ item: 'nothing', quantity: 1 }] }, 404, 'item_not_found', 'lines.0.item'],
    [
      {
        lines: [
          { item, quantity: 1 },
          { item, quantity: 1 },
        ],
      },
      422,
      'item_named_twice',
      'lines.1.item',
    ],
    [
      {
        lines: [
          { item, quantity: 1 },
          { item: euro, quantity: 1 },
        ],
      },
      422,
      'items_of_several_assets',
      'lines.1.item',
    ],
    [{ lines: [{ item, quantity: 2 }] }, 422, 'out_of_stock', 'lines.0.quantity'],
    [{ vendor: 'nobody' }, 404, 'vendor_not_found', 'vendor'],
  ] as const
  for (const [also, status, code, param] of cases) {
    const answer = await order(wallet, also)
    expect([answer.status, answer.body.code, answer.body.param]).toEqual([status, code, param])
  }
  expect((await order(wallet, { reference: `cart-${made}` }, {})).status).toBe(201)
  await post(`/v1/items`, { code: `${item}-2`, name: 'Mug', asset: 'USD', price: 1, stock: 9 })
  const twice = await order(wallet, { reference: `cart-${made}`, lines: [{ item: `${item}-2`, quantity: 1 }] })
  expect([twice.status, twice.body.code]).toEqual([409, 'order_reference_taken'])
  expect((await post('/v1/items', { code: item, name: 'Mug', asset: 'USD', price: 1 })).body.code).toBe(
    'item_code_taken',
  )
  expect(shop).toBeDefined()
})

test('stock is changed by steps or set, and never below zero', async () => {
  const { item } = await openShop({ stock: 5 })
  const change = async (body: object) => (await server.request('PATCH', `/v1/items/${item}`, { body })).body
  expect((await change({ stock_change: -2 })).stock).toBe(3)
  expect((await change({ stock_change: -4 })).code).toBe('stock_below_zero')
  expect((await change({ stock_change: 1_000_000_000 })).code).toBe('stock_too_large')
  expect(await change({ stock: 9, price: 250, name: 'Big mug' })).toMatchObject({
    stock: 9,
    price: '250',
    name: 'Big mug',
  })
  expect((await change({ stock: 9, stock_change: 1 })).code).toBe('validation_failed')
  const page = await get('/v1/items?limit=1')
  expect([page.data[0].code, page.has_more]).toEqual([item, true])
  expect((await get(`/v1/items?limit=1&cursor=${page.next_cursor}`)).data[0].code).not.toBe(item)
})

test('the events of an order are in the feed, and orders are listed by state', async () => {
  const { wallet, order } = await openShop({ stock: 1 })
  const { body } = await order(wallet, { reference: newUuid() })
  await post(`/v1/orders/${body.id}/cancel`, {}, waiting)
  const types = 'order.created,order.confirmed,order.refunded,order.failed'
  const reported = async () =>
    (await get(`/v1/events?types=${types}&limit=50`)).data
      .filter(({ data }: { data: { id: string } }) => data.id === body.id)
      .map(({ type, data }: { type: string; data: { state: string } }) => `${type} ${data.state}`)
  await expect
    .poll(reported)
    .toEqual(['order.refunded refunded', 'order.confirmed confirmed', 'order.created processing'])
  const refunded = await get('/v1/orders?state=refunded&limit=1')
  expect(refunded.data.map(({ id }: { id: string }) => id)).toEqual([body.id])
})

test('no work is left over, and the books are right', async () => {
  const count = async (text: string) => (await server.database.query<{ count: bigint }>({ text }))[0]?.count
  const unfinished = `select count(*) from sagas.sagas where state not in ('completed', 'reversed')`
  await expect.poll(() => count(unfinished)).toBe(0n)
  await expect.poll(() => count('select count(*) from lanes.messages')).toBe(0n)
  expect(await count('select count(*) from lanes.dead_letters')).toBe(0n)
  expect(await count('select count(*) from cases.cases')).toBe(0n)
  const lines = String((await server.request('GET', '/v1/verification')).body)
    .trim()
    .split('\n')
  expect(JSON.parse(lines.at(-1) ?? '').result).toMatchObject({ ok: true })
})

import { beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '#platform/postgres'
import { patience, verifyAll } from '#testing'
import { useSwitchingProgram } from './support/switching-program.ts'

// Clients repeat requests of a lost server under the same keys. The rail had done them, and does each once.

const { servers, database, url, key, ask, net, posted, openCases, control } = useSwitchingProgram(['card'])

beforeEach(async () => {
  await ask('POST', '/v1/accounts', { code: 'world', asset: 'USD', min_available: null })
  await ask('POST', '/v1/accounts', { code: 'shop', asset: 'USD' })
  await ask('POST', '/v1/transfers', { source: 'world', destination: 'shop', amount: 1_000, asset: 'USD' })
})

/** Sends the request under the key, and waits until its subject has ended. */
async function done(path: string, body: object, name: string): Promise<string> {
  const made = await ask('POST', path, body, name)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const { id } = made.body
  const state = async () => (await ask('GET', `${path}/${id}`)).body.state
  await expect.poll(state, { timeout: patience(20_000) }).toMatch(/succeeded|confirmed/)
  return id
}

const requests: readonly (readonly [path: string, body: object])[] = [
  ['/v1/payments', { amount: 700, asset: 'USD', source: { rail: 'card', instrument: 'card_ok' }, destination: 'shop' }],
  ['/v1/payouts', { amount: 40, asset: 'USD', source: 'shop', rail: 'card', instrument: 'card_ok' }],
  [
    '/v1/orders',
    {
      ...{ lines: [{ item: 'mug', quantity: 1 }], destination: 'shop', capture: 'manual' },
      source: { rail: 'card', instrument: 'card_ok' },
    },
  ],
]

/**
 * A repetition is recognized only within the same period of some hours. Waits for the next period when the current one
 * would end during the test.
 */
async function inOnePart(): Promise<void> {
  const partMs = 2 ** 26
  const leftMs = partMs - (Date.now() % partMs)
  if (leftMs < patience(60_000)) await new Promise((resolve) => setTimeout(resolve, leftMs))
}

const findings = () => verifyAll(database())

it.each(['with a key', 'without a key'])(
  'a batch whose first slice is lost in a switch is booked whole, %s',
  async (how) => {
    await inOnePart()
    await ask('POST', '/v1/accounts', { code: 'gate', asset: 'USD' })
    await servers().copy()
    const direct = openDatabase({ ...servers().direct(), onIdleError: () => undefined })
    const count = async (on: Database) =>
      (await on.query<{ n: bigint }>({ text: 'select count(*) as n from ledger.transfers' }))[0]?.n
    // The second slice waits for its account.
    const locking = await direct.session('locking')
    await locking.query({ text: 'begin' })
    await locking.query({ text: `select from ledger.accounts where code = 'gate' for no key update` })
    const transfers = Array.from({ length: 2_500 }, (_, n) => {
      return { source: 'world', destination: n < 1_000 ? 'shop' : 'gate', amount: 1, asset: 'USD' }
    })
    const send = async () => {
      const headers = {
        ...{ authorization: `Bearer ${key()}`, 'content-type': 'application/json' },
        ...(how === 'with a key' && { 'idempotency-key': 'batch' }),
      }
      const response = await fetch(`${url()}/v1/transfers/batch`, {
        ...{ method: 'POST', headers, body: JSON.stringify({ transfers }) },
      })
      const { booked, refused, results } = (await response.json()) as {
        [name: string]: unknown
        results: { status: number }[]
      }
      return [response.status, booked, refused, new Set(results.map(({ status }) => status))]
    }
    const sent = send()
    await expect.poll(() => count(direct), { timeout: patience(20_000) }).toBe(1_001n)
    await servers().switchToCopy()
    await direct.close()
    expect(await sent).toEqual([200, 2_500, 0, new Set([201])])
    expect(await count(database())).toBe(2_501n)
    expect(await posted('shop')).toBe('2000')
    expect(await posted('gate')).toBe('1500')
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'requests repeated on a server that has lost them are charged and paid out once',
  async () => {
    await inOnePart()
    await ask('POST', '/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 300, stock: 5 })
    await servers().copy()
    const all = () => Promise.all(requests.map(([path, body]) => done(path, body, `key of ${path}`)))
    const lost = await all()
    expect(await net()).toEqual([['1000', '40']])
    await servers().switchToCopy()
    const again = await all()
    expect(again.filter((id) => lost.includes(id))).toEqual([])
    expect(await net()).toEqual([['1000', '40']])
    expect(await posted('rails:card:clearing:USD')).toBe('-960')
    expect(await posted('shop')).toBe('1960')
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'a payment is given back once, although its refund was lost',
  async () => {
    await inOnePart()
    const sold = { asset: 'USD', source: { rail: 'card', instrument: 'card_ok' }, destination: 'shop' }
    const paid = await done('/v1/payments', { ...sold, amount: 700 }, 'paid')
    await servers().copy()
    const giveBack = async () => {
      await ask('POST', `/v1/payments/${paid}/cancel-or-refund`, {}, 'back')
      const refunded = async () => (await ask('GET', `/v1/payments/${paid}`)).body.amount_refunded
      await expect.poll(refunded, { timeout: patience(20_000) }).toBe('700')
    }
    await giveBack()
    await servers().switchToCopy()
    await giveBack()
    expect(await net()).toEqual([['700', '700']])
    expect(await posted('rails:card:clearing:USD')).toBe('0')
    expect(await posted('shop')).toBe('1000')
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'requests on a payment that is lost as well are done once, even if the payment has another id now',
  async () => {
    await inOnePart()
    await servers().copy()
    const source = { rail: 'card', instrument: 'card_ok' }
    const sold = { asset: 'USD', source, destination: 'shop' }
    /** A payment of which a part is refunded, and one that is captured in part. */
    const all = async () => {
      const paid = await done('/v1/payments', { ...sold, amount: 700 }, 'paid')
      await done('/v1/refunds', { payment: paid, amount: 30 }, 'refunded')
      const held = (await ask('POST', '/v1/payments', { ...sold, amount: 200, capture: 'manual' }, 'held')).body.id
      const stateOf = async () => (await ask('GET', `/v1/payments/${held}`)).body.state
      await expect.poll(stateOf, { timeout: patience(20_000) }).toBe('authorized')
      const capture = await ask('POST', `/v1/payments/${held}/capture`, { amount: 80, final: false }, 'captured')
      expect(capture.status, JSON.stringify(capture.body)).toBeLessThan(300)
      const captured = async () => (await ask('GET', `/v1/payments/${held}`)).body.amount_captured
      await expect.poll(captured, { timeout: patience(20_000) }).toBe('80')
      return [paid, held]
    }
    const lost = await all()
    expect(await net()).toEqual([['780', '30']])
    await servers().switchToCopy()
    const again = await all()
    expect(again.filter((id) => lost.includes(id))).toEqual([])
    expect(await net()).toEqual([['780', '30']])
    expect(await posted('rails:card:clearing:USD')).toBe('-750')
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'a refund and a capture are made once, although they are repeated before their payments are charged and held again',
  async () => {
    await inOnePart()
    await servers().copy()
    const sold = { asset: 'USD', source: { rail: 'card', instrument: 'card_ok' }, destination: 'shop' }
    const begin = async () => {
      const paid = (await ask('POST', '/v1/payments', { ...sold, amount: 700 }, 'paid')).body.id
      const held = (await ask('POST', '/v1/payments', { ...sold, amount: 200, capture: 'manual' }, 'held')).body.id
      return { paid, held }
    }
    const stateOf = async (id: string) => (await ask('GET', `/v1/payments/${id}`)).body.state
    const goOn = async ({ paid, held }: Awaited<ReturnType<typeof begin>>) => {
      await done('/v1/refunds', { payment: paid, amount: 30 }, 'refunded')
      const capture = await ask('POST', `/v1/payments/${held}/capture`, { amount: 80, final: false }, 'captured')
      expect(capture.status, JSON.stringify(capture.body)).toBe(201)
      const captured = async () => (await ask('GET', `/v1/payments/${held}`)).body.amount_captured
      await expect.poll(captured, { timeout: patience(20_000) }).toBe('80')
    }
    const lost = await begin()
    await expect.poll(() => stateOf(lost.paid), { timeout: patience(20_000) }).toBe('succeeded')
    await expect.poll(() => stateOf(lost.held), { timeout: patience(20_000) }).toBe('authorized')
    await goOn(lost)
    await servers().switchToCopy()
    // The rail's answers come some time after the repetitions.
    await control('timings', { latency_ms: 1_000 })
    await goOn(await begin())
    expect(await net()).toEqual([['780', '30']])
    expect(await posted('rails:card:clearing:USD')).toBe('-750')
    expect(await posted('shop')).toBe('1750')
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'what is refused or canceled when it is repeated leaves no money at the rail, or is an operator’s',
  async () => {
    await inOnePart()
    const source = { rail: 'card', instrument: 'card_ok' }
    const sold = { asset: 'USD', source, destination: 'shop' }
    await ask('POST', '/v1/items', { code: 'mug', name: 'Mug', asset: 'USD', price: 300, stock: 5 })
    await ask('POST', '/v1/accounts', { code: 'stall', asset: 'USD' })
    const kept = await done('/v1/payments', { ...sold, amount: 100 }, 'kept')
    const held = (await ask('POST', '/v1/payments', { ...sold, amount: 90, capture: 'manual' }, 'held')).body.id
    const stateOf = async (path: string) => (await ask('GET', path)).body.state
    await expect.poll(() => stateOf(`/v1/payments/${held}`), { timeout: patience(20_000) }).toBe('authorized')
    await servers().copy()
    const order = { lines: [{ item: 'mug', quantity: 1 }], destination: 'stall', source }
    const refused: readonly (readonly [path: string, body: object])[] = [
      ['/v1/payments', { ...sold, amount: 700 }],
      ['/v1/payouts', { amount: 40, asset: 'USD', source: 'shop', rail: 'card', instrument: 'card_ok' }],
      ['/v1/refunds', { payment: kept, amount: 30 }],
      ['/v1/orders', { ...order, destination: 'shop' }],
    ]
    for (const [path, body] of refused) await done(path, body, `key of ${path}`)
    await done('/v1/orders', order, 'ordered')
    await ask('POST', `/v1/payments/${held}/capture`, { amount: 50, final: false }, 'captured')
    const captured = async () => (await ask('GET', `/v1/payments/${held}`)).body.amount_captured
    await expect.poll(captured, { timeout: patience(20_000) }).toBe('50')
    expect(await net()).toEqual([['1450', '70']])
    await servers().switchToCopy()
    await ask('POST', '/v1/lanes/standard/pause', {})
    await ask('POST', '/v1/accounts/shop/freeze', {})
    for (const [path, body] of refused) {
      expect((await ask('POST', path, body, `key of ${path}`)).body.code, path).toBe('account_frozen')
    }
    const again = (await ask('POST', '/v1/orders', order, 'ordered')).body.id
    expect((await ask('POST', `/v1/orders/${again}/cancel`, {})).status).toBe(200)
    await ask('POST', `/v1/payments/${held}/cancel`, {})
    await ask('POST', '/v1/lanes/standard/resume', {})
    // The payment and both orders are given back. The payout, the refund and the capture are operators' cases.
    const soon = { timeout: patience(60_000) }
    await expect.poll(net, soon).toEqual([['1450', '1370']])
    await expect.poll(openCases, soon).toEqual(['late_success', 'late_success', 'outcome_unknown'])
    await expect.poll(() => stateOf(`/v1/orders/${again}`), soon).toBe('failed')
    // All but the capture is in the books.
    await expect.poll(() => posted('rails:card:clearing:USD'), soon).toBe('-30')
    expect([await posted('shop'), await posted('stall')]).toEqual(['1100', '0'])
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

it(
  'what is canceled or given back while it is charged goes back once, whichever is first when both are repeated',
  async () => {
    await inOnePart()
    await servers().copy()
    const sold = { asset: 'USD', source: { rail: 'card', instrument: 'card_ok' }, destination: 'shop' }
    const soon = { timeout: patience(30_000) }
    const pay = async (amount: number, parts = {}) =>
      `/v1/payments/${(await ask('POST', '/v1/payments', { ...sold, amount, ...parts }, `paid ${amount}`)).body.id}`
    const capture = async (amount: number) => {
      const path = await pay(amount, { capture: 'manual' })
      await expect.poll(async () => (await ask('GET', path)).body.state, soon).toBe('authorized')
      await ask('POST', `${path}/capture`, { amount: 80, final: false }, `captured ${amount}`)
      return path
    }
    const end = async (isCharged: boolean, how: string, make: () => Promise<string>, came: number) => {
      await control('timings', { latency_ms: isCharged ? 2 : 1_500 })
      const path = await make()
      const captured = async () => (await ask('GET', path)).body.amount_captured
      if (isCharged) await expect.poll(captured, soon).toMatch(/[^0]/)
      else await expect.poll(async () => BigInt((await net())[0]?.[0] ?? 0), soon).toBeGreaterThanOrEqual(BigInt(came))
      return (await ask('POST', `${path}/${how}`, {}, `end of ${how} ${came}`)).status
    }
    const all = async (isChargedFirst: boolean) => [
      await end(isChargedFirst, 'cancel', () => pay(700), 700),
      await end(isChargedFirst, 'cancel-or-refund', () => pay(600), 1_300),
      await end(isChargedFirst, 'cancel-or-refund', () => capture(200), 1_380),
      await end(!isChargedFirst, 'cancel-or-refund', () => pay(500), 1_880),
      await end(!isChargedFirst, 'cancel-or-refund', () => capture(300), 1_960),
    ]
    for (const isChargedFirst of [false, true]) {
      if (isChargedFirst) await servers().switchToCopy()
      expect(await all(isChargedFirst)).toEqual([isChargedFirst ? 409 : 200, 200, 200, 200, 200])
      await expect.poll(net, soon).toEqual([['1960', '1960']])
      const codes = ['rails:card:clearing:USD', 'shop']
      await expect.poll(() => Promise.all(codes.map(posted)), soon).toEqual(['0', '1000'])
    }
    expect(await findings()).toEqual([])
  },
  patience(200_000),
)

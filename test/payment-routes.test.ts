import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { useServedBooks } from '#testing'

// Payments between accounts of the book, over the API. Every answer is also checked against the committed contract.

const {
  server,
  request,
  openFunded: wallet,
} = useServedBooks({
  opened: ['merchants:1', 'merchants:2', 'fees'],
  prefix: 'customers',
})

const available = async (code: string) => (await request('GET', `/v1/accounts/${code}/balance`)).body.available

const sound = (source: string, also: object = {}) => ({
  amount: 1000,
  asset: 'USD',
  source: { wallet: source },
  destination: 'merchants:1',
  ...also,
})

const pay = (body: unknown, headers: Record<string, string> = { prefer: 'wait=20' }) =>
  request('POST', '/v1/payments', { body, headers })

const act = (id: string, verb: string, body: object = {}, headers: Record<string, string> = { prefer: 'wait=20' }) =>
  request('POST', `/v1/payments/${id}/${verb}`, { body, headers })

const nobody = encodeId(idPrefix.payment, newUuid())

describe('a payment', () => {
  test('is accepted as processing, with all requested fields', async () => {
    const source = await wallet(1000)
    const body = sound(source, { reference: `order "${source}"`, metadata: { order: '7', ключ: '✓' } })
    const { status, body: payment, headers } = await pay(body, {})
    expect([status, headers.get('preference-applied')]).toEqual([201, null])
    expect(payment).toMatchObject({
      state: 'processing',
      reason: null,
      amount: '1000',
      asset: 'USD',
      source: { wallet: source },
      destinations: [{ account: 'merchants:1', amount: '1000' }],
      fee: null,
      capture: 'automatic',
      vendor: null,
      reference: `order "${source}"`,
      metadata: { order: '7', ключ: '✓' },
      expires_at: null,
    })
  })

  test('is answered with its outcome to a client that waits', async () => {
    const source = await wallet(1000)
    const merchant = await wallet(0)
    const fee = { account: 'fees', amount: 60 }
    const { status, body, headers } = await pay(sound(source, { amount: '600', destination: merchant, fee }))
    expect([status, headers.get('preference-applied')]).toEqual([201, 'wait=20'])
    expect(body).toMatchObject({ state: 'succeeded', amount_captured: '600', fee: { account: 'fees', amount: '60' } })
    expect(await available(source)).toBe('400')
    expect(await available(merchant)).toBe('540')
    expect((await request('GET', `/v1/payments/${body.id}`)).body).toEqual(body)
  })

  test('is split among several, to the unit', async () => {
    const source = await wallet(1000)
    const destinations = [
      { account: 'merchants:1', amount: '333' },
      { account: 'merchants:2', amount: 567 },
    ]
    const { body } = await pay(
      sound(source, { destination: undefined, destinations, fee: { account: 'fees', amount: 100 } }),
    )
    expect(body.state).toBe('succeeded')
    expect(body.destinations.map((share: { amount: string }) => share.amount)).toEqual(['333', '567'])
    expect(await available(source)).toBe('0')
  })

  test('that the books refuse has failed, with their reason, and moved nothing', async () => {
    const source = await wallet(999)
    const { status, body } = await pay(sound(source))
    expect([status, body.state, body.reason]).toEqual([201, 'failed', 'insufficient_funds'])
    expect(await available(source)).toBe('999')
  })

  test('is made once per idempotency key, and a replay returns it as accepted, or waits as well', async () => {
    const source = await wallet(5000)
    const key = { 'idempotency-key': randomUUID() }
    const first = await pay(sound(source), { ...key, prefer: 'wait=20' })
    expect(first.body.state).toBe('succeeded')
    const kept = await pay(sound(source), key)
    expect([kept.status, kept.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(kept.body).toMatchObject({ id: first.body.id, state: 'processing' })
    const waiting = await pay(sound(source), { ...key, prefer: 'wait=20' })
    expect([waiting.status, waiting.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(waiting.body).toEqual(first.body)
    const other = await pay(sound(source, { amount: 7 }), key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await available(source)).toBe('4000')
  })

  test('that was refused stays refused under its key', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const body = sound(await wallet(0), { vendor: 'nobody' })
    const first = await pay(body, key)
    const again = await pay(body, key)
    expect([first.status, first.body.code, first.body.param]).toEqual([404, 'vendor_not_found', 'vendor'])
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([404, 'true'])
    expect(again.body).toEqual(first.body)
  })

  test('stores nothing under the key of a request that is not valid', async () => {
    const source = await wallet(1000)
    const key = { 'idempotency-key': randomUUID() }
    expect((await pay(sound(source, { amount: 0 }), key)).status).toBe(400)
    expect((await pay(sound(source), key)).status).toBe(201)
  })
})

describe('refused', () => {
  test.each<[string, object, string]>([
    ['an amount of nothing', { amount: 0 }, 'amount'],
    ['an amount with a fraction', { amount: 1.5 }, 'amount'],
    ['an amount beyond 64 bits', { amount: '9223372036854775808' }, 'amount'],
    ['an asset in small letters', { asset: 'usd' }, 'asset'],
    ['no source', { source: undefined }, 'source'],
    ['two sources in one', { source: { wallet: 'world', rail: 'card', instrument: 'x' } }, 'source'],
    ['a rail without an instrument', { source: { rail: 'card' } }, 'source'],
    ['a rail that stands in for itself', railSource({ other_rails: ['card'] }), 'source.other_rails'],
    ['no destination', { destination: undefined }, 'destination'],
    ['both kinds of destination', { destinations: [{ account: 'fees', amount: 1 }] }, 'destinations'],
    ['no destinations', { destination: undefined, destinations: [] }, 'destinations'],
    [
      'a share of nothing',
      { destination: undefined, destinations: [{ account: 'fees', amount: 0 }] },
      'destinations.0.amount',
    ],
    ['a fee that leaves nothing', { fee: { account: 'fees', amount: 1000 } }, 'fee.amount'],
    ['an unknown field', { color: 'red' }, 'color'],
    ['an unknown field in a share', { fee: { account: 'fees', amount: 1, of: 'x' } }, 'fee.of'],
    ['another kind of capture', { capture: 'later' }, 'capture'],
    ['an expiry without manual capture, from a wallet', { expires_at: '2199-01-01T00:00:00Z' }, 'expires_at'],
    ['an empty reference', { reference: '' }, 'reference'],
    ['metadata that is no text', { metadata: { order: 7 } }, 'metadata.order'],
  ])('as not valid: %s', async (_, also, param) => {
    const { status, body } = await pay(sound('world', also))
    expect([status, body.code, body.param]).toEqual([400, 'validation_failed', param])
  })

  test.each<[string, object, number, string, string]>([
    ['a vendor that is none', { vendor: 'nobody' }, 404, 'vendor_not_found', 'vendor'],
    ['a rail that is none', railSource({ rail: 'nowhere' }), 404, 'rail_not_found', 'source.rail'],
    ['shares of another sum', shares(1, 2), 422, 'shares_do_not_add_up', 'destinations'],
    [
      'an expiry in the past',
      { capture: 'manual', expires_at: '2020-01-01T00:00:00Z' },
      422,
      'expires_at_not_in_future',
      'expires_at',
    ],
  ])('by payments: %s', async (_, also, status, code, param) => {
    const answered = await pay(sound('world', also))
    expect([answered.status, answered.body.code, answered.body.param]).toEqual([status, code, param])
  })

  test('a reference that is taken', async () => {
    const source = await wallet(5000)
    const body = sound(source, { reference: `once ${source}` })
    expect((await pay(body)).status).toBe(201)
    const second = await pay(body)
    expect([second.status, second.body.code, second.body.param]).toEqual([409, 'payment_reference_taken', 'reference'])
    expect(await available(source)).toBe('4000')
  })

  test.each(['capture', 'cancel', 'cancel-or-refund'])('%s of an unknown payment', async (verb) => {
    const { status, body } = await act(nobody, verb)
    expect([status, body.code]).toEqual([404, 'payment_not_found'])
  })

  test('reading an unknown object, or one of another book', async () => {
    for (const path of [nobody, `${nobody}/timeline`, `${nobody}/captures`]) {
      const { status, body } = await request('GET', `/v1/payments/${path}`)
      expect([status, body.code]).toEqual([404, 'payment_not_found'])
    }
    const { body } = await pay(sound(await wallet(1000)))
    await request('POST', '/v1/books', { body: { code: 'other' } })
    const elsewhere = await request('GET', `/v1/payments/${body.id}`, { headers: { 'munim-book': 'other' } })
    expect(elsewhere.status).toBe(404)
    const refund = encodeId(idPrefix.refund, newUuid())
    expect((await request('GET', `/v1/refunds/${refund}`)).body.code).toBe('refund_not_found')
    const payout = encodeId(idPrefix.payout, newUuid())
    for (const path of [payout, `${payout}/timeline`]) {
      expect((await request('GET', `/v1/payouts/${path}`)).body.code).toBe('payout_not_found')
    }
    expect((await request('POST', `/v1/payouts/${payout}/cancel`)).body.code).toBe('payout_not_found')
  })

  test('a key that may only read cannot pay', async () => {
    const key = await server().createKey('read')
    const { status, body } = await request('POST', '/v1/payments', { key, body: sound('world') })
    expect([status, body.code]).toEqual([403, 'scope_insufficient'])
  })
})

function railSource(also: object): object {
  return { source: { rail: 'card', instrument: 'card_visa_ok', ...also } }
}

function shares(...amounts: number[]): object {
  return {
    destination: undefined,
    destinations: amounts.map((amount, n) => ({ account: `merchants:${n + 1}`, amount })),
  }
}

describe('manual capture', () => {
  const authorized = async (source: string) => {
    const { body } = await pay(sound(source, { capture: 'manual', fee: { account: 'fees', amount: 10 } }))
    expect(body).toMatchObject({ state: 'authorized', amount_capturable: '1000', amount_captured: '0' })
    return body.id as string
  }

  test('holds the money, and captures take it in parts; the last releases the rest', async () => {
    const source = await wallet(1000)
    const id = await authorized(source)
    expect(await available(source)).toBe('0')
    const first = await act(id, 'capture', { amount: 300, final: false })
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({ payment: id, state: 'succeeded', amount: '300', asset: 'USD', final: false }),
    ])
    const tooMuch = await act(id, 'capture', { amount: 701 })
    expect([tooMuch.status, tooMuch.body.code, tooMuch.body.param]).toEqual([
      422,
      'amount_exceeds_capturable',
      'amount',
    ])
    expect((await act(id, 'capture', { amount: '500' })).body.state).toBe('succeeded')
    const { body } = await request('GET', `/v1/payments/${id}`, { headers: { prefer: 'wait=20' } })
    expect(body).toMatchObject({ state: 'succeeded', amount_captured: '800', amount_capturable: '0' })
    expect(await available(source)).toBe('200')
    const listed = await request('GET', `/v1/payments/${id}/captures`)
    expect([listed.status, listed.body.code]).toEqual([200, undefined])
    const { data } = listed.body
    expect(data.map((capture: { amount: string }) => capture.amount)).toEqual(['300', '500'])
    expect((await act(id, 'capture')).body.code).toBe('payment_not_authorized')
    expect((await act(id, 'cancel')).body.code).toBe('payment_not_cancelable')
  })

  test('grows by increments', async () => {
    const source = await wallet(1500)
    const id = await authorized(source)
    expect((await act(id, 'increment', { amount: 500 })).status).toBe(200)
    await expect.poll(() => available(source)).toBe('0')
    expect((await act(id, 'capture')).body).toMatchObject({ state: 'succeeded', amount: '1500' })
  })

  test('is released by a cancel', async () => {
    const source = await wallet(1000)
    const id = await authorized(source)
    expect((await act(id, 'cancel')).status).toBe(200)
    await expect.poll(async () => (await request('GET', `/v1/payments/${id}`)).body.state).toBe('canceled')
    expect(await available(source)).toBe('1000')
    expect((await act(id, 'increment', { amount: 1 })).body.code).toBe('payment_not_authorized')
    const refund = await request('POST', '/v1/refunds', { body: { payment: id } })
    expect([refund.status, refund.body.code]).toEqual([409, 'payment_not_refundable'])
  })

  test('cannot be retried, unlike payments from outside', async () => {
    const id = await authorized(await wallet(1000))
    expect((await act(id, 'retry', { instrument: 'card_other' })).body.code).toBe('payment_not_retryable')
  })
})

describe('the days of payments', () => {
  const consumer = async () =>
    (await request('GET', '/v1/consumers')).body.data.find(({ name }: { name: string }) => name === 'payment-days')
  const days = async (query = '') => (await request('GET', `/v1/assets/EUR/payment-days?${query}`)).body
  const upToDate = () => expect.poll(async () => (await consumer()).lag_events).toBe(0)
  const today = () => new Date().toISOString().slice(0, 10)

  test('count every event once, also when an operator replays them', async () => {
    const [payer, payee] = ['days:payer', 'days:payee']
    for (const code of ['days:world', payer, payee]) {
      const min = code === 'days:world' ? { min_available: null } : {}
      await request('POST', '/v1/accounts', { body: { code, asset: 'EUR', ...min } })
    }
    const asset = { asset: 'EUR' }
    await request('POST', '/v1/transfers', {
      body: { source: 'days:world', destination: payer, amount: 900, ...asset },
    })
    const { body: first } = await pay(sound(payer, { ...asset, destination: payee, amount: 300 }))
    await pay(sound(payer, { ...asset, destination: payee, amount: 200 }))
    const day = today()
    await request('POST', '/v1/refunds', { body: { payment: first.id, amount: 120 }, headers: { prefer: 'wait=20' } })
    const expected = [
      ['payment.created', '2', '500'],
      ['payment.succeeded', '2', '500'],
      ['refund.succeeded', '1', '120'],
    ].map(([type, count, amount]) => ({ day, type, count, amount }))
    await expect.poll(async () => (await days()).data).toEqual(expected)

    const replay = (body: object) => request('POST', '/v1/consumers/payment-days/replay', { body })
    const { position } = await consumer()
    expect((await replay({ from_position: '1' })).body).toMatchObject({ name: 'payment-days', last_position: position })
    await upToDate()
    expect((await days()).data).toEqual(expected)
    await server().database.query({ text: `delete from payments.days where asset = 'EUR'` })
    expect((await replay({ from_time: `${day}T00:00:00Z` })).status).toBe(200)
    await expect.poll(async () => (await days()).data).toEqual(expected)

    expect((await replay({ from_position: `${Number(position) + 100}` })).body.code).toBe('position_not_kept')
    expect((await replay({})).status).toBe(400)
    expect((await request('POST', '/v1/consumers/none/replay', { body: { from_position: '1' } })).status).toBe(404)
  })

  test('are those that are asked for', async () => {
    expect((await days('from=2020-01-01&to=2020-02-01')).data).toEqual([])
    expect((await days('from=2020-02-01&to=2020-01-01')).param).toBe('from')
    expect((await days('from=2020-02-31')).param).toBe('from')
  })

  test('wait while an operator has paused their consumer, as the metrics say', async () => {
    const pause = async (action: string) => (await request('POST', `/v1/consumers/payment-days/${action}`)).body
    expect(await pause('pause')).toMatchObject({ state: 'paused', paused_at: expect.any(String) })
    await wallet(100)
    await expect.poll(async () => (await consumer()).lag_events).toBeGreaterThan(0)
    const metrics = await (await fetch(`${server().url}/metrics`)).text()
    expect(metrics).toContain('munim_consumer_paused{consumer="payment-days"} 1')
    expect(metrics).toMatch(/munim_consumer_lag_events\{consumer="payment-days"\} [1-9]/)
    expect((await pause('resume')).state).toBe('running')
    await upToDate()
  })
})

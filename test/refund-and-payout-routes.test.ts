import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { useServedBooks } from '#testing'

// Payments between accounts of the book, over the API. Every answer is also checked against the committed contract.

const { request, openFunded: wallet } = useServedBooks({
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

describe('refunds', () => {
  const paid = async () => {
    const source = await wallet(1000)
    const { body } = await pay(sound(source))
    expect(body.state).toBe('succeeded')
    return { source, id: body.id as string }
  }
  const refund = (body: object) => request('POST', '/v1/refunds', { body, headers: { prefer: 'wait=20' } })

  test('return parts, never more than was captured', async () => {
    const { source, id } = await paid()
    const first = await refund({ payment: id, amount: 600, metadata: { why: 'size' } })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({ state: 'succeeded', amount: '600', to: null, reversal: false, payment: id })
    expect(first.body.from).toEqual([{ account: 'merchants:1', amount: '600' }])
    const tooMuch = await refund({ payment: id, amount: 401 })
    expect([tooMuch.status, tooMuch.body.code, tooMuch.body.param]).toEqual([
      422,
      'amount_exceeds_refundable',
      'amount',
    ])
    const rest = await refund({ payment: id })
    expect(rest.body).toMatchObject({ state: 'succeeded', amount: '400' })
    expect(await available(source)).toBe('1000')
    expect((await request('GET', `/v1/payments/${id}`)).body).toMatchObject({
      state: 'succeeded',
      amount_refunded: '1000',
    })
    const { data } = (await request('GET', `/v1/refunds?payment=${id}`)).body
    expect(data).toEqual([rest.body, first.body])
    expect((await request('GET', `/v1/refunds/${first.body.id}`)).body).toEqual(first.body)
  })

  test('may go to another wallet, and be paid by the accounts in the request', async () => {
    const { id } = await paid()
    const to = await wallet(0)
    const { body } = await refund({
      payment: id,
      amount: 5,
      to: { wallet: to },
      from: [{ account: 'merchants:1', amount: 5 }],
    })
    expect(body).toMatchObject({ state: 'succeeded', to: { wallet: to } })
    expect(await available(to)).toBe('5')
    const wrong = await refund({ payment: id, amount: 5, from: [{ account: 'merchants:1', amount: 4 }] })
    expect([wrong.status, wrong.body.code]).toEqual([422, 'shares_do_not_add_up'])
  })

  test('of unknown payments are refused, and refunds are made once per key', async () => {
    expect((await refund({ payment: nobody })).body).toMatchObject({ code: 'payment_not_found', param: 'payment' })
    const { id } = await paid()
    const headers = { 'idempotency-key': randomUUID() }
    const first = await request('POST', '/v1/refunds', { body: { payment: id, amount: 10 }, headers })
    const again = await request('POST', '/v1/refunds', { body: { payment: id, amount: 10 }, headers })
    expect([first.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual(first.body)
  })

  test('a payer gets all the money back by one call, captured or not', async () => {
    const { source, id } = await paid()
    await refund({ payment: id, amount: 100 })
    const back = await act(id, 'cancel-or-refund')
    expect([back.status, back.body.refund.amount, back.body.payment.id]).toEqual([200, '900', id])
    await expect.poll(() => available(source)).toBe('1000')
    expect((await act(id, 'cancel-or-refund')).body.code).toBe('amount_exceeds_refundable')
    const other = await wallet(1000)
    const held = (await pay(sound(other, { capture: 'manual' }))).body.id
    expect((await act(held, 'cancel-or-refund')).body).toMatchObject({ refund: null, payment: { id: held } })
    await expect.poll(() => available(other)).toBe('1000')
  })
})

describe('payouts', () => {
  test.each<[string, object, number, string]>([
    ['over a rail that is none', { rail: 'nowhere' }, 404, 'rail_not_found'],
    ['of a vendor that is none', { vendor: 'nobody' }, 404, 'vendor_not_found'],
    ['over a rail that stands in for itself', { rail: 'bank', other_rails: ['bank'] }, 400, 'validation_failed'],
    ['without an instrument', { instrument: '' }, 400, 'validation_failed'],
  ])('%s are refused', async (_, also, status, code) => {
    const body = { amount: 5, asset: 'USD', source: 'merchants:1', rail: 'bank', instrument: 'DE02', ...also }
    const answered = await request('POST', '/v1/payouts', { body })
    expect([answered.status, answered.body.code]).toEqual([status, code])
  })

  test('are listed by all their fields, and there are none', async () => {
    const query = 'state=failed&reference=x&vendor=y&rail=bank&source=merchants:1&created_from=2026-01-01T00:00:00Z'
    expect((await request('GET', `/v1/payouts?${query}&metadata[a]=b`)).body).toEqual({
      data: [],
      has_more: false,
      next_cursor: null,
    })
  })
})

describe('lists, the timeline and the feed', () => {
  test('payments are listed newest first, by pages and filters', async () => {
    const source = await wallet(3000)
    const metadata = { batch: randomUUID() }
    const ids: string[] = []
    for (let n = 0; n < 3; n += 1) ids.unshift((await pay(sound(source, { metadata }))).body.id)
    const query = `metadata[batch]=${metadata.batch}&state=succeeded`
    const first = (await request('GET', `/v1/payments?${query}&limit=2`)).body
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2))
    expect(first.has_more).toBe(true)
    const second = (await request('GET', `/v1/payments?${query}&limit=2&cursor=${first.next_cursor}`)).body
    expect(second.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(2))
    expect([second.has_more, second.next_cursor]).toEqual([false, null])
    const { created_at: at } = first.data[0]
    const since = (await request('GET', `/v1/payments?created_from=${at}`)).body.data
    expect(since.map(({ id }: { id: string }) => id)).toEqual([ids[0]])
    expect((await request('GET', '/v1/payments?cursor=WyJ4Il0')).body.param).toBe('cursor')
  })

  test('the timeline shows requests, bookings and refunds, in order', async () => {
    const source = await wallet(1000)
    const { body } = await pay(sound(source))
    const refund = await request('POST', '/v1/refunds', {
      body: { payment: body.id, amount: 250 },
      headers: { prefer: 'wait=20' },
    })
    const { data } = (await request('GET', `/v1/payments/${body.id}/timeline`)).body
    expect(data[0]).toMatchObject({
      kind: 'accepted',
      subject: body.id,
      text: `The payment of 10.00 USD from ${source} to merchants:1 was accepted.`,
    })
    const booked = data.find(({ state }: { state: string }) => state === 'succeeded')
    expect(booked).toMatchObject({ kind: 'step', subject: body.id, input: 'start', events: ['payment.succeeded'] })
    expect(booked.transfers).toEqual([
      expect.objectContaining({
        source_code: source,
        destination_code: 'merchants:1',
        amount: '1000',
        state: 'posted',
      }),
    ])
    const given = data.filter(({ subject }: { subject: string }) => subject === refund.body.id)
    expect(given[0]).toMatchObject({
      kind: 'accepted',
      text: 'A refund of 2.50 USD to where it came from was asked for.',
    })
    expect(given.at(-1)).toMatchObject({ state: 'succeeded', transfers: [{ destination_code: source, amount: '250' }] })
    const times = data.map(({ at }: { at: string }) => at)
    expect(times).toEqual(times.toSorted())
    const [one] = (await request('GET', `/v1/payments/${body.id}/timeline?limit=1`)).body.data
    expect(one).toEqual(data[0])
  })

  test('the feed has the events of payments among all others', async () => {
    const source = await wallet(1000)
    const { body } = await pay(sound(source))
    // An event appears once no running transaction can come before it.
    const read = async () => {
      const { data } = (await request('GET', '/v1/events?types=payment.created,payment.succeeded&limit=10')).body
      return data.filter((event: { data: { id: string } }) => event.data.id === body.id)
    }
    await expect.poll(async () => (await read()).length).toBe(2)
    const [ended, begun] = await read()
    expect([ended.type, begun.type]).toEqual(['payment.succeeded', 'payment.created'])
    expect(ended.data).toEqual(body)
    expect(begun.data.state).toBe('processing')
    expect((await request('GET', '/v1/events?limit=100')).status).toBe(200)
  })
})

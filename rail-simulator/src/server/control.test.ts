import { describe, expect, it } from 'vitest'
import { eventually, startSimulatedRails, useReportingRails } from '../../../test/support/simulated-rails.ts'

const { rails, receiver } = useReportingRails()

const charge = async (amount: string, key: string, more: object = {}) =>
  (await rails().post('/card/charges', { amount, asset: 'INR', instrument: 'card_ok', ...more }, key)).body
const dispute = (operation: string, more: object = {}) => rails().control('disputes', { operation, ...more })

describe('a dispute', () => {
  it('debits a charge and is reported by a callback', async () => {
    const { id } = await charge('100', 'c1')
    const answer = await dispute(id, { amount: '70', reason: '4853' })
    expect(answer.status).toBe(201)
    await eventually(() => expect(receiver().received).toHaveLength(1))
    expect(receiver().received[0]).toMatchObject({
      isSigned: true,
      path: '/card',
      event: {
        type: 'dispute.opened',
        data: {
          operation: 'dispute',
          amount: '70',
          original: id,
          original_idempotency_key: 'c1',
          idempotency_key: null,
          response_code: '4853',
        },
      },
    })
    expect(receiver().received[0]?.event.data).toEqual(answer.body)
    expect((await rails().get('/records')).body.net).toMatchObject([{ in: '100', out: '70', net: '30' }])
  })

  it('is limited to the charged amount, even if that was refunded already', async () => {
    const { id } = await charge('100', 'c1')
    await rails().post(`/card/charges/${id}/refunds`, { amount: '60' }, 'r1')
    expect((await dispute(id, { amount: '101' })).status).toBe(402)
    expect((await dispute(id)).body.amount).toBe('100')
    expect((await dispute(id)).status).toBe(402)
    expect((await rails().get('/records')).body.net).toMatchObject([{ net: '-60' }])
  })

  it('reduces the amount that can be refunded', async () => {
    const { id } = await charge('100', 'c1')
    await dispute(id, { amount: '70' })
    const refund = (amount: string) => rails().post(`/card/charges/${id}/refunds`, { amount }, `r${amount}`)
    expect((await refund('31')).body.response_code).toBe('13')
    expect((await refund('30')).status).toBe(201)
  })

  it('is opened without a request for card_dispute, on charges and captures', async () => {
    await charge('100', 'c1', { instrument: 'card_dispute' })
    const authorization = { amount: '80', asset: 'INR', instrument: 'card_dispute' }
    const { id } = (await rails().post('/card/authorizations', authorization, 'a1')).body
    await rails().post(`/card/authorizations/${id}/captures`, { amount: '50' }, 'p1')
    await eventually(() => expect(receiver().received).toHaveLength(2))
    const reported = receiver().received.map(({ event }) => [event.data.original_idempotency_key, event.data.amount])
    expect(reported.sort()).toEqual([
      ['c1', '100'],
      ['p1', '50'],
    ])
    expect((await rails().get(`/card/operations/${id}`)).body).toMatchObject({ amount_disputed: '50' })
  })

  it.each(['nobody', 'rfnd_x'])('of %s is not found', async (operation) => {
    expect((await dispute(operation)).body.code).toBe('operation_not_found')
  })

  it('of a refund is refused', async () => {
    const { id } = await charge('100', 'c1')
    const refund = await rails().post(`/card/charges/${id}/refunds`, { amount: '60' }, 'r1')
    expect((await dispute(refund.body.id)).body.param).toBe('operation')
  })
})

describe('the records', () => {
  it('add up the operations by kind, asset and status', async () => {
    await charge('100', 'c1')
    await charge('50', 'c2')
    await charge('7', 'c3', { asset: 'USD' })
    await charge('9', 'c4', { instrument: 'card_lost' })
    await rails().post('/card/payouts', { amount: '30', asset: 'INR', instrument: 'card_ok' }, 'p1')
    await rails().post('/upi/collects', { amount: '1', asset: 'INR', instrument: 'stays_pending@upi' }, 'u1')
    const { body } = await rails().get('/records')
    expect(body.totals).toEqual([
      { rail: 'card', operation: 'charge', asset: 'INR', status: 'succeeded', count: 2, amount: '150' },
      { rail: 'card', operation: 'charge', asset: 'USD', status: 'succeeded', count: 1, amount: '7' },
      { rail: 'card', operation: 'charge', asset: 'INR', status: 'failed', count: 1, amount: '9' },
      { rail: 'card', operation: 'payout', asset: 'INR', status: 'succeeded', count: 1, amount: '30' },
      { rail: 'upi', operation: 'charge', asset: 'INR', status: 'pending', count: 1, amount: '1' },
    ])
    expect(body.net).toEqual([
      { rail: 'card', asset: 'INR', in: '150', out: '30', net: '120' },
      { rail: 'card', asset: 'USD', in: '7', out: '0', net: '7' },
    ])
    expect((await rails().get('/records?rail=upi')).body).toMatchObject({ totals: [{ rail: 'upi' }], net: [] })
  })

  it('list every operation by keyset, with filters', async () => {
    for (const key of ['c1', 'c2', 'c3']) await charge('100', key)
    await charge('100', 'c4', { instrument: 'card_lost' })
    const list = async (query: string) => {
      const { data, has_more, next_cursor } = (await rails().get(`/records/operations?${query}`)).body
      return [data.map((operation: { idempotency_key: string }) => operation.idempotency_key), has_more, next_cursor]
    }
    expect(await list('limit=3')).toEqual([['c1', 'c2', 'c3'], true, 3])
    expect(await list('after=3')).toEqual([['c4'], false, 4])
    expect(await list('status=failed&rail=card&operation=charge')).toEqual([['c4'], false, 4])
    expect(await list('rail=upi')).toEqual([[], false, null])
    expect((await rails().get('/records/operations?after=x')).body.param).toBe('after')
  })

  it('still count operations that are no longer kept', async () => {
    const small = await startSimulatedRails({ retain: 10 })
    try {
      const collect = (key: string, instrument: string) =>
        small.post('/upi/collects', { amount: '1', asset: 'INR', instrument }, key)
      await collect('pending', 'stays_pending@upi')
      for (let number = 0; number < 40; number += 1)
        await small.post('/card/charges', { amount: '1', asset: 'INR', instrument: 'card_ok' }, `k${number}`)
      const { data } = (await small.get('/records/operations')).body
      expect(data.length).toBeLessThanOrEqual(11)
      expect(data[0].idempotency_key).toBe('pending')
      expect((await small.get('/records?rail=card')).body.totals).toMatchObject([{ count: 40, amount: '40' }])
      expect((await small.get('/card/operations?idempotency_key=k0')).status).toBe(404)
      expect((await small.get('/card/operations?idempotency_key=k39')).status).toBe(200)
    } finally {
      await small.stop()
    }
  })
})

it('timings change while it runs', async () => {
  expect((await rails().control('timings', { latency_ms: 80 })).body).toMatchObject({ latency_ms: 80, day_ms: 0 })
  const startedAt = performance.now()
  await charge('1', 'c1')
  expect(performance.now() - startedAt).toBeGreaterThan(75)
  expect((await rails().control('timings', { latency: 1 })).body).toMatchObject({
    code: 'validation_failed',
    param: 'latency',
  })
})

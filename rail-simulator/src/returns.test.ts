import { describe, expect, it } from 'vitest'
import { eventually, useReportingRails } from '../../test/support/simulated-rails.ts'

const { rails, receiver } = useReportingRails({ lateMs: 0 })

const money = (instrument = 'card_ok', amount = '100') => ({ amount, asset: 'INR', instrument })
const post = async (path: string, key: string, body: object = money()) => (await rails().post(path, body, key)).body
const comeBack = (operation: string, more: object = {}) => rails().control('returns', { operation, ...more })
const net = async () => (await rails().get('/records')).body.net
const byKey = async (rail: string, key: string) =>
  (await rails().get(`/${rail}/operations?idempotency_key=${key}`)).body

describe('a return', () => {
  it('is reported by a callback of its own, and by inquiries about the operation', async () => {
    const { id } = await post('/card/payouts', 'p1')
    const answer = await comeBack(id, { amount: '30', response_code: '54' })
    expect(answer.status).toBe(201)
    await eventually(() => expect(receiver().received).toHaveLength(1))
    const { event, isSigned, path } = receiver().received[0] ?? {}
    expect([isSigned, path, event?.type]).toEqual([true, '/card', 'operation.returned'])
    expect(event?.data).toEqual(answer.body)
    expect(answer.body).toMatchObject({
      ...{ operation: 'payout_return', status: 'succeeded', amount: '30', original: id },
      ...{ original_idempotency_key: 'p1', idempotency_key: null, response_code: '54', message: 'Expired card' },
    })
    expect(await byKey('card', 'p1')).toMatchObject({
      ...{ id, status: 'succeeded', amount: '100' },
      returns: [{ id: answer.body.id, amount: '30', response_code: '54', message: 'Expired card' }],
    })
  })

  it('may come in several parts, up to the amount that moved', async () => {
    const { id } = await post('/card/payouts', 'p1')
    expect((await comeBack(id, { amount: '30' })).status).toBe(201)
    expect((await comeBack(id, { amount: '71' })).status).toBe(402)
    expect((await comeBack(id)).body.amount).toBe('70')
    expect((await comeBack(id)).status).toBe(402)
    expect((await byKey('card', 'p1')).returns).toHaveLength(2)
    expect(await net()).toEqual([{ rail: 'card', asset: 'INR', in: '100', out: '100', net: '0' }])
  })

  it('of a charge counts as going out, and reduces the amount that can be refunded', async () => {
    const { id } = await post('/card/charges', 'c1')
    expect((await comeBack(id, { amount: '60' })).body.operation).toBe('charge_return')
    expect((await rails().post(`/card/charges/${id}/refunds`, { amount: '41' }, 'r1')).status).toBe(402)
    expect((await rails().post(`/card/charges/${id}/refunds`, { amount: '40' }, 'r2')).status).toBe(201)
    expect((await rails().get(`/card/operations/${id}`)).body.amount_returned).toBe('60')
    expect(await net()).toEqual([{ rail: 'card', asset: 'INR', in: '100', out: '100', net: '0' }])
  })

  it('of a refund counts as coming in, and the amount can be refunded again', async () => {
    const { id } = await post('/card/charges', 'c1')
    const refund = (key: string) => rails().post(`/card/charges/${id}/refunds`, { amount: '100' }, key)
    const { body } = await refund('r1')
    expect((await refund('r2')).status).toBe(402)
    expect((await comeBack(body.id)).body.operation).toBe('refund_return')
    expect(await net()).toMatchObject([{ net: '100' }])
    expect((await refund('r3')).status).toBe(201)
  })

  it('is only of money that moved, and of no hold', async () => {
    const declined = await rails().post('/card/payouts', money('card_do_not_honor'), 'p1')
    expect((await comeBack(declined.body.operation.id)).status).toBe(402)
    const { id } = await post('/card/authorizations', 'a1')
    expect((await comeBack(id)).body.param).toBe('operation')
    const capture = await post(`/card/authorizations/${id}/captures`, 'k1', { amount: '80' })
    expect((await comeBack(capture.id)).body).toMatchObject({ operation: 'capture_return', amount: '80' })
  })

  it.each([
    ['card', '/card/payouts', 'card_returned'],
    ['upi', '/upi/pays', 'returned@upi'],
  ])('follows a success of the test value on %s', async (rail, path, instrument) => {
    await post(path, 'p1', money(instrument))
    await eventually(async () => expect((await byKey(rail, 'p1')).returns).toHaveLength(1))
    const types = () => receiver().received.map(({ event }) => event.type)
    await eventually(() => expect(types()).toContain('operation.returned'))
  })

  it('on the bank is a line of its own: an operation that had settled is returned', async () => {
    const closed = async () => {
      const { date, lines } = (await rails().control('close-day', {})).body
      if (lines === 0) return []
      const [, ...rows] = (await rails().get(`/bank/statements/${date}`)).text.trimEnd().split('\n')
      return rows.map((row) => row.split(',').slice(2, 10))
    }
    const { id } = await post('/bank/credit-transfers', 'p1', money('GB00RETURNED'))
    expect(await closed()).toEqual([['payout', id, 'p1', '', '100', 'INR', 'settled', '']])
    const [[operation, reference = '', ...rest] = []] = await closed()
    expect([operation, reference.slice(0, 4), ...rest]).toEqual([
      ...['payout', 'ret_', 'p1', id, '100', 'INR', 'returned', 'AC04'],
    ])
    expect((await byKey('bank', 'p1')).returns).toMatchObject([{ id: reference, amount: '100' }])
    expect(await closed()).toEqual([])
  })
})

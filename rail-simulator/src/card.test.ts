import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SimulatedRails, startSimulatedRails } from '../../test/support/simulated-rails.ts'

let rails: SimulatedRails
let keys = 0
beforeAll(async () => {
  rails = await startSimulatedRails()
})
afterAll(() => rails.stop())

const newKey = () => {
  keys += 1
  return `key-${keys}`
}
const money = (amount: string, instrument = 'card_ok') => ({ amount, asset: 'INR', instrument })
const make = async (path: string, body: object) => {
  const answer = await rails.post(path, body, newKey())
  return { ...answer.body, status: answer.status, code: answer.body.response_code }
}
const authorize = (amount: string, instrument?: string) => make('/card/authorizations', money(amount, instrument))
const show = async (id: string) => (await rails.get(`/card/operations/${id}`)).body

describe('a charge', () => {
  it('is answered at once with its outcome', async () => {
    const answer = await rails.post('/card/charges', { ...money('2500'), descriptor: 'SHOP' }, 'charge-1')
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({
      rail: 'card',
      operation: 'charge',
      status: 'succeeded',
      amount: '2500',
      requested_amount: '2500',
      asset: 'INR',
      instrument: 'card_ok',
      original: null,
      idempotency_key: 'charge-1',
      response_code: '00',
      message: 'Approved',
      descriptor: 'SHOP',
    })
    expect(answer.body.id).toMatch(/^chg_[0-9a-f]{32}$/)
    expect(answer.body.completed_at).toBe(answer.body.created_at)
  })

  it.each([
    ['card_insufficient_funds', '51'],
    ['card_do_not_honor', '05'],
    ['card_expired', '54'],
    ['card_lost', '41'],
    ['card_stolen', '43'],
    ['card_invalid', '14'],
    ['4242424242424242', '14'],
    ['card_not_permitted', '57'],
    ['card_limit_exceeded', '61'],
    ['card_fraud', '59'],
    ['card_authentication_required', '1A'],
    ['card_unavailable', '91'],
  ])('of %s is declined with %s, and an inquiry says the same', async (instrument, code) => {
    const key = newKey()
    const answer = await rails.post('/card/charges', money('100', instrument), key)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect([answer.status, answer.body.code, answer.body.response_code]).toEqual([402, 'declined', code])
    const inquiry = await rails.get(`/card/operations?idempotency_key=${key}`)
    expect(inquiry.body).toEqual(answer.body.operation)
    expect(inquiry.body.status).toBe('failed')
  })

  it.each(['card_visa', 'card_mastercard_ok'])('of %s, which is no test value, succeeds', async (instrument) => {
    expect(await make('/card/charges', money('100', instrument))).toMatchObject({ status: 201 })
  })
})

describe('an authorization', () => {
  it('is captured in parts up to its amount', async () => {
    const { id } = await authorize('1000')
    const captures = `/card/authorizations/${id}/captures`
    const first = await make(captures, { amount: '400' })
    expect(first).toMatchObject({
      status: 201,
      operation: 'capture',
      original: id,
      amount: '400',
      instrument: 'card_ok',
    })
    expect(first.id).toMatch(/^capt_/)
    expect(await make(captures, { amount: '601' })).toMatchObject({ status: 402, code: '13' })
    expect(await make(captures, { amount: '600' })).toMatchObject({ status: 201 })
    expect(await make(captures, { amount: '1' })).toMatchObject({ status: 402, code: '12' })
    expect(await show(id)).toMatchObject({ amount: '1000', amount_captured: '1000', amount_capturable: '0' })
  })

  it('releases the rest with the final capture', async () => {
    const { id } = await authorize('1000')
    await make(`/card/authorizations/${id}/captures`, { amount: '400', final: true })
    expect(await make(`/card/authorizations/${id}/captures`, { amount: '1' })).toMatchObject({ code: '12' })
    expect(await make(`/card/authorizations/${id}/voids`, {})).toMatchObject({ code: '12' })
  })

  it('is voided once, for what is left', async () => {
    const { id } = await authorize('1000')
    await make(`/card/authorizations/${id}/captures`, { amount: '300' })
    const voids = `/card/authorizations/${id}/voids`
    expect(await make(voids, {})).toMatchObject({ status: 201, amount: '700', operation: 'void' })
    expect(await make(voids, {})).toMatchObject({ status: 402, code: '79' })
    expect(await make(`/card/authorizations/${id}/captures`, { amount: '1' })).toMatchObject({ code: '79' })
  })

  it('grows by increments', async () => {
    const { id } = await authorize('1000')
    expect(await make(`/card/authorizations/${id}/increments`, { amount: '500' })).toMatchObject({ status: 201 })
    expect(await make(`/card/authorizations/${id}/captures`, { amount: '1500' })).toMatchObject({ status: 201 })
  })

  it('refuses captures, voids and increments once it has lapsed', async () => {
    const brief = await startSimulatedRails({ authorizationMs: 0 })
    try {
      const { body } = await brief.post('/card/authorizations', money('1000'), 'a')
      for (const [name, fields] of [
        ['captures', { amount: '1' }],
        ['voids', {}],
        ['increments', { amount: '1' }],
      ] as const) {
        const answer = await brief.post(`/card/authorizations/${body.id}/${name}`, fields, name)
        expect(answer.body).toMatchObject({ status: 402, response_code: '7A' })
      }
    } finally {
      await brief.stop()
    }
  })

  it('that was declined can be neither captured nor voided nor increased', async () => {
    const { operation } = await authorize('1000', 'card_lost')
    for (const [name, fields] of [
      ['captures', { amount: '1' }],
      ['voids', {}],
      ['increments', { amount: '1' }],
    ] as const) {
      expect(await make(`/card/authorizations/${operation.id}/${name}`, fields)).toMatchObject({
        status: 402,
        code: '12',
      })
    }
  })

  it.each([
    ['card_capture_do_not_honor', 'captures', { amount: '10' }],
    ['card_void_do_not_honor', 'voids', {}],
    ['card_increment_do_not_honor', 'increments', { amount: '10' }],
  ])('of %s succeeds, and its %s are declined', async (instrument, name, fields) => {
    const { id, status } = await authorize('1000', instrument)
    expect(status).toBe(201)
    expect(await make(`/card/authorizations/${id}/${name}`, fields)).toMatchObject({ status: 402, code: '05' })
    expect(await show(id)).toMatchObject({ amount_capturable: '1000', amount_captured: '0' })
  })
})

describe('a refund', () => {
  it('returns a charge in parts, and never more than it took', async () => {
    const { id } = await make('/card/charges', money('100'))
    const refunds = `/card/charges/${id}/refunds`
    expect(await make(refunds, { amount: '60' })).toMatchObject({ status: 201, operation: 'refund', original: id })
    expect(await make(refunds, { amount: '60' })).toMatchObject({ status: 402, code: '13' })
    expect(await make(refunds, { amount: '40' })).toMatchObject({ status: 201 })
    expect(await show(id)).toMatchObject({ amount_refunded: '100' })
  })

  it('of a capture and of its authorization together never return more than was captured', async () => {
    const { id } = await authorize('100')
    const capture = await make(`/card/authorizations/${id}/captures`, { amount: '70' })
    expect(await make(`/card/authorizations/${id}/refunds`, { amount: '71' })).toMatchObject({ code: '13' })
    expect(await make(`/card/authorizations/${id}/refunds`, { amount: '40' })).toMatchObject({ status: 201 })
    expect(await make(`/card/captures/${capture.id}/refunds`, { amount: '31' })).toMatchObject({ code: '13' })
    expect(await make(`/card/captures/${capture.id}/refunds`, { amount: '30' })).toMatchObject({ status: 201 })
    expect(await make(`/card/authorizations/${id}/refunds`, { amount: '1' })).toMatchObject({ code: '13' })
  })

  it('of 60 on 100, sent sixty times at once, succeeds once', async () => {
    const { id } = await make('/card/charges', money('100'))
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => make(`/card/charges/${id}/refunds`, { amount: '60' })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })
})

describe('an idempotency key', () => {
  it('gets the first answer again, byte for byte', async () => {
    const key = newKey()
    const first = await rails.post('/card/charges', money('100'), key)
    const again = await rails.post('/card/charges', { ...money('100'), amount: 100 }, key)
    expect([again.status, again.text]).toEqual([201, first.text])
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([null, 'true'])
    const declined = newKey()
    const no = await rails.post('/card/charges', money('100', 'card_lost'), declined)
    expect((await rails.post('/card/charges', money('100', 'card_lost'), declined)).text).toBe(no.text)
  })

  it.each([
    ['another amount', '/card/charges', money('101')],
    ['another asset', '/card/charges', { ...money('100'), asset: 'USD' }],
    ['another instrument', '/card/charges', money('100', 'card_visa')],
    ['another descriptor', '/card/charges', { ...money('100'), descriptor: 'x' }],
    ['another path', '/card/authorizations', money('100')],
  ])('is refused with %s', async (_what, path, body) => {
    const key = newKey()
    await rails.post('/card/charges', money('100'), key)
    const answer = await rails.post(path, body, key)
    expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused'])
  })

  it('is per rail, and is required', async () => {
    const key = newKey()
    await rails.post('/card/charges', money('100'), key)
    expect((await rails.post('/upi/collects', money('100', 'asha@upi'), key)).status).toBe(202)
    expect((await rails.post('/card/charges', money('100'))).body.code).toBe('idempotency_key_missing')
  })

  it('that is unknown to the rail is not found', async () => {
    const answer = await rails.get('/card/operations?idempotency_key=never')
    expect([answer.status, answer.body.code]).toEqual([404, 'operation_not_found'])
  })
})

describe('a request', () => {
  it.each([
    [{ ...money('100'), amount: '0' }, 'amount'],
    [{ ...money('100'), amount: '-1' }, 'amount'],
    [{ ...money('100'), amount: 1.5 }, 'amount'],
    [{ ...money('100'), amount: '1234567890123456789' }, 'amount'],
    [{ ...money('100'), asset: 'inr' }, 'asset'],
    [{ amount: '1', asset: 'INR' }, 'instrument'],
    [{ ...money('100'), descriptor: 'x'.repeat(36) }, 'descriptor'],
    [{ ...money('100'), extra: 1 }, 'extra'],
  ])('with %j is refused, naming the field, and stores nothing under its key', async (body, param) => {
    const key = newKey()
    const answer = await rails.post('/card/charges', body, key)
    expect([answer.status, answer.body.code, answer.body.param]).toEqual([400, 'validation_failed', param])
    expect((await rails.post('/card/charges', money('100'), key)).status).toBe(201)
  })

  it.each([
    ['POST', '/card/authorizations/auth_x/captures', 404, 'operation_not_found'],
    ['POST', '/card/teapots', 404, 'route_not_found'],
    ['POST', '/upi/charges', 404, 'route_not_found'],
    ['GET', '/card/charges', 405, 'method_not_allowed'],
    ['GET', '/', 404, 'route_not_found'],
    ['DELETE', '/card/charges', 405, 'method_not_allowed'],
    ['GET', '/control/outage', 405, 'method_not_allowed'],
  ])('%s %s is answered %s %s', async (method, path, status, code) => {
    const init = method === 'POST' ? { body: '{"amount":"1"}', headers: { 'idempotency-key': newKey() } } : {}
    const response = await fetch(`${rails.url}${path}`, { method, ...init })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
  })

  it('that is no JSON or too large is refused', async () => {
    const send = async (body: string) =>
      (await fetch(`${rails.url}/card/charges`, { method: 'POST', body, headers: { 'idempotency-key': newKey() } }))
        .status
    expect(await send('{')).toBe(400)
    expect(await send('[]')).toBe(400)
    expect(await send(`{"amount":"${'1'.repeat(70_000)}"}`)).toBe(413)
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { patience } from '../../test/support/patience.ts'
import {
  type CallbackReceiver,
  eventually,
  type SimulatedRails,
  startCallbackReceiver,
  startSimulatedRails,
} from '../../test/support/simulated-rails.ts'

const callbackSecret = 'whsec_MfKQ9r8GKYqTwjUPD8ILPZIo2LaLaSw5c2VjcmV0'
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(options: object = {}): Promise<{ rails: SimulatedRails; receiver: CallbackReceiver }> {
  const receiver = await startCallbackReceiver(callbackSecret)
  const callbackUrl = `${receiver.url}/{rail}/callbacks`
  const rails = await startSimulatedRails({ callbackUrl, callbackSecret, ...options })
  ends.push(receiver.stop, rails.stop)
  return { rails, receiver }
}
const money = (instrument: string, amount = '500') => ({ amount, asset: 'INR', instrument })
const statusOf = async (rails: SimulatedRails, key: string) =>
  (await rails.get(`/upi/operations?idempotency_key=${key}`)).body.status
const settled = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a collect', () => {
  it('is accepted, and its outcome comes by a signed callback', async () => {
    const { rails, receiver } = await start({ callbackDelayMs: 600 })
    const accepted = await rails.post('/upi/collects', money('asha@upi'), 'c1')
    expect(accepted.status).toBe(202)
    expect(accepted.body).toMatchObject({ status: 'pending', response_code: null, completed_at: null, amount: '500' })
    expect(await statusOf(rails, 'c1')).toBe('pending')
    await eventually(() => expect(receiver.received).toHaveLength(1))
    const [callback] = receiver.received
    expect(callback).toMatchObject({
      isSigned: true,
      path: '/upi/callbacks',
      event: {
        type: 'operation.succeeded',
        rail: 'upi',
        sequence: 1,
        data: { id: accepted.body.id, status: 'succeeded', amount: '500', idempotency_key: 'c1', response_code: '00' },
      },
    })
    expect(callback?.id).toBe(callback?.event.id)
    expect((await rails.get('/upi/operations?idempotency_key=c1')).body).toEqual(callback?.event.data)
  })

  it('answers a repetition as at first, even after it has ended', async () => {
    const { rails, receiver } = await start()
    const first = await rails.post('/upi/collects', money('asha@upi'), 'c1')
    await eventually(() => expect(receiver.received).toHaveLength(1))
    const again = await rails.post('/upi/collects', money('asha@upi'), 'c1')
    expect([again.status, again.text]).toEqual([202, first.text])
    expect(receiver.received).toHaveLength(1)
  })

  it.each([
    ['failure@upi', 'U30'],
    ['insufficient_funds@upi', 'Z9'],
    ['declined@upi', 'ZA'],
    ['expired@upi', 'U69'],
    ['invalid@upi', 'ZH'],
    ['asha', 'ZH'],
    ['limit_exceeded@upi', 'Z8'],
    ['fraud@upi', 'K1'],
    ['blocked@upi', 'YE'],
    ['unavailable@upi', 'U28'],
  ])('of %s fails with %s', async (instrument, code) => {
    const { rails, receiver } = await start()
    expect((await rails.post('/upi/collects', money(instrument), 'c1')).status).toBe(202)
    await eventually(() => expect(receiver.received).toHaveLength(1))
    expect(receiver.received[0]?.event).toMatchObject({
      type: 'operation.failed',
      data: { status: 'failed', response_code: code },
    })
  })
})

it('a payout reports its outcome by a callback as well', async () => {
  const { rails, receiver } = await start()
  expect((await rails.post('/upi/pays', money('asha@upi'), 'p1')).body).toMatchObject({ operation: 'payout' })
  await eventually(() =>
    expect(receiver.received[0]?.event.data).toMatchObject({ operation: 'payout', status: 'succeeded' }),
  )
})

describe('a refund', () => {
  it('reserves its money when it is accepted, and releases it when it fails', async () => {
    const { rails, receiver } = await start()
    const { id } = (await rails.post('/upi/collects', money('refund_failure@upi', '100'), 'c1')).body
    await eventually(() => expect(receiver.received).toHaveLength(1))
    // The second one comes while the first one is under way.
    await rails.control('timings', { callback_delay_ms: patience(600) })
    const refund = (key: string) => rails.post(`/upi/collects/${id}/refunds`, { amount: '60' }, key)
    expect((await refund('r1')).status).toBe(202)
    expect((await refund('r2')).body).toMatchObject({ code: 'declined', response_code: 'RX' })
    await eventually(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received[1]?.event.data).toMatchObject({ operation: 'refund', status: 'failed', original: id })
    expect((await refund('r3')).status).toBe(202)
  })

  it('of a collect that has not ended is declined', async () => {
    const { rails } = await start({ callbackDelayMs: 60_000 })
    const { id } = (await rails.post('/upi/collects', money('asha@upi'), 'c1')).body
    expect((await rails.post(`/upi/collects/${id}/refunds`, { amount: '1' }, 'r1')).body.response_code).toBe('RX')
  })
})

describe('a callback', () => {
  it('is sent again, with the same id and body, until it is accepted', async () => {
    const { rails, receiver } = await start()
    receiver.answerWith(500)
    await rails.post('/upi/collects', money('asha@upi'), 'c1')
    await eventually(() => expect(receiver.received.length).toBeGreaterThanOrEqual(2))
    expect((await rails.get('/records')).body.callbacks).toMatchObject({ waiting: 1, delivered: 0 })
    receiver.answerWith(204)
    await eventually(async () => {
      expect((await rails.get('/records')).body.callbacks).toMatchObject({ waiting: 0, delivered: 1 })
    })
    const count = receiver.received.length
    expect(new Set(receiver.received.map(({ id, event }) => `${id} ${JSON.stringify(event)}`)).size).toBe(1)
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
    await settled(250)
    expect(receiver.received).toHaveLength(count)
  })

  it('of duplicate@upi comes twice with one id', async () => {
    const { rails, receiver } = await start()
    await rails.post('/upi/collects', money('duplicate@upi'), 'c1')
    await eventually(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received[0]).toEqual(receiver.received[1])
  })

  it('of early@upi comes before the answer', async () => {
    const { rails, receiver } = await start({ callbackDelayMs: 60_000 })
    const answer = await rails.post('/upi/collects', money('early@upi'), 'c1')
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['operation.succeeded'])
    expect(answer).toMatchObject({ status: 202, body: { status: 'pending' } })
  })

  it('of out_of_order@upi reports the outcome first, and then that it is pending', async () => {
    const { rails, receiver } = await start()
    await rails.post('/upi/collects', money('out_of_order@upi'), 'c1')
    await eventually(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received.map(({ event }) => [event.sequence, event.type, event.data.status])).toEqual([
      [2, 'operation.succeeded', 'succeeded'],
      [1, 'operation.pending', 'pending'],
    ])
  })

  it('of no_callback@upi never comes; an inquiry reports the outcome', async () => {
    const { rails, receiver } = await start()
    await rails.post('/upi/collects', money('no_callback@upi'), 'c1')
    await eventually(async () => expect(await statusOf(rails, 'c1')).toBe('succeeded'))
    await settled(50)
    expect(receiver.received).toEqual([])
  })

  it('waits for the end of an outage', async () => {
    const { rails, receiver } = await start({ callbackDelayMs: 300 })
    await rails.post('/upi/collects', money('asha@upi'), 'c1')
    await rails.control('outage', { rail: 'upi', ms: 700 })
    await settled(500)
    expect(receiver.received).toEqual([])
    await eventually(() => expect(receiver.received).toHaveLength(1))
  })

  it('goes to the URL that the control API sets', async () => {
    const { rails, receiver } = await start({ callbackUrl: undefined })
    await rails.control('callbacks', { url: `${receiver.url}/elsewhere`, secret: callbackSecret })
    await rails.post('/upi/collects', money('asha@upi'), 'c1')
    await eventually(() => expect(receiver.received).toMatchObject([{ path: '/elsewhere', isSigned: true }]))
    expect((await rails.control('callbacks', { url: 'ftp://x' })).body.param).toBe('url')
  })
})

describe('an operation of', () => {
  it('late_success@upi fails first, and succeeds later', async () => {
    const { rails, receiver } = await start({ lateMs: 700 })
    await rails.post('/upi/collects', money('late_success@upi'), 'c1')
    await eventually(() => expect(receiver.received).toHaveLength(1))
    expect(await statusOf(rails, 'c1')).toBe('failed')
    expect((await rails.get('/records?rail=upi')).body.net).toEqual([])
    await eventually(() => expect(receiver.received).toHaveLength(2))
    expect(receiver.received.map(({ event }) => [event.sequence, event.type])).toEqual([
      [1, 'operation.failed'],
      [2, 'operation.succeeded'],
    ])
    expect(await statusOf(rails, 'c1')).toBe('succeeded')
    expect((await rails.get('/records?rail=upi')).body.net).toMatchObject([{ net: '500' }])
  })

  it.each([
    ['wrong_amount@upi', '500', '450'],
    ['wrong_amount@upi', '5', '4'],
    ['wrong_amount@upi', '1', '2'],
    ['over_amount@upi', '500', '550'],
    ['over_amount@upi', '5', '6'],
  ])('%s moves another amount: requested %s, moved %s', async (instrument, asked, done) => {
    const { rails, receiver } = await start()
    expect((await rails.post('/upi/collects', money(instrument, asked), 'c1')).body.amount).toBe(asked)
    await eventually(() => expect(receiver.received).toHaveLength(1))
    expect(receiver.received[0]?.event.data).toMatchObject({
      amount: done,
      requested_amount: asked,
      status: 'succeeded',
    })
    expect((await rails.get('/records?rail=upi')).body.net).toMatchObject([{ in: done }])
  })

  it.each(['succeeded', 'failed'])('stays_pending@upi ends as the control API sets it: %s', async (outcome) => {
    const { rails, receiver } = await start()
    await rails.post('/upi/collects', money('stays_pending@upi'), 'c1')
    await settled(60)
    expect(await statusOf(rails, 'c1')).toBe('pending')
    const operation = { rail: 'upi', idempotency_key: 'c1' }
    expect((await rails.control('complete', { operation, outcome })).body.status).toBe(outcome)
    await eventually(() => expect(receiver.received[0]?.event.type).toBe(`operation.${outcome}`))
    const other = outcome === 'failed' ? 'succeeded' : 'failed'
    expect((await rails.control('complete', { operation, outcome: other })).status).toBe(409)
  })
})

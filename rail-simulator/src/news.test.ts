import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  type CallbackReceiver,
  eventually,
  type SimulatedRails,
  startCallbackReceiver,
  startSimulatedRails,
} from '../../test/support/simulated-rails.ts'
import { defaultCallbackSecret } from './callbacks.ts'

let rails: SimulatedRails
let receiver: CallbackReceiver
beforeEach(async () => {
  receiver = await startCallbackReceiver(defaultCallbackSecret)
  rails = await startSimulatedRails({ callbackUrl: `${receiver.url}/{rail}` })
})
afterEach(async () => {
  await rails.stop()
  await receiver.stop()
})

const net = async () => (await rails.get('/records')).body.net
const lastEvent = async (type: string) =>
  eventually(() => {
    const event = receiver.received.at(-1)?.event
    expect(event?.type).toBe(type)
    return event
  })
const charge = async () =>
  (await rails.post('/card/charges', { amount: '100', asset: 'INR', instrument: 'card_ok' }, 'c1')).body.id

it('a credit that nobody asked for is in the records, and goes when it is retracted', async () => {
  const credit = { rail: 'upi', amount: '70', asset: 'INR', instrument: 'shop@upi', text: 'rent' }
  const { status, body } = await rails.control('credits', credit)
  expect([status, body.operation, body.idempotency_key]).toEqual([201, 'credit', null])
  expect((await lastEvent('credit.incoming')).data).toEqual(body)
  expect(body).toMatchObject({ id: expect.stringMatching(/^crd_/), instrument: 'shop@upi', descriptor: 'rent' })
  expect(await net()).toEqual([{ rail: 'upi', asset: 'INR', in: '70', out: '0', net: '70' }])
  expect((await rails.control('returns', { operation: body.id, amount: '30' })).body.param).toBe('amount')
  expect((await rails.control('returns', { operation: body.id })).status).toBe(201)
  expect((await lastEvent('operation.retracted')).data).toMatchObject({ operation: 'credit_return', original: body.id })
  expect(await net()).toMatchObject([{ net: '0' }])
})

it('a success is settled, corrected and retracted, each with an event', async () => {
  const operation = await charge()
  await rails.control('settlements', { operation, fee: '3', references: { arn: '7' } })
  const settled = await rails.control('settlements', { operation, net: '97' })
  expect(settled.body.settlement).toEqual({ fee: '3', net: '97', references: { arn: '7' } })
  const shown = async () => (await lastEvent('operation.settled')).data.settlement
  await eventually(async () => expect(await shown()).toEqual(settled.body.settlement))
  await rails.control('progress', { operation, confirmations: 1 })
  expect((await lastEvent('operation.progress')).data.notice).toEqual({ confirmations: 1, required: null })
  await rails.control('notices-of-change', { operation, instrument: 'card_new', response_code: 'C01' })
  const changed = await lastEvent('operation.notice_of_change')
  expect(changed.data.notice).toEqual({ instrument: 'card_new', response_code: 'C01' })
  await rails.control('returns', { operation, retracted: true })
  expect((await lastEvent('operation.retracted')).data.original).toBe(operation)
  expect(await net()).toMatchObject([{ net: '0' }])
})

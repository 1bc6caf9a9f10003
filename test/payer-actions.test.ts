import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '#testing'
import { contractClient } from './support/contract-client.ts'
import { eventually, type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

let rails: SimulatedRails
let server: TestServer
let request: TestServer['request']

beforeAll(async () => {
  rails = await startSimulatedRails({ callbackDelayMs: 0 })
  const settings = { url: rails.url, timeout_ms: 5_000, inquire_after_ms: 500 }
  server = await startTestServer({ rails: [{ ...settings, name: 'upi', adapter: 'simulator-upi' }] })
  request = contractClient(server)
  await request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'INR' } })
})
afterAll(async () => {
  await server.stop()
  await rails.stop()
})

test.each([
  ['intent_stays_pending@upi', 'deep_link', 'url'],
  ['qr_stays_pending@upi', 'qr', 'text'],
])(
  'a payment by %s shows the payer what to do, and ends when the payer has done it',
  async (instrument, type, content) => {
    const source = { rail: 'upi', instrument }
    const body = { amount: 2500, asset: 'INR', source, destination: 'shop' }
    const made = (await request('POST', '/v1/payments', { body, headers: { prefer: 'wait=20' } })).body
    expect(made).toMatchObject({ state: 'processing', next_action: { type } })
    expect(made.next_action[content]).toMatch(/^upi:\/\/pay\?.*&am=25\.00/)
    expect(Date.parse(made.next_action.expires_at)).toBeGreaterThan(Date.parse(made.created_at))
    const [attempt] = (await request('GET', `/v1/payments/${made.id}/timeline`)).body.data.flatMap(
      (item: { attempt: { rail_reference: string } | null }) => item.attempt ?? [],
    )
    await eventually(async () => {
      const { status } = await rails.control('complete', { operation: attempt.rail_reference, outcome: 'succeeded' })
      expect(status).toBe(200)
    })
    const paid = await eventually(async () => {
      const now = (await request('GET', `/v1/payments/${made.id}`)).body
      expect(now.state).toBe('succeeded')
      return now
    })
    expect(paid.next_action).toBeNull()
  },
)

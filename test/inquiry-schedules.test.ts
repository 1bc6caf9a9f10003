import { afterAll, beforeAll, expect, it } from 'vitest'
import { patience, startTestServer, type TestServer } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// The simulator judges the program by the schedules that the adapters declare.

const firstMs = 300
/** A part of the declared pauses: on a busy machine, a call may reach the simulator late, and the next one in time. */
const rules = { first_ms: firstMs / 10, then_ms: [60, 120, 240], at_most: 9 }
let rails: SimulatedRails
let server: TestServer

beforeAll(async () => {
  rails = await startSimulatedRails({ lateMs: 1_000 })
  const settings = { url: rails.url, timeout_ms: 2_000, inquire_after_ms: firstMs }
  server = await startTestServer({
    rails: ['card', 'upi'].map((name) => ({ ...settings, name, adapter: `simulator-${name}` })),
  })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
  await obey(rules)
})
afterAll(async () => {
  await server.stop()
  await rails.stop()
})

const obey = (limits: object) => rails.control('inquiry-rules', { rail: 'all', ...limits })
const violations = async () => (await rails.get('/records/violations')).body.data
const pay = async (rail: string, instrument: string) => {
  const source = { rail, instrument }
  const body = { amount: 1000, asset: 'USD', source, destination: 'shop' }
  const { id } = (await server.request('POST', '/v1/payments', { body })).body
  const state = async () => (await server.request('GET', `/v1/payments/${id}`)).body.state
  await expect.poll(state, { timeout: patience(50_000), interval: 100 }).toMatch(/^(succeeded|failed)$/)
  const { body: timeline } = await server.request('GET', `/v1/payments/${id}/timeline`)
  expect(await state(), JSON.stringify(timeline, null, 2)).toBe('succeeded')
  return id
}

it(
  'payments of unknown and pending outcome break no rule of their rails',
  async () => {
    await Promise.all([
      ...Array.from({ length: 6 }, () => pay('card', 'card_timeout_happened')),
      ...Array.from({ length: 6 }, () => pay('card', 'card_timeout_not_happened')),
      ...Array.from({ length: 6 }, () => pay('card', 'card_500_happened')),
      ...Array.from({ length: 6 }, () => pay('upi', 'no_callback@upi')),
    ])
    expect(await violations()).toEqual([])
  },
  patience(60_000),
)

it(
  'an operation that the rail does not know yet happens once',
  async () => {
    await obey({ ...rules, not_found_final_ms: 60_000 })
    const id = await pay('card', 'card_late_success')
    const operations = (await rails.get('/records/operations?rail=card&limit=1000')).body.data
    expect(
      operations.filter(({ instrument }: { instrument: string }) => instrument === 'card_late_success'),
    ).toHaveLength(1)
    const { body } = await server.request('GET', `/v1/payments/${id}/timeline`)
    expect(JSON.stringify(body)).not.toContain('submitted again')
    expect(await violations()).toEqual([])
  },
  patience(60_000),
)

it(
  'the simulator notices a client whose schedule is too fast',
  async () => {
    await obey({ first_ms: 60_000 })
    await pay('card', 'card_timeout_happened')
    expect((await violations()).map(({ kind }: { kind: string }) => kind)).toContain('inquiry_too_early')
  },
  patience(60_000),
)

import { expect, test } from 'vitest'
import { testWords } from '#rail-simulator'
import { passTime, patience, startTestServer, type TestServer, until, verifyAll } from '#testing'
import { startSimulatedRails } from './support/simulated-rails.ts'

// Every test value of the simulated card, for charges, captures, refunds and payouts, and every act on the cases that
// follow, in turn. After each round the books are in order.

const rounds = 6
const callbackSecret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
const money = { asset: 'USD' } as const
const shares = [
  { account: 'shop', amount: 700 },
  { account: 'partner', amount: 300 },
]

type Case = { id: string; actions: string[]; outcomes: string[] | null }

function startFlows({ request }: TestServer) {
  const post = async (path: string, body: object) => (await request('POST', path, { body })).body
  const charge = (instrument: string, also: object = {}) =>
    post('/v1/payments', {
      amount: 1000,
      ...money,
      source: { rail: 'card', instrument },
      destinations: shares,
      ...also,
    })
  const settled = async (id: string) =>
    (await request('GET', `/v1/payments/${id}`, { headers: { prefer: 'wait=20' } })).body
  return {
    charge,
    payOut: (instrument: string) =>
      post('/v1/payouts', { amount: 100, ...money, source: 'shop', rail: 'card', instrument }),
    capture: async (instrument: string) => {
      const { id } = await charge(instrument, { capture: 'manual' })
      await settled(id)
      await post(`/v1/payments/${id}/capture`, { amount: 600, final: false })
    },
    refund: async (instrument: string) => {
      const { id } = await charge(instrument)
      await settled(id)
      await post('/v1/refunds', { payment: id, amount: 400 })
    },
  }
}

async function quiet({ database }: TestServer): Promise<void> {
  for (let look = 0; look < 12; look += 1) {
    await passTime(database)
    let looks = 0
    await until(async () => {
      const [row] = await database.query<{ count: bigint }>({ text: 'select count(*) as count from lanes.messages' })
      looks = row?.count === 0n ? looks + 1 : 0
      return looks === 5
    })
  }
}

/** How many actions were accepted. */
async function act({ request }: TestServer, round: number): Promise<number> {
  let acted = 0
  const { data } = (await request('GET', '/v1/cases?state=open&limit=100')).body as { data: Case[] }
  for (const [index, { id, actions, outcomes }] of data.entries()) {
    const action = actions[(round + index) % actions.length]
    if (action === undefined) continue
    const outcome = outcomes?.[(round + index) % outcomes.length]
    const body = action === 'force' ? { outcome, evidence: 'The report of 3 May.' } : {}
    const { status } = await request('POST', `/v1/cases/${id}/${action}`, { body })
    if (status < 300) acted += 1
  }
  return acted
}

test(
  'the books are in order after every test value, and after every act on a case',
  async () => {
    const simulator = await startSimulatedRails({ lateMs: 300, hangMs: 400, slowMs: 50, callbackSecret })
    const rail = { name: 'card', adapter: 'simulator-card', url: simulator.url } as const
    const settings = { callback_secrets: [callbackSecret], timeout_ms: 300, inquire_after_ms: 200 }
    const server = await startTestServer({ rails: [{ ...rail, ...settings }] })
    try {
      const { request } = server
      await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
      await request('POST', '/v1/accounts', { body: { code: 'bank', ...money, min_available: null } })
      for (const code of ['shop', 'partner']) await request('POST', '/v1/accounts', { body: { code, ...money } })
      const funds = { source: 'bank', destination: 'shop', amount: 1_000_000, ...money }
      expect((await request('POST', '/v1/transfers', { body: funds })).status).toBe(201)
      const { charge, payOut, capture, refund } = startFlows(server)
      for (const word of testWords('card')) {
        await Promise.all([
          charge(`card_${word}`),
          payOut(`card_${word}`),
          capture(`card_capture_${word}`),
          refund(`card_refund_${word}`),
        ])
      }
      let acted = 0
      for (let round = 0; round < rounds; round += 1) {
        await quiet(server)
        expect(await verifyAll(server.database)).toEqual([])
        acted += await act(server, round)
      }
      expect(acted).toBeGreaterThan(10)
    } finally {
      await server.stop()
      await simulator.stop()
    }
  },
  patience(240_000),
)

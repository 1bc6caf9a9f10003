import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// A processor of cards that answers no inquiries: a call whose answer is lost has to be reversed. The books follow its
// records.

const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

beforeAll(async () => {
  simulator = await startSimulatedRails({ callbackSecret: secret, hangMs: 200, lateMs: 2_500 })
  const card = { name: 'card', adapter: 'simulator-card', url: simulator.url, callback_secrets: [secret] }
  server = await startTestServer({
    rails: [{ ...card, timeout_ms: 4_000, inquire_after_ms: 100, on_unknown: 'reverse' }],
  })
  await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  await simulator.control('reversal-rules', { required: true })
  request = contractClient(server)
  for (const code of ['shop', 'treasury']) await request('POST', '/v1/accounts', { body: { code, asset: 'INR' } })
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const wait = { timeout: patience(40_000), interval: 100 }
const get = async (path: string) => (await request('GET', path)).body
const posted = async (code: string) => BigInt((await get(`/v1/accounts/${code}/balance`)).posted)
const payIn = async (instrument: string, destination = 'shop') => {
  const body = { amount: 1000, asset: 'INR', source: { rail: 'card', instrument }, destination }
  return (await request('POST', '/v1/payments', { body })).body.id as string
}
const endOf = async (id: string) => {
  const { state, reason } = await get(`/v1/payments/${id}`)
  return [state, reason]
}

/** Nothing is left in suspense, and the negated balance of clearing is what the rail has taken less what it has given. */
async function expectLikeRecords(net: bigint): Promise<void> {
  const ofRail = async () => BigInt((await simulator.get('/records?rail=card')).body.net[0]?.net ?? 0)
  await expect.poll(ofRail, wait).toBe(net)
  await expect.poll(() => posted('rails:card:clearing:INR'), wait).toBe(-net)
  await expect.poll(async () => (await get('/v1/cases?state=open')).data, wait).toEqual([])
  expect(await verifyAll(server.database)).toEqual([])
}

test('payments whose answers are lost end by their reversals, as the rail has recorded them', async () => {
  const words = ['timeout_happened', 'reversal_lost', 'reversal_unanswered', 'late_success', 'reversal_late_answer']
  const [undone, stands] = await Promise.all([
    Promise.all(words.map((word) => payIn(`card_${word}`))),
    payIn('card_reversal_too_late'),
  ])
  for (const id of undone) await expect.poll(() => endOf(id), wait).toEqual(['failed', 'reversed'])
  await expect.poll(() => endOf(stands), wait).toEqual(['succeeded', null])
  // The late answer has come as well, and the operation that was not received does not happen.
  const late = undone[4] ?? ''
  const notes = async () => JSON.stringify(await get(`/v1/payments/${late}/timeline`))
  await expect.poll(notes, wait).toContain('reversed once more')
  const { data } = (await simulator.get('/records/reversals?rail=card')).body
  // To two of them the rail gave no answer once. On a busy machine others may be sent again, too.
  type Sent = { readonly sent: number; readonly acknowledged: number }
  const unanswered = data.map(({ sent, acknowledged }: Sent) => sent - acknowledged)
  expect(unanswered.filter((count: number) => count > 0)).toEqual([1, 1])
  expect(data.filter(({ acknowledged }: Sent) => acknowledged === 0)).toEqual([])
  await expectLikeRecords(1000n)
  expect(await posted('shop')).toBe(1000n)
  expect((await simulator.get('/records/violations')).body.data).toEqual([])
})

test('a payment that happens after its reversal, and stands, is a late success: it is refunded', async () => {
  const before = await posted('shop')
  const id = await payIn('card_reversal_overtaken')
  await expect.poll(() => endOf(id), wait).toEqual(['failed', 'reversed'])
  const refunds = async () => {
    const { data } = (await simulator.get('/records/operations?rail=card&operation=refund')).body
    return data.map(({ status, amount }: { status: string; amount: string }) => [status, amount])
  }
  await expect.poll(refunds, wait).toEqual([['succeeded', '1000']])
  await expect.poll(() => posted('suspense:INR'), wait).toBe(0n)
  await expectLikeRecords(1000n)
  expect(await posted('shop')).toBe(before)
})

test('a payout whose answer is lost is paid once when it is too late to reverse it', async () => {
  const paid = await payIn('card_ok', 'treasury')
  await expect.poll(() => endOf(paid), wait).toEqual(['succeeded', null])
  const body = { amount: 400, asset: 'INR', source: 'treasury', rail: 'card', instrument: 'card_reversal_too_late' }
  const { id } = (await request('POST', '/v1/payouts', { body })).body
  await expect.poll(async () => (await get(`/v1/payouts/${id}`)).state, wait).toBe('succeeded')
  expect(await posted('treasury')).toBe(600n)
  await expectLikeRecords(1600n)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// A bank with pages for payers, files of payouts, callbacks and statements. The books follow its records.

let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
beforeAll(async () => {
  simulator = await startSimulatedRails({ callbackSecret: secret, hangMs: 10_000 })
  const netbank = { name: 'netbank', adapter: 'netbank', url: simulator.url, callback_secrets: [secret] }
  const waits = { timeout_ms: 3_000, inquire_after_ms: 300_000, payout_file_ms: patience(400) }
  server = await startTestServer({ rails: [{ ...netbank, ...waits }] })
  await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  request = contractClient(server)
  for (const code of ['shop', 'treasury']) {
    expect((await request('POST', '/v1/accounts', { body: { code, asset: 'INR' } })).status).toBe(201)
  }
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const wait = { timeout: patience(30_000), interval: 100 }
const post = async (path: string, body: object) => {
  const answer = await request('POST', path, { body, headers: { prefer: 'wait=20' } })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}
const get = async (path: string) => (await request('GET', path)).body
const payIn = (instrument: string, destination = 'shop') =>
  post('/v1/payments', { amount: 1000, asset: 'INR', source: { rail: 'netbank', instrument }, destination })
const payOut = async (instrument: string) => {
  const body = { amount: 100, asset: 'INR', source: 'treasury', rail: 'netbank', instrument }
  return (await request('POST', '/v1/payouts', { body })).body.id as string
}
const posted = async (code: string) => BigInt((await get(`/v1/accounts/${code}/balance`)).posted)
const stateOf = (path: string) => async () => (await get(path)).state
const done = async () => {
  const { data } = (await simulator.get('/records/operations?rail=netbank&limit=1000')).body
  return (kind: string) =>
    data.filter((one: { operation: string; status: string }) => one.operation === kind && one.status === 'succeeded')
      .length
}

/** The negated balance of the clearing account is what the rail has taken less what it has given. */
async function expectLikeRecords(): Promise<void> {
  const net = async () => BigInt((await simulator.get('/records?rail=netbank')).body.net[0]?.net ?? 0)
  await expect.poll(async () => -(await posted('rails:netbank:clearing:INR')) - (await net()), wait).toBe(0n)
  expect(await verifyAll(server.database)).toEqual([])
}

/** What the payer is shown, and the bank's reference of the pay-in. */
async function atPage(): Promise<{ readonly id: string; readonly url: string; readonly operation: string }> {
  const { id, state, next_action: action } = await payIn('netbank_person')
  expect([state, action.type]).toEqual(['processing', 'redirect'])
  expect(Date.parse(action.expires_at)).toBeGreaterThan(Date.now())
  return { id, url: action.url, operation: action.url.split('/').at(-1) }
}

test('a payer approves at the page, abandons it, or approves after all', async () => {
  const before = await posted('shop')
  const approved = await atPage()
  const page = await (await fetch(approved.url)).text()
  expect(page.match(/<button[^>]*>(?:Approve|Abandon)<\/button>/g)).toHaveLength(2)
  const pressed = await fetch(approved.url, { method: 'POST', body: new URLSearchParams({ decision: 'approve' }) })
  expect(pressed.status).toBe(200)
  await expect.poll(stateOf(`/v1/payments/${approved.id}`), wait).toBe('succeeded')
  expect((await get(`/v1/payments/${approved.id}`)).next_action).toBeNull()

  for (const decision of ['abandon', 'expire']) {
    const { id, operation } = await atPage()
    await simulator.control('pages', { operation, decision })
    await expect.poll(stateOf(`/v1/payments/${id}`), wait).toBe('failed')
    expect((await get(`/v1/payments/${id}`)).reason).toBe('declined')
    expect((await simulator.control('pages', { operation, decision: 'approve' })).status).toBe(200)
  }
  await expect.poll(async () => (await done())('refund'), wait).toBe(2)
  await expect.poll(() => posted('suspense:INR'), wait).toBe(0n)
  expect(await posted('shop')).toBe(before + 1000n)
  await expectLikeRecords()
})

test('payouts of one file end one by one: a refused one, later declines, and a file whose answer is lost', async () => {
  await Promise.all(Array.from({ length: 2 }, () => payIn('netbank_ok', 'treasury')))
  await expect.poll(() => posted('treasury'), wait).toBe(2000n)
  const words = ['ok', 'no_account', 'insufficient_funds', 'duplicate', 'no_callback']
  const [paid = '', refused = '', declined = '', twice = '', quiet = ''] = await Promise.all(
    words.map((word) => payOut(`netbank_${word}`)),
  )
  for (const id of [paid, twice]) await expect.poll(stateOf(`/v1/payouts/${id}`), wait).toBe('succeeded')
  for (const id of [refused, declined]) await expect.poll(stateOf(`/v1/payouts/${id}`), wait).toBe('failed')
  expect((await get(`/v1/payouts/${refused}`)).reason).toBe('instrument_invalid')
  const files = await server.database.query<{ file: string }>({
    text: `select distinct exchange::jsonb #>> '{handle,file}' as file from payments.attempts
           where exchange::jsonb #>> '{handle,file}' is not null`,
  })
  expect(files).toEqual([{ file: expect.stringMatching(/^[0-9a-f]{20}-5$/) }])
  expect(await stateOf(`/v1/payouts/${quiet}`)()).toBe('processing')
  await simulator.control('close-day', {})
  await expect.poll(stateOf(`/v1/payouts/${quiet}`), wait).toBe('succeeded')
  expect(await posted('treasury')).toBe(1700n)
  await expectLikeRecords()

  const lost = await Promise.all(['timeout_happened', 'ok', 'no_account'].map((word) => payOut(`netbank_${word}`)))
  const ends = () => Promise.all(lost.map((id) => stateOf(`/v1/payouts/${id}`)()))
  await expect.poll(ends, wait).toEqual(['succeeded', 'succeeded', 'failed'])
  expect((await done())('payout')).toBe(5)
  expect(await posted('treasury')).toBe(1500n)
  await expectLikeRecords()
})

test('money comes back of a pay-in, a refund and a payout, by callback and again by statement', async () => {
  const before = await posted('shop')
  const payment = await payIn('netbank_ok')
  await expect.poll(stateOf(`/v1/payments/${payment.id}`), wait).toBe('succeeded')
  const refund = await post('/v1/refunds', { payment: payment.id, amount: 400 })
  await expect.poll(stateOf(`/v1/refunds/${refund.id}`), wait).toBe('succeeded')
  const payout = await payOut('netbank_returned')
  await expect.poll(stateOf(`/v1/payouts/${payout}`), wait).toBe('failed')
  expect(await get(`/v1/payouts/${payout}`)).toMatchObject({ reason: 'returned', amount_returned: '100' })
  const { rail_reference } = await get(`/v1/payments/${payment.id}`)
  const named = { rail: 'netbank', idempotency_key: rail_reference }
  await simulator.control('returns', { operation: named, amount: '150', response_code: 'R10' })
  await expect.poll(async () => (await get(`/v1/payments/${payment.id}`)).amount_refunded, wait).toBe('550')
  expect(await posted('shop')).toBe(before + 450n)
  await expectLikeRecords()
  const steps: { attempt: { operation: string; rail_reference: string } | null }[] = (
    await get(`/v1/payments/${payment.id}/timeline`)
  ).data
  const made = steps.find(({ attempt }) => attempt?.operation === 'refund')?.attempt?.rail_reference
  const refunded = { rail: 'netbank', idempotency_key: made }
  for (const amount of ['100', '300']) {
    await simulator.control('returns', { operation: refunded, amount, response_code: 'R10' })
    const returned = { amount_returned: amount === '100' ? '100' : '400' }
    await expect.poll(() => get(`/v1/refunds/${refund.id}`), wait).toMatchObject(returned)
    await expectLikeRecords()
  }
  expect(await get(`/v1/refunds/${refund.id}`)).toMatchObject({ state: 'failed', reason: 'returned' })
  expect([await posted('shop'), (await get(`/v1/payments/${payment.id}`)).amount_refunded]).toEqual([
    before + 850n,
    '150',
  ])
  await simulator.control('close-day', {})
  const { statements } = (await simulator.get('/netbank/statements')).body
  const read = async () => {
    const text = 'select statement from rails.statements where finished_at is not null order by statement'
    return (await server.database.query<{ statement: string }>({ text })).map(({ statement }) => statement)
  }
  await expect.poll(read, wait).toEqual(statements.map(({ date }: { date: string }) => date))
  await expectLikeRecords()
  expect((await get('/v1/cases?state=open')).data).toEqual([])
})

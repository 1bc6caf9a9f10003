import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// Money comes back after success, over the bundled simulator: by callback and by statement. The books follow its records.

let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='
beforeAll(async () => {
  simulator = await startSimulatedRails({ callbackSecret: secret })
  const rail = { url: simulator.url, callback_secrets: [secret], timeout_ms: 5_000 }
  server = await startTestServer({
    rails: [
      { ...rail, name: 'card', adapter: 'simulator-card', inquire_after_ms: 1_000 },
      { ...rail, name: 'bank', adapter: 'simulator-bank', inquire_after_ms: 300_000 },
    ],
  })
  await simulator.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  request = contractClient(server)
  for (const code of ['shop', 'partner']) {
    expect((await request('POST', '/v1/accounts', { body: { code, asset: 'USD' } })).status).toBe(201)
  }
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const wait = { timeout: patience(30_000), interval: 100 }
const post = async (path: string, body: object) =>
  (await request('POST', path, { body, headers: { prefer: 'wait=20' } })).body
const get = async (path: string) => (await request('GET', path)).body
const charge = (instrument = 'card_ok') =>
  post('/v1/payments', {
    ...{ amount: 1000, asset: 'USD', source: { rail: 'card', instrument } },
    destinations: [
      { account: 'shop', amount: 700 },
      { account: 'partner', amount: 300 },
    ],
  })
const posted = async (...codes: string[]) =>
  Promise.all(codes.map(async (code) => BigInt((await get(`/v1/accounts/${code}/balance`)).posted)))

/** The negated balance of the clearing account is what the rail has taken less what it has given. */
async function expectLikeRecords(rail: string): Promise<void> {
  const { net } = (await simulator.get(`/records?rail=${rail}`)).body
  const [clearing = 0n] = await posted(`rails:${rail}:clearing:USD`)
  expect(-clearing).toBe(BigInt(net[0].net))
  expect(await verifyAll(server.database)).toEqual([])
}

test('a payment, a refund and a payout that come back by callback', async () => {
  const payment = await charge()
  const refund = await post('/v1/refunds', { payment: payment.id, amount: 400 })
  expect([refund.state, await posted('shop', 'partner')]).toEqual(['succeeded', [420n, 180n]])
  const { data } = await get(`/v1/payments/${payment.id}/timeline`)
  const made = data.find((one: { attempt?: { operation: string } }) => one.attempt?.operation === 'refund')
  await simulator.control('returns', { operation: made.attempt.rail_reference, amount: '150' })
  await expect.poll(async () => (await get(`/v1/refunds/${refund.id}`)).amount_returned, wait).toBe('150')
  expect(await posted('shop', 'partner')).toEqual([525n, 225n])
  await simulator.control('returns', { operation: made.attempt.rail_reference })
  await expect.poll(async () => (await get(`/v1/refunds/${refund.id}`)).state, wait).toBe('failed')
  expect(await get(`/v1/refunds/${refund.id}`)).toMatchObject({ reason: 'returned', amount_returned: '400' })
  expect((await get(`/v1/payments/${payment.id}`)).amount_refunded).toBe('0')

  await simulator.control('returns', { operation: payment.rail_reference, amount: '1000' })
  await expect.poll(async () => (await get(`/v1/payments/${payment.id}`)).amount_refunded, wait).toBe('1000')
  expect(await posted('shop', 'partner')).toEqual([0n, 0n])
  await expectLikeRecords('card')

  await charge()
  const out = { amount: 500, asset: 'USD', source: 'shop', rail: 'card', instrument: 'card_returned' }
  const payout = await post('/v1/payouts', out)
  expect(payout).toMatchObject({ state: 'succeeded', amount_returned: '0' })
  await expect.poll(async () => (await get(`/v1/payouts/${payout.id}`)).state, wait).toBe('failed')
  expect(await get(`/v1/payouts/${payout.id}`)).toMatchObject({ reason: 'returned', amount_returned: '500' })
  expect(await posted('shop')).toEqual([700n])
  await expectLikeRecords('card')
})

test('a payout that had settled in a statement, and comes back in a later one', async () => {
  await charge()
  const [before = 0n] = await posted('shop')
  const out = { amount: 300, asset: 'USD', source: 'shop', rail: 'bank', instrument: 'GB00RETURNED' }
  const { body: payout } = await request('POST', '/v1/payouts', { body: out })
  const is = async () => {
    const { state, amount_returned } = await get(`/v1/payouts/${payout.id}`)
    return [state, amount_returned]
  }
  await expect.poll(async () => (await simulator.get('/records?rail=bank')).body.totals.length, wait).toBe(1)
  await simulator.control('close-day', {})
  await expect.poll(is, wait).toEqual(['succeeded', '0'])
  expect(await posted('shop')).toEqual([before - 300n])
  await simulator.control('close-day', {})
  await expect.poll(is, wait).toEqual(['failed', '300'])
  expect(await posted('shop')).toEqual([before])
  await expectLikeRecords('bank')
  const { data } = await get('/v1/cases?state=open')
  expect(data).toEqual([])
})

test('a charge that the rail retracts, with its progress, settlement and correction before', async () => {
  const before = await posted('shop', 'partner')
  const payment = await charge()
  const operation = payment.rail_reference
  await simulator.control('progress', { operation, confirmations: 3, required: 6 })
  const references = { arn: '74537604221222132710572' }
  await simulator.control('settlements', { operation, fee: '30', net: '970', settled_on: '2026-11-30', references })
  await simulator.control('notices-of-change', { operation, instrument: 'card_new', response_code: 'C01' })
  const timeline = async () => (await get(`/v1/payments/${payment.id}/timeline`)).data
  const attempt = async () => (await timeline()).find((one: { kind: string }) => one.kind === 'attempt').attempt
  await expect.poll(attempt, wait).toMatchObject({
    settlement: { fee: '30', net: '970', settled_amount: null, settled_on: '2026-11-30', batch: null, references },
    corrected_instrument: 'card_new',
  })
  const texts = async () => (await timeline()).map(({ text }: { text: string }) => text)
  await expect.poll(texts, wait).toContain('The rail card has 3 of 6 confirmations of the charge.')
  await simulator.control('returns', { operation, retracted: true })
  await expect.poll(async () => (await get(`/v1/payments/${payment.id}`)).amount_refunded, wait).toBe('1000')
  expect(await posted('shop', 'partner')).toEqual(before)
  await expectLikeRecords('card')
})

test('credits that nobody asked for, by callback and by statement, and their retractions', async () => {
  const credit = async (rail: string) => {
    const more = { instrument: 'VA-7', text: 'for invoice 7' }
    return (await simulator.control('credits', { rail, amount: '250', asset: 'USD', ...more })).body.id
  }
  const suspended = async () => (await posted('suspense:USD'))[0]
  const [first, second] = [await credit('card'), await credit('bank')]
  await simulator.control('close-day', {})
  await expect.poll(suspended, wait).toBe(500n)
  for (const rail of ['card', 'bank']) await expectLikeRecords(rail)
  const { data } = await get('/v1/cases?queue=payments&reason=incoming_credit')
  const details = data.map((one: { detail: string }) => one.detail)
  expect(details).toHaveLength(2)
  expect(details).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`with reference ${second}.`),
      expect.stringContaining(`to VA-7 that nothing had asked for, with reference ${first}.`),
    ]),
  )
  for (const operation of [first, second]) await simulator.control('returns', { operation })
  await simulator.control('close-day', {})
  await expect.poll(suspended, wait).toBe(0n)
  for (const rail of ['card', 'bank']) await expectLikeRecords(rail)
  expect((await get('/v1/cases?queue=payments&reason=incoming_credit&state=open')).data).toEqual([])
})

test('a charge of which the rail approves less, because the client allows that', async () => {
  const [shop = 0n, partner = 0n] = await posted('shop', 'partner')
  const body = {
    ...{ amount: 1000, asset: 'USD', source: { rail: 'card', instrument: 'card_partial' } },
    destinations: [
      { account: 'shop', amount: 700 },
      { account: 'partner', amount: 300 },
    ],
  }
  expect(await post('/v1/payments', body)).toMatchObject({ state: 'failed', reason: 'insufficient_funds' })
  const payment = await post('/v1/payments', { ...body, allow_partial: true })
  expect(payment).toMatchObject({ state: 'succeeded', amount: '500', amount_captured: '500', allow_partial: true })
  expect(payment.destinations).toEqual([
    { account: 'shop', amount: '350' },
    { account: 'partner', amount: '150' },
  ])
  expect(await posted('shop', 'partner')).toEqual([shop + 350n, partner + 150n])
  await expectLikeRecords('card')
})

test('instruments by their kind, and parties, go to the rail, and no event has a name or an address', async () => {
  await charge()
  const iban = { kind: 'iban', iban: 'GB33BUKB20201555555555', name: 'Asha Rao' }
  const party = { name: 'Asha Rao', country: 'IN', city: 'Kolkata', postal_code: '700016' }
  const out = { amount: 100, asset: 'USD', source: 'shop', rail: 'bank' }
  const terms = { party, purpose: 'SALA', descriptor: 'MUNIM' }
  const { body: payout } = await request('POST', '/v1/payouts', { body: { ...out, instrument: iban, ...terms } })
  expect(payout).toMatchObject({ instrument: iban.iban, purpose: 'SALA', descriptor: 'MUNIM' })
  expect(payout).not.toHaveProperty('party')
  const sent = async () => (await simulator.get('/records/operations?rail=bank&operation=payout')).body.data.at(-1)
  await expect.poll(sent, wait).toMatchObject({ instrument: iban.iban, party, purpose: 'SALA', descriptor: 'MUNIM' })
  await simulator.control('close-day', {})
  await expect.poll(async () => (await get(`/v1/payouts/${payout.id}`)).state, wait).toBe('succeeded')
  const outbox = await server.database.query<{ text: string }>({
    text: 'select o::text as text from platform.outbox o',
  })
  expect(outbox.filter(({ text }) => /Asha|Kolkata/.test(text))).toEqual([])

  const refused = async (instrument: object) => {
    const { status, body } = await request('POST', '/v1/payouts', { body: { ...out, instrument } })
    return [status, body.code, body.param]
  }
  const card = '4111111111111111'
  expect(await refused({ ...iban, iban: 'GB33BUKB20201555555556' })).toEqual([
    400,
    'validation_failed',
    'instrument.iban',
  ])
  expect(await refused({ kind: 'ifsc', ifsc: 'HDFC0000123' })).toEqual([400, 'validation_failed', 'instrument.account'])
  expect(await refused({ ...iban, name: card })).toEqual([400, 'card_number_refused', 'instrument.name'])
  expect(await refused({ kind: 'cheque' })).toEqual([400, 'validation_failed', 'instrument.kind'])
})

test('a recalled payout comes back, and the answer of its rail is in the timeline', async () => {
  await charge()
  const [before = 0n] = await posted('shop')
  const out = { amount: 200, asset: 'USD', source: 'shop', rail: 'card' }
  const payout = await post('/v1/payouts', { ...out, instrument: 'card_ok' })
  const recall = (of: string) => request('POST', `/v1/payouts/${of}/recall`, { body: { reason: 'duplicate' } })
  // Each request has a key of its own, and the payout one recall.
  expect((await Promise.all([1, 2, 3].map(() => recall(payout.id)))).map(({ status }) => status).toSorted()).toEqual([
    200, 409, 409,
  ])
  await expect.poll(async () => (await get(`/v1/payouts/${payout.id}`)).state, wait).toBe('failed')
  expect(await posted('shop')).toEqual([before])
  await expectLikeRecords('card')
  const { id } = await post('/v1/payouts', { ...out, instrument: 'card_ok_recall_refused' })
  const refusal = 'The rail card refused the recall: the payee does not agree.'
  const refusals = async () =>
    (await get(`/v1/payouts/${id}/timeline`)).data.filter(({ text }: { text: string }) => text === refusal).length
  for (const count of [1, 2]) {
    expect((await recall(id)).status).toBe(200)
    await expect.poll(refusals, wait).toBe(count)
  }
})

test('a rail says whether an instrument can be used, and whose it is', async () => {
  const ask = async (rail: string, body: object) =>
    (await request('POST', `/v1/rails/${rail}/verifications`, { body })).body
  const iban = { kind: 'iban', iban: 'GB33BUKB20201555555555' }
  const verified = (name?: string) => ask('bank', { instrument: iban, ...(name && { party: { name } }) })
  const known = { rail: 'bank', eligible: true, name: null, reason: null }
  expect(await verified('asha rao')).toEqual({ ...known, name_match: 'match' })
  expect(await verified('Asha R')).toEqual({ ...known, name_match: 'close_match', name: 'Asha Rao' })
  expect(await verified('Ben Lee')).toEqual({ ...known, name_match: 'no_match' })
  expect(await verified()).toEqual({ ...known, name_match: 'not_possible' })
  expect(await ask('card', { instrument: 'card_expired' })).toMatchObject({ eligible: false })
  expect((await ask('none', { instrument: 'card_ok' })).code).toBe('rail_not_found')
  await simulator.control('outage', { rail: 'card', ms: 60_000 })
  expect(await ask('card', { instrument: 'card_ok' })).toMatchObject({ eligible: null, name_match: 'not_possible' })
  await simulator.control('outage', { rail: 'card', ms: 0 })
})

test('a credit of a rail that several books share, and none is named for, is in no book', async () => {
  const before = await posted('suspense:USD')
  const book = { code: 'other', name: 'Other' }
  expect((await request('POST', '/v1/books', { body: book })).status).toBe(201)
  const { id } = (await simulator.control('credits', { rail: 'card', amount: '250', asset: 'USD', instrument: 'VA-8' }))
    .body
  const letters = async () => (await get('/v1/cases?queue=payments&reason=dead_letter&state=open')).data
  await expect.poll(letters, wait).toMatchObject([{ detail: expect.stringContaining('set credits_book') }])
  expect(await posted('suspense:USD')).toEqual(before)
  await simulator.control('returns', { operation: id })
})

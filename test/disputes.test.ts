import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { runCommand } from './support/command-line.ts'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// Disputes over simulated rails, from the opening to the end: over HTTP, checked against the contract.

let rails: SimulatedRails
let server: TestServer
let request: TestServer['request']
let shop = ''
let shops = 0

const secret = 'whsec_bXVuaW0gcmFpbCBzaW11bGF0b3IgdGVzdCBzZWNyZXQ='

beforeAll(async () => {
  rails = await startSimulatedRails({ callbackSecret: secret, lateMs: 200 })
  const settings = {
    url: rails.url,
    callback_secrets: [secret],
    timeout_ms: 2_000,
    inquire_after_ms: 200,
  }
  server = await startTestServer({
    rails: [
      { ...settings, name: 'card', adapter: 'simulator-card' },
      { ...settings, name: 'upi', adapter: 'simulator-upi' },
      { ...settings, name: 'bank', adapter: 'simulator-bank' },
    ],
  })
  await rails.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
  request = contractClient(server)
})
afterAll(async () => {
  await server.stop()
  await rails.stop()
})
beforeEach(async () => {
  shops += 1
  shop = `shop:${shops}`
  await post('/v1/accounts', { code: shop, asset: 'USD' })
})

const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
  request('POST', path, { body, headers })
const get = async (path: string) => (await request('GET', path)).body
const pay = async (instrument = 'card_ok', rail = 'card') => {
  const source = { rail, instrument }
  const body = { amount: 1000, asset: 'USD', source, destination: shop }
  return (await post('/v1/payments', body, { prefer: 'wait=20' })).body
}
const open = async (operation: string, more: object = {}) =>
  (await rails.control('disputes', { operation, stage: 'opened', ...more })).body
const move = (id: string, stage: string) => rails.control(`disputes/${id}`, { stage })
const posted = async () => (await get(`/v1/accounts/${shop}/balance`)).posted
const ofPayment = async (payment: string) => (await get(`/v1/disputes?payment=${payment}`)).data
const becomes = (payment: string, stage: string) =>
  expect
    .poll(async () => (await ofPayment(payment))[0]?.stage, { timeout: patience(15_000) })
    .toBe(stage)
    .then(async () => (await ofPayment(payment))[0])
const casesOf = async (dispute: string) => (await get(`/v1/cases?queue=disputes&subject_id=${dispute}`)).data
/** The clearing accounts show what the rails' own records show, less their fees, and nothing else is wrong. */
const isInOrder = async () => {
  for (const { rail, asset, net } of (await get_records()).net) {
    const [clearing, fees] = await Promise.all(
      ['clearing', 'fees'].map((what) => get(`/v1/accounts/rails:${rail}:${what}:${asset}/balance`)),
    )
    expect([rail, BigInt(clearing.posted) + BigInt(fees.posted ?? 0)]).toEqual([rail, -BigInt(net)])
  }
  expect(await verifyAll(server.database)).toEqual([])
}
const get_records = async () => (await rails.get('/records')).body

describe('a dispute of a card', () => {
  it('is a resource with its rail, charge and reason, and has a case until its evidence is due', async () => {
    const payment = await pay()
    const opened = await open(payment.rail_reference, { reason: '4837', fee: '1500', evidence_due_ms: 86_400_000 })
    const dispute = await becomes(payment.id, 'opened')
    expect(dispute).toMatchObject({
      ...{ payment: payment.id, rail: 'card', rail_reference: opened.id, amount: '1000', asset: 'USD' },
      ...{ reason_code: '4837', category: 'fraud', fee: '1500', held_back: true, answer: null },
      evidence_due_at: opened.evidence_due_at,
    })
    const { data } = await get(`/v1/payments/${payment.id}/timeline`)
    expect(data.map(({ attempt }: { attempt: { id: string } | null }) => attempt?.id)).toContain(dispute.attempt)
    expect(await posted()).toBe('0')
    const [opensCase] = await casesOf(dispute.id)
    expect(opensCase).toMatchObject({ reason: 'answer_due', due_at: opened.evidence_due_at, amount: '1000' })
    await move(opened.id, 'won')
    await becomes(payment.id, 'won')
    expect([await posted(), await casesOf(dispute.id)]).toEqual(['1000', []])
    expect((await get('/v1/accounts/rails:card:fees:USD/balance')).posted).toBe('-1500')
    await isInOrder()
  })

  it('is challenged with a text and a file, and its money comes back when it is won', async () => {
    const payment = await pay()
    const opened = await open(payment.rail_reference)
    const { id } = await becomes(payment.id, 'opened')
    const evidence = [
      { text: 'The parcel was handed over on 3 May.' },
      { name: 'delivery.pdf', media_type: 'application/pdf', content: Buffer.from('%PDF-1.7').toString('base64') },
    ]
    const answered = await post(`/v1/disputes/${id}/challenge`, { evidence })
    expect([answered.status, answered.body.answer]).toEqual([200, { kind: 'challenge', state: 'pending', why: null }])
    await becomes(payment.id, 'challenged')
    const sent = (await rails.get(`/card/operations/${opened.id}`)).body.evidence
    const shown = await get(`/v1/disputes/${id}`)
    expect(shown.evidence.map(({ sha256 }: { sha256: string }) => sha256)).toEqual(
      sent.map(({ sha256 }: { sha256: string }) => sha256),
    )
    expect(shown.evidence).toMatchObject([{ name: null }, { name: 'delivery.pdf', bytes: 8 }])
    expect((await casesOf(id))[0]).toMatchObject({ reason: 'bank_decides' })
    const again = await post(`/v1/disputes/${id}/challenge`, { evidence })
    expect([again.status, again.body.code]).toEqual([409, 'dispute_not_answerable'])
    const acts = (await get(`/v1/audit?subject=${id}`)).data
    expect(acts).toMatchObject([{ action: 'dispute.challenged', details: { texts_and_files: '2' } }])
    await move(opened.id, 'won')
    await becomes(payment.id, 'won')
    expect(await posted()).toBe('1000')
    await isInOrder()
  })

  it('is accepted, and its money is gone', async () => {
    const payment = await pay()
    await open(payment.rail_reference, { amount: '400' })
    const { id } = await becomes(payment.id, 'opened')
    await post(`/v1/disputes/${id}/accept`)
    await becomes(payment.id, 'accepted')
    expect([await posted(), await casesOf(id)]).toEqual(['600', []])
    expect((await get(`/v1/audit?subject=${id}`)).data).toMatchObject([{ action: 'dispute.accepted' }])
    await isInOrder()
  })

  it('whose answer does not reach the rail is answered once the rail is back', async () => {
    const payment = await pay()
    await open(payment.rail_reference)
    const { id } = await becomes(payment.id, 'opened')
    await rails.control('outage', { rail: 'card', ms: 86_400_000, mode: 'reset' })
    await post(`/v1/disputes/${id}/accept`)
    await rails.control('outage', { rail: 'card', ms: 0 })
    await becomes(payment.id, 'accepted')
    await isInOrder()
  })

  it('that the rail no longer lets answer says so, and can be answered again', async () => {
    const payment = await pay()
    const opened = await open(payment.rail_reference)
    const { id } = await becomes(payment.id, 'opened')
    await rails.control('callbacks', { url: null })
    await move(opened.id, 'lost')
    await post(`/v1/disputes/${id}/accept`)
    await expect.poll(async () => (await get(`/v1/disputes/${id}`)).answer?.state).toBe('refused')
    expect((await casesOf(id))[0].detail).toContain('The rail refused to accept it')
    await rails.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
    await move(opened.id, 'lost')
    await becomes(payment.id, 'lost')
    await isInOrder()
  })

  it.each([
    ['card_dispute_won', 'won', '1000'],
    ['card_dispute_lost', 'lost', '0'],
  ])('of %s ends %s', async (instrument, stage, left) => {
    const payment = await pay(instrument)
    await becomes(payment.id, stage)
    expect(await posted()).toBe(left)
    const types = (await get('/v1/events?limit=100')).data.map(({ type }: { type: string }) => type)
    expect(types).toContain(`dispute.${stage}`)
    await isInOrder()
  })

  it('that is reported twice and out of order moves its money once', async () => {
    const payment = await pay()
    await rails.control('callbacks', { url: 'http://127.0.0.1:1/{rail}' })
    const opened = await open(payment.rail_reference)
    await move(opened.id, 'challenged')
    await move(opened.id, 'won')
    await rails.control('callbacks', { url: `${server.url}/v1/rails/{rail}/callbacks` })
    await becomes(payment.id, 'won')
    await expect.poll(async () => (await get_records()).callbacks.waiting, { timeout: patience(20_000) }).toBe(0)
    await becomes(payment.id, 'won')
    expect(await posted()).toBe('1000')
    await isInOrder()
  })
})

describe('a dispute of UPI', () => {
  it('takes the money only when it is lost', async () => {
    const payment = await pay('asha@upi', 'upi')
    const opened = await open(payment.rail_reference)
    expect(await becomes(payment.id, 'opened')).toMatchObject({ held_back: false })
    expect(await posted()).toBe('1000')
    await move(opened.id, 'lost')
    await becomes(payment.id, 'lost')
    expect(await posted()).toBe('0')
    await isInOrder()
  })
})

it('disputes of one payment over two rails each remember their rail and charge', async () => {
  const first = await pay('late_success@upi', 'upi')
  expect(first.state).toBe('failed')
  const again = await post(
    `/v1/payments/${first.id}/retry`,
    { rail: 'card', instrument: 'card_ok' },
    { prefer: 'wait=20' },
  )
  expect(again.body.state).toBe('succeeded')
  const refunds = async () => (await get(`/v1/refunds?payment=${first.id}`)).data
  await expect.poll(async () => (await refunds())[0]?.state, { timeout: patience(60_000) }).toBe('succeeded')
  const operations = (await rails.get('/records/operations?rail=upi&operation=charge&limit=1000')).body.data
  const stray = operations.at(-1).id
  await rails.control('disputes', { operation: stray })
  await open(again.body.rail_reference, { amount: '300' })
  await expect.poll(async () => (await ofPayment(first.id)).length, { timeout: patience(15_000) }).toBe(2)
  await expect
    .poll(async () => (await ofPayment(first.id)).map(({ held_back }: { held_back: boolean }) => held_back))
    .toEqual([true, true])
  const found: readonly Record<string, string>[] = await ofPayment(first.id)
  expect(found.map(({ rail, amount, stage }) => [rail, amount, stage]).sort()).toEqual([
    ['card', '300', 'opened'],
    ['upi', '1000', 'lost'],
  ])
  expect(new Set(found.map(({ attempt }) => attempt)).size).toBe(2)
  await isInOrder()
})

describe('a dispute is refused', () => {
  it('an answer when it is unknown', async () => {
    const { status, body } = await post('/v1/disputes/dsp_01k0a2m4qgt4qa2h9z1w3x5y7b/accept')
    expect([status, body.code]).toEqual([404, 'dispute_not_found'])
  })

  it('evidence that is a path, or too large', async () => {
    const path = '/v1/disputes/dsp_01k0a2m4qgt4qa2h9z1w3x5y7b/challenge'
    const file = { name: 'a.pdf', media_type: 'application/pdf', content: 'JVBERi0xLjcK' }
    const refusal = async (evidence: object) => (await post(path, { evidence: [evidence] })).body.code
    expect(await refusal(file)).toBe('dispute_not_found')
    expect(await refusal({ ...file, name: '../etc/passwd' })).toBe('validation_failed')
    expect(await refusal({ ...file, content: 'A'.repeat(200_000) })).toBe('validation_failed')
    expect(await refusal({ path: '/etc/passwd' })).toBe('validation_failed')
  })

  it('an answer over a rail that takes none', async () => {
    const { id } = await pay('GB33BUKB20201555555555', 'bank')
    await rails.control('close-day', {})
    await expect
      .poll(async () => (await get(`/v1/payments/${id}`)).state, { timeout: patience(20_000) })
      .toBe('succeeded')
    await rails.control('disputes', { operation: (await get(`/v1/payments/${id}`)).rail_reference })
    await rails.control('close-day', {})
    const dispute = await becomes(id, 'lost')
    expect((await post(`/v1/disputes/${dispute.id}/accept`)).body.code).toBe('operation_not_supported_by_rail')
    await isInOrder()
  })
})

it('what a shop owes is written off by two people, and what comes back then is not the shop’s', async () => {
  const admins = [server.adminKey, await server.createKey('admin')] as const
  const writer = await server.createKey('write')
  const balances = () =>
    Promise.all([shop, 'write_offs:USD'].map(async (code) => (await get(`/v1/accounts/${code}/balance`)).posted ?? '0'))
  const payment = await pay()
  await post(`/v1/accounts/${shop}/freeze`)
  const opened = await open(payment.rail_reference, { amount: '600' })
  const owed = async () =>
    (await get(`/v1/cases?queue=payments&state=open&subject_id=${payment.id}`)).data.map(
      ({ reason, amount }: { reason: string; amount: string }) => [reason, amount],
    )
  await expect.poll(owed, { timeout: patience(15_000) }).toEqual([['booking_refused', '600']])
  const [{ id }] = (await get(`/v1/cases?queue=payments&state=open&subject_id=${payment.id}`)).data
  const text = 'The shop is gone.'
  const off = (key: string, body: object = { text }) => request('POST', `/v1/cases/${id}/write_off`, { key, body })
  const inBulk = async (key: string, body: object = { text }) => {
    const answer = await request('POST', '/v1/cases/actions', {
      ...{ key, body: { cases: [{ id }], action: 'write_off', ...body } },
    })
    return [answer.status, answer.body.code ?? answer.body.data?.[0].code, answer.body.param]
  }
  const refusal = ({ status, body }: Awaited<ReturnType<typeof off>>) => [status, body.code, body.param]

  for (const key of [writer, await server.createKey('read')])
    expect(refusal(await off(key))).toEqual([403, 'scope_insufficient', undefined])
  expect(await inBulk(writer)).toEqual([403, 'scope_insufficient', 'action'])
  for (const body of [{}, { text: ' ' }, { text: '' }]) expect((await off(admins[0], body)).status).toBe(400)
  expect(await inBulk(admins[0], {})).toEqual([400, 'validation_failed', 'text'])

  expect((await off(admins[0])).body).toMatchObject({ proposed_act: 'write_off', acting: false })
  expect(refusal(await off(admins[0]))).toEqual([409, 'case_needs_another_person', undefined])
  expect(await inBulk(admins[0])).toEqual([200, 'case_needs_another_person', undefined])
  expect([await balances(), await owed()]).toEqual([['1000', '0'], [['booking_refused', '600']]])
  expect(await inBulk(admins[1])).toEqual([200, null, undefined])
  await expect.poll(owed, { timeout: patience(15_000) }).toEqual([])
  expect(await balances()).toEqual(['1000', '-600'])
  await isInOrder()

  await move(opened.id, 'won')
  await becomes(payment.id, 'won')
  expect([await balances(), await owed()]).toEqual([['1000', '0'], []])
  await isInOrder()
})

it('evidence of a dispute stays while that is open, and is erased with its payment', async () => {
  const payment = await pay()
  const opened = await open(payment.rail_reference)
  const { id } = await becomes(payment.id, 'opened')
  await post(`/v1/disputes/${id}/challenge`, { evidence: [{ text: 'Asha Rao, 12 Park Street, signed for it.' }] })
  await becomes(payment.id, 'challenged')
  const erase = async () => (await post('/v1/erasures', { payment: payment.id })).body.id
  const erasure = async (asked: string) => get(`/v1/erasures/${asked}`)
  const evidence = async () => {
    const text = 'select count(*)::int as count from payments.dispute_evidence'
    return (await server.database.query<{ count: number }>({ text }))[0]?.count
  }
  const before = await evidence()
  const first = await erase()
  await expect.poll(async () => (await erasure(first)).waiting, { timeout: patience(15_000) }).toBe(1)
  expect([await evidence(), (await get(`/v1/payments/${payment.id}`)).source.instrument]).toEqual([before, 'card_ok'])
  await move(opened.id, 'won')
  await becomes(payment.id, 'won')
  const second = await erase()
  await expect.poll(async () => (await erasure(second)).state, { timeout: patience(15_000) }).toBe('done')
  expect([await evidence(), (await get(`/v1/payments/${payment.id}`)).source.instrument]).toEqual([
    (before ?? 0) - 1,
    'erased',
  ])
})

it('munim disputes lists, shows, challenges and accepts them', async () => {
  const munim = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'disputes', ...args)
  const payment = await pay()
  await open(payment.rail_reference, { reason: '4855' })
  const { id } = await becomes(payment.id, 'opened')
  expect((await munim('list', '--stage', 'opened', '--payment', payment.id)).stdout).toMatch(
    new RegExp(`${id} +opened +${payment.id} +card +not_received +10\\.00 USD`),
  )
  expect(await munim('challenge', id)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('--text or --file'),
  })
  expect((await munim('challenge', id, '--text', 'It was delivered.')).stdout).toContain('challenge pending')
  await becomes(payment.id, 'challenged')
  expect((await munim('show', id)).stdout).toMatch(/evidence +text, text\/plain; charset=utf-8, 17 bytes/)
  expect((await munim('accept', id)).stderr).toContain('dispute_not_answerable')
})

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, passTime, patience, startTestServer, type TestServer, verifyAll } from '#testing'
import { runCommand } from './support/command-line.ts'
import { type SimulatedRails, startSimulatedRails } from './support/simulated-rails.ts'

// A server with a key outside its database: what is stored, and what the API shows.

let simulator: SimulatedRails
let server: TestServer
let request: TestServer['request']

beforeAll(async () => {
  process.env.MUNIM_TEST_KEY = randomBytes(32).toString('base64')
  simulator = await startSimulatedRails()
  server = await startTestServer({
    rails: [
      { name: 'bank', adapter: 'simulator-bank', url: simulator.url },
      { name: 'card', adapter: 'simulator-card', url: simulator.url },
    ],
    secrets: { key: 'env:MUNIM_TEST_KEY', token: undefined },
  })
  request = contractClient(server)
  for (const code of ['merchants:1', 'world']) {
    const body = { code, asset: 'EUR', ...(code === 'world' && { min_available: null }) }
    expect((await request('POST', '/v1/accounts', { body })).status).toBe(201)
  }
})
afterAll(async () => {
  await server.stop()
  await simulator.stop()
})

const iban = 'DE89370400440532013000'
const instrument = { kind: 'iban', iban, name: 'Asha Rao' }
const party = { name: 'Asha Rao', street: '1 Main Road', country: 'IN' }

test('personal fields are sealed in every table of payments, and the API shows what it always showed', async () => {
  const body = { amount: 500, asset: 'EUR', source: 'world', rail: 'bank', instrument, party }
  const made = (await request('POST', '/v1/payouts', { body })).body
  expect(made).toMatchObject({ instrument: iban })
  expect((await request('GET', `/v1/payouts/${made.id}`)).body).toMatchObject({ instrument: iban })
  expect((await request('GET', '/v1/payouts')).body.data[0]).toMatchObject({ instrument: iban })
  for (const table of ['payouts', 'attempts', 'steps']) {
    const rows = () => server.database.query({ text: `select t::text as row from payments.${table} t` })
    await expect.poll(rows, { timeout: patience(10_000) }).not.toEqual([])
    expect(JSON.stringify(await rows())).not.toMatch(/Asha|DE89/)
  }
})

test('an order is paid from a sealed source', async () => {
  const item = { code: 'tea', name: 'Tea', asset: 'EUR', price: 700, stock: 3 }
  expect((await request('POST', '/v1/items', { body: item })).status).toBe(201)
  const source = { rail: 'card', instrument: 'card_visa_ok' }
  const lines = [{ item: 'tea', quantity: 1 }]
  const body = { source, destination: 'merchants:1', lines }
  const order = (await request('POST', '/v1/orders', { body })).body
  const look = async () => (await request('GET', `/v1/orders/${order.id}`)).body
  await expect.poll(async () => (await look()).state, { timeout: patience(20_000) }).toBe('confirmed')
  expect((await look()).source).toMatchObject(source)
  const rows = await server.database.query({ text: 'select source::text from orders.orders' })
  expect(JSON.stringify(rows)).not.toContain('card_visa_ok')
})

test('the secret of cursors is sealed by the job', async () => {
  const stored = () => server.database.query<{ secret: Buffer }>({ text: 'select secret from access.secrets' })
  await expect
    .poll(async () => (await stored())[0]?.secret.toString(), { timeout: patience(10_000) })
    .toMatch(/^munim-sealed:2:/)
})

test('an operator sees the keys without their content, and rotates them; others may not', async () => {
  const status = async () => (await request('GET', '/v1/secrets')).body
  await expect.poll(async () => (await status()).tables.every((table: { sealed: boolean }) => table.sealed)).toBe(true)
  const before = await status()
  expect(before).toMatchObject({ sealing: true, data_keys: [{ state: 'active' }, { number: 2, state: 'active' }] })
  const { stdout } = await runCommand(server, 'secrets', 'rotate', '--no-wait')
  expect(stdout).toMatch(/3\s+fields\s+coming/)
  expect((await request('POST', '/v1/secrets/rotations', { body: {} })).body.data_keys).toHaveLength(3)
  const acts = await server.database.query<{ action: string; subject: string }>({
    text: `select action, subject from access.audit_log where action like 'secrets.%'`,
  })
  expect(acts).toEqual([{ action: 'secrets.rotated', subject: 'data key 3' }])
  const key = await server.createKey('admin')
  expect((await request('GET', '/v1/secrets', { key })).status).toBe(403)
})

test('the keys that sign tokens are sealed with the data keys, and again after a rotation', async () => {
  const stored = async () => {
    const rows = await server.database.query<{ sealed: Buffer }>({
      text: 'select sealed from access.oauth_signing_keys',
    })
    return rows.map(({ sealed }) => sealed.toString())
  }
  const isSealedWith = (number: number) => async () =>
    (await stored()).every((text) => text.startsWith(`munim-sealed:${number}:`))
  expect(await stored()).toHaveLength(2)
  expect(await isSealedWith(2)()).toBe(true)
  // As if its minute were over. A repeated rotation makes no other key, and reads this one.
  await server.database.query({ text: `update platform.data_keys set used_from = now() - interval '1 s'` })
  expect((await request('POST', '/v1/secrets/rotations', { body: {} })).body.data_keys).toHaveLength(3)
  await expect.poll(isSealedWith(3), { timeout: patience(30_000) }).toBe(true)
  expect((await request('POST', '/v1/oauth-keys/rotate', { body: {} })).body.data).toHaveLength(3)
})

const headers = { prefer: 'wait=20' }
const payIn = async (also: object = {}) => {
  const body = {
    ...{ amount: 700, asset: 'EUR', source: { rail: 'card', instrument: 'card_visa_ok' }, destination: 'merchants:1' },
    ...also,
  }
  return (await request('POST', '/v1/payments', { body, headers })).body
}
const ended = async (id: string) => {
  const look = async () => (await request('GET', `/v1/erasures/${id}`)).body.state
  await expect.poll(look, { timeout: patience(10_000) }).toBe('done')
  return (await request('GET', `/v1/erasures/${id}`)).body
}
const erase = async (body: object, key?: string) =>
  request('POST', '/v1/erasures', { body, ...(key !== undefined && { key }) })

test('personal data is erased, the books stay as they are, and the timeline says so', async () => {
  const payment = await payIn({ party })
  expect(payment.state).toBe('succeeded')
  const other = await payIn()
  const made = await erase({ payment: payment.id })
  expect([made.status, made.body]).toMatchObject([201, { subject: payment.id, done_at: null }])
  expect(await ended(made.body.id)).toMatchObject({ payments_erased: 1, payouts_erased: 0, waiting: 0 })
  const after = (await request('GET', `/v1/payments/${payment.id}`)).body
  expect(after).toEqual({ ...payment, source: { ...payment.source, instrument: 'erased' } })
  expect((await request('GET', `/v1/payments/${other.id}`)).body).toEqual(other)
  const { data } = (await request('GET', `/v1/payments/${payment.id}/timeline`)).body
  expect(data.at(-1)).toMatchObject({ input: 'erase', text: expect.stringContaining('The personal data was erased.') })
  const [row] = await server.database.query<{ terms: string | null }>({
    text: 'select terms from payments.payments order by id desc limit 1 offset 1',
  })
  expect(row?.terms).toBeNull()
  const refund = await request('POST', '/v1/refunds', { body: { payment: payment.id, amount: 100 }, headers })
  expect(refund.body).toMatchObject({ state: 'succeeded' })
  expect(await verifyAll(server.database)).toEqual([])
})

test('an account takes all its payments and payouts along, once those under way have ended', async () => {
  expect((await request('POST', '/v1/accounts', { body: { code: 'customers:7', asset: 'EUR' } })).status).toBe(201)
  const ids: string[] = []
  for (let count = 0; count < 3; count += 1) ids.push((await payIn({ destination: 'customers:7' })).id)
  const held = await payIn({ destination: 'customers:7', capture: 'manual' })
  const made = await erase({ account: 'customers:7' })
  const running = async () => (await request('GET', `/v1/erasures/${made.body.id}`)).body
  await expect.poll(async () => (await running()).waiting, { timeout: patience(10_000) }).toBe(1)
  expect(await running()).toMatchObject({ state: 'running', payments_erased: 3 })
  for (const id of ids) {
    expect((await request('GET', `/v1/payments/${id}`)).body.source.instrument).toBe('erased')
  }
  await request('POST', `/v1/payments/${held.id}/cancel`, { body: {}, headers })
  await expect
    .poll(
      async () => {
        await passTime(server.database)
        return (await running()).state
      },
      { timeout: patience(20_000) },
    )
    .toBe('done')
  expect(await running()).toMatchObject({ payments_erased: 4, waiting: 0 })
  expect(await verifyAll(server.database)).toEqual([])
})

test('only an administrator erases, in its own book, and the log of acts names who did', async () => {
  const payment = await payIn()
  expect((await erase({ payment: payment.id }, await server.createKey('write'))).status).toBe(403)
  expect((await erase({})).status).toBe(400)
  expect((await erase({ payment: payment.id, account: 'customers:7' })).status).toBe(400)
  await request('POST', '/v1/books', { body: { code: 'branch' } })
  const branch = await server.createKey('admin', 'branch')
  expect((await erase({ payment: payment.id }, branch)).body).toMatchObject({ code: 'payment_not_found' })
  const admin = await server.createKey('admin')
  const { id } = (await erase({ payment: payment.id }, admin)).body
  expect((await request('GET', `/v1/erasures/${id}`, { key: branch })).body.code).toBe('erasure_not_found')
  const acts = await server.database.query<{ actor: string | null; subject: string; details: string }>({
    text: `select actor, subject, details from access.audit_log where action = 'erasure.created' order by number desc limit 1`,
  })
  expect(acts).toMatchObject([{ subject: payment.id, details: expect.stringContaining(id), actor: expect.any(String) }])
})

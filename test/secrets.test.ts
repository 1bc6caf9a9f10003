import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractClient, patience, startTestServer, type TestServer } from '#testing'
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
    rails: [{ name: 'bank', adapter: 'simulator-bank', url: simulator.url }],
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

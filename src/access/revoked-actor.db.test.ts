import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeId, encodeId, idPrefix } from '#kernel'
import { roles } from '#platform/http'
import { askTokens, logIn, makePerson, startTestServer, type TestServer, tokensOf } from '#testing'
import { findKey } from './access-store.ts'
import { revokeApiKey } from './revoke-api-key.ts'

const bank = { name: 'bank', adapter: 'simulator-bank', url: 'http://127.0.0.1:9', callbackSecrets: [Buffer.alloc(24)] }

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ rails: [bank] })
  await server.request('POST', '/v1/accounts', { body: { code: 'shop', asset: 'USD' } })
})
afterAll(() => server.stop())

/** Creates a key that this process knows, and revokes it as another process does, without notifying this one. */
async function revokedElsewhere(scope: 'admin' | 'operator') {
  const made = await server.request('POST', '/v1/api-keys', { body: { scope, name: 'stolen' } })
  const { key, id } = made.body as { key: string; id: string }
  expect((await server.request('GET', '/v1/api-keys', { key })).status).toBe(200)
  const uuid = decodeId('key', id) ?? ''
  const stolen = await findKey(server.database, uuid)
  const principal = { kind: 'key', id: uuid } as const
  const book = stolen?.book ?? { number: 0, id: '', code: '' }
  const caller = { principal, name: 'stolen', grant: 'scope operator', permissions: roles.operator, book }
  const revoked = await server.database.transaction((tx) => revokeApiKey(tx, { id: uuid, caller }))
  expect(revoked.ok).toBe(true)
  return key
}

describe('a key that another process has revoked', () => {
  it.each(['admin', 'operator'] as const)('of scope %s makes no key that outlives it', async (scope) => {
    const key = await revokedElsewhere(scope)
    const made = await server.request('POST', '/v1/api-keys', { key, body: { scope, name: 'outlives' } })
    const works = await server.request('GET', '/v1/api-keys', { key: made.body.key ?? 'munim_none' })
    expect([made.status, works.status]).toEqual([401, 401])
  })

  it('revokes no other key', async () => {
    const key = await revokedElsewhere('operator')
    const other = await server.request('POST', '/v1/api-keys', { body: { scope: 'operator', name: 'owner' } })
    const done = await server.request('DELETE', `/v1/api-keys/${other.body.id}`, { key })
    const works = await server.request('GET', '/v1/api-keys', { key: other.body.key })
    expect([done.status, works.status]).toEqual([401, 200])
  })

  it('pauses and resumes no lane and no consumer', async () => {
    const key = await revokedElsewhere('operator')
    const { body: consumers } = await server.request('GET', '/v1/consumers')
    const consumer = consumers.data[0].name as string
    const acts = ['/v1/lanes/bulk/pause', '/v1/lanes/bulk/resume', `/v1/consumers/${consumer}/pause`]
    for (const path of acts) expect([path, (await server.request('POST', path, { key })).status]).toEqual([path, 401])
    const lanes = await server.request('GET', '/v1/lanes')
    expect(JSON.stringify(lanes.body)).not.toContain('"paused":true')
    const paused = await server.database.query({ text: 'select from platform.consumers where paused_at is not null' })
    expect(paused).toEqual([])
  })

  it('opens no book, and no answer is stored under its idempotency key', async () => {
    const key = await revokedElsewhere('operator')
    const asked = { key, body: { code: 'late' }, headers: { 'idempotency-key': 'late-1' } }
    const refused = await server.request('POST', '/v1/books', asked)
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated'])
    expect((await server.request('GET', '/v1/books/late')).status).toBe(404)
    const kept = await server.database.query({ text: `select from platform.idempotency_keys where key = 'late-1'` })
    expect(kept).toEqual([])
  })
})

const openCase = encodeId(idPrefix.case, `${'0'.repeat(31)}1`)

/** Of each module, an act, and the table to which it adds a row or in which it marks one. */
const acts: readonly (readonly [path: string, table: string, body: object])[] = [
  ['/v1/assets', 'ledger.assets', { code: 'GOLD', scale: 0, name: 'Gold' }],
  ['/v1/accounts', 'ledger.accounts', { code: 'mint', asset: 'USD', min_available: null }],
  ['/v1/accounts/batch', 'ledger.accounts', { accounts: [{ code: 'mint-2', asset: 'USD', min_available: null }] }],
  ['/v1/accounts/shop/freeze', 'ledger.account_settings', {}],
  ['/v1/vendors', 'lanes.vendors', { code: 'late', lane: 'bulk' }],
  ['/v1/rails/bank/pause', '(select rail, paused from rails.health)', {}],
  [`/v1/cases/${openCase}/note`, 'cases.acts', { text: 'Late.' }],
  ['/v1/cases/actions', 'cases.acts', { cases: [{ id: openCase }], action: 'note', text: 'Late.' }],
  ['/v1/erasures', 'payments.erasures', { account: 'shop' }],
  ['/v1/items', 'orders.items', { code: 'mug', name: 'Mug', asset: 'USD', price: 100 }],
  ['/v1/limits', 'platform.limits', { book: 'BOOK', rate: { requests: 1_000_000, window_seconds: 1 } }],
  ['/v1/people', 'access.people', { login: 'late@example.com', name: 'Late', role: 'viewer' }],
]

describe('an act', () => {
  const rowsOf = (table: string) =>
    server.database.query({ text: `select to_jsonb(one) - 'last_used_at' as row from ${table} one order by 1` })
  const recordedOf = async (id: string) =>
    (await server.request('GET', `/v1/audit?actor=${id}`)).body.data.map(({ action }: { action: string }) => action)

  beforeAll(() =>
    server.database.query({
      text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, priority, rank, due_at)
        values ($1, 1, 'payments', 'payment', $1, 'outcome_unknown', 'of main', 'normal', 1, now())`,
      values: [decodeId(idPrefix.case, openCase)],
    }),
  )

  it.each(acts)('at %s is not done by a key that another process has revoked', async (path, table, body) => {
    const key = await revokedElsewhere('operator')
    const before = await rowsOf(table)
    const book = (await server.request('GET', '/v1/books/main')).body.id
    const given = JSON.parse(JSON.stringify(body).replace('BOOK', book))
    const refused = await server.request('POST', path, { key, body: given })
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated'])
    expect(await rowsOf(table)).toEqual(before)
    expect((await server.request('POST', path, { body: given })).status).toBeLessThan(300)
    expect(await rowsOf(table)).not.toEqual(before)
  })

  it('is not done by a client that has lost a permission, nor by a person whose login has ended, elsewhere', async () => {
    const body = { name: 'desk', permissions: ['vendors:manage', 'ledger:read'] }
    const client = (await server.request('POST', '/v1/oauth-clients', { body })).body
    const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: client.client_secret }
    const person = await makePerson(server, { role: 'administrator' })
    const keys = [(await askTokens(server, form)).body.access_token, (await tokensOf(server, person)).access_token]
    const add = (key: string, code: string) =>
      server.request('POST', '/v1/vendors', { key, body: { code, lane: 'bulk' } })
    for (const [n, key] of keys.entries()) expect((await add(key, `in-time-${n}`)).status).toBe(201)
    await server.database.query({
      text: 'update access.oauth_clients set generation = generation + 1 where id = $1',
      values: [decodeId(idPrefix.oauthClient, client.id)],
    })
    await server.database.query({ text: 'update access.person_sessions set ended_at = now()' })
    for (const key of keys) expect((await add(key, 'too-late')).status).toBe(401)
    // It would show personal data to a person who is not logged in any more.
    expect((await server.request('GET', '/v1/payments', { key: keys[1] ?? '' })).status).toBe(401)
    expect((await recordedOf(person.id))[0]).toBe('vendor.created')
    expect(await recordedOf(client.id)).toEqual(['vendor.created'])
  })

  it('may end what it is done with, and is recorded', async () => {
    const made = (await server.request('POST', '/v1/api-keys', { body: { scope: 'operator', name: 'own' } })).body
    expect((await server.request('DELETE', `/v1/api-keys/${made.id}`, { key: made.key })).status).toBe(200)
    expect(await recordedOf(made.id)).toEqual(['api_key.revoked'])
    const redirect = 'https://console.example.com/back'
    const body = { name: 'x', permissions: ['clients:manage'], redirect_uris: [redirect], public: true }
    const client = (await server.request('POST', '/v1/oauth-clients', { body })).body.id
    const person = await makePerson(server, { role: 'administrator' })
    const form = { client, redirect, scope: 'openid clients:manage' }
    const { code, verifier } = await logIn(server, person, form)
    const asked = { grant_type: 'authorization_code', client_id: client, code, code_verifier: verifier }
    const { access_token: key } = (await askTokens(server, { ...asked, redirect_uri: redirect })).body
    expect((await server.request('DELETE', `/v1/oauth-clients/${client}`, { key })).status).toBe(200)
    expect((await recordedOf(person.id))[0]).toBe('oauth_client.revoked')
  })

  it('of reading is recorded of a program that another process has revoked', async () => {
    const made = await revokedElsewhere('operator')
    expect((await server.request('GET', '/v1/payments', { key: made })).status).toBe(200)
    const recorded = `select from access.audit_log join access.api_keys keys on keys.id = audit_log.actor
      where action = 'payment.read' and keys.revoked_at < audit_log.recorded_at`
    await expect.poll(() => server.database.query({ text: recorded })).toHaveLength(1)
  })
})

it('a revocation locks keys in the order of their ids, as the noting of their use does', async () => {
  const make = async (scope: string) =>
    (await server.request('POST', '/v1/api-keys', { body: { scope, name: scope } })).body.id as string
  const [revoked, later] = [await make('read'), await make('operator')]
  const text = 'select from access.api_keys where id = $1 for no key update nowait'
  const session = await server.database.session('noting')
  const lock = (id: string) => session.query({ text, values: [decodeId('key', id)] })
  await session.query({ text: 'begin' })
  await lock(revoked)
  const revoking = server.request('DELETE', `/v1/api-keys/${revoked}`)
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(() => server.database.query({ text: waiting })).toHaveLength(1)
  await lock(later)
  await session.query({ text: 'commit' })
  await session.close()
  expect((await revoking).status).toBe(200)
})

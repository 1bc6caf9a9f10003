import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeId } from '#kernel'
import { roles } from '#platform/http'
import { startTestServer, type TestServer } from '#testing'
import { findKey } from './access-store.ts'
import { revokeApiKey } from './revoke-api-key.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
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

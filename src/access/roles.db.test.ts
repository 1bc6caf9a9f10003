import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, startTestServer, type TestServer } from '#testing'
import { createAuthenticator } from './authenticate.ts'
import { createApiKey, ensureFirstKey, resolveBook } from './index.ts'
import { newKeyText } from './key-text.ts'

let server: TestServer
const keys: Record<string, string> = {}
beforeAll(async () => {
  server = await startTestServer()
  await server.request('POST', '/v1/books', { body: { code: 'branch' } })
  for (const scope of ['read', 'write', 'admin', 'operator'] as const) keys[scope] = await server.createKey(scope)
  keys.branch = await server.createKey('admin', 'branch')
})
afterAll(() => server.stop())

const call = async (scope: string, method: string, path: string, body?: unknown, book?: string) => {
  const key = keys[scope] ?? ''
  const headers = book === undefined ? {} : { 'munim-book': book }
  const answered = await server.request(method, path, { key, headers, ...(body !== undefined && { body }) })
  return [answered.status, answered.body.code === path ? undefined : answered.body.code, answered.body.param]
}

describe('limits of accounts', () => {
  it.each([
    ['min_available', { min_available: null }],
    ['min_available', { min_available: '-1' }],
    ['min_available', { min_available: -1 }],
    ['max_balance', { max_balance: '100' }],
  ])('are set by an administrator, when an account is opened: %s of %j', async (param, limits) => {
    const account = {
      code: `o:${JSON.stringify(limits).replace(/[^a-z0-9_]/g, '')}${JSON.stringify(limits).length}`,
      asset: 'USD',
      ...limits,
    }
    expect(await call('write', 'POST', '/v1/accounts', account)).toEqual([403, 'scope_insufficient', param])
    const batch = { accounts: [{ code: 'plain', asset: 'USD' }, account] }
    expect(await call('write', 'POST', '/v1/accounts/batch', batch)).toEqual([
      403,
      'scope_insufficient',
      `accounts.1.${param}`,
    ])
    expect((await server.request('GET', '/v1/accounts/plain')).status).toBe(404)
    expect((await call('admin', 'POST', '/v1/accounts', account))[0]).toBe(201)
  })

  it('are set by an administrator, when an account is changed; so are freezing, closing and assets', async () => {
    expect((await call('write', 'POST', '/v1/accounts', { code: 'w', asset: 'USD', min_available: '0' }))[0]).toBe(201)
    for (const body of [{ min_available: null }, { min_available: '5' }, { max_balance: '1' }, { max_balance: null }]) {
      expect((await call('write', 'PATCH', '/v1/accounts/w', body)).slice(0, 2)).toEqual([403, 'scope_insufficient'])
    }
    expect((await call('write', 'PATCH', '/v1/accounts/w', { metadata: { a: 'b' } }))[0]).toBe(200)
    for (const verb of ['freeze', 'unfreeze', 'close']) {
      expect((await call('write', 'POST', `/v1/accounts/w/${verb}`, {}))[0]).toBe(403)
      expect((await call('admin', 'POST', `/v1/accounts/w/${verb}`, {}))[0]).toBe(200)
    }
    const points = { code: 'POINTS', scale: 0, name: 'Points' }
    expect((await call('write', 'POST', '/v1/assets', points))[0]).toBe(403)
    expect((await call('admin', 'POST', '/v1/assets', points))[0]).toBe(201)
  })

  it('that were refused for the scope use up no idempotency key', async () => {
    const body = { code: 'claimed', asset: 'USD', min_available: null }
    const headers = { 'idempotency-key': 'the same' }
    const refused = await server.request('POST', '/v1/accounts', { key: keys.write ?? '', body, headers })
    expect(refused.status).toBe(403)
    expect((await server.request('POST', '/v1/accounts', { body, headers })).status).toBe(201)
  })
})

describe('the administrator of one book', () => {
  it('has no access to another book, nor to resources that all books share', async () => {
    for (const path of ['/v1/accounts', '/v1/api-keys', '/v1/accounts/x']) {
      expect(await call('admin', 'GET', path, undefined, 'branch')).toEqual([403, 'book_not_allowed', undefined])
    }
    const shared = [
      ['GET', '/v1/books'],
      ['POST', '/v1/books', { code: 'mine' }],
      ['GET', '/v1/lanes'],
      ['POST', '/v1/lanes/bulk/pause'],
      ['GET', '/v1/verification'],
    ] as const
    for (const [method, path, body] of shared) expect((await call('admin', method, path, body))[0]).toBe(403)
    expect((await server.request('GET', '/v1/books/branch', { key: keys.admin ?? '' })).status).toBe(403)
    expect((await server.request('GET', '/v1/books/nothing', { key: keys.admin ?? '' })).status).toBe(403)
    expect((await server.request('GET', '/v1/books/main', { key: keys.admin ?? '' })).status).toBe(200)
  })

  it('manages the keys of its own book, and none of a higher scope', async () => {
    const make = (also: object) => call('branch', 'POST', '/v1/api-keys', { scope: 'write', name: 'k', ...also })
    expect((await make({}))[0]).toBe(201)
    expect((await make({ book: 'branch', scope: 'admin' }))[0]).toBe(201)
    expect(await make({ scope: 'operator' })).toEqual([403, 'scope_beyond_own', 'scope'])
    for (const book of ['main', 'nothing']) expect(await make({ book })).toEqual([403, 'book_not_allowed', 'book'])
    const listed = await server.request('GET', '/v1/api-keys?limit=100')
    for (const { id, scope } of listed.body.data as { id: string; scope: string }[]) {
      expect(await call('branch', 'DELETE', `/v1/api-keys/${id}`)).toEqual([404, 'api_key_not_found', undefined])
      if (scope !== 'operator') continue
      expect(await call('admin', 'DELETE', `/v1/api-keys/${id}`)).toEqual([403, 'scope_beyond_own', undefined])
    }
  })
})

describe('a key with a list of permissions', () => {
  const make = async (by: string, permissions: readonly string[], also: object = {}) => {
    const key = keys[by] ?? by
    return server.request('POST', '/v1/api-keys', { key, body: { permissions, name: 'narrow', ...also } })
  }

  it('may do what is listed and nothing else, and shows it', async () => {
    const made = await make('admin', ['refunds:write', 'payments:read'])
    expect(made.body).toMatchObject({ scope: null, permissions: ['payments:read', 'refunds:write'] })
    const { key, ...shown } = made.body
    expect((await server.request('GET', '/v1/api-keys?limit=1')).body.data).toEqual([{ ...shown }])
    expect((await server.request('GET', '/v1/payments', { key })).status).toBe(200)
    const denied = await server.request('POST', '/v1/payments', { key, body: {} })
    expect(denied.body).toMatchObject({ status: 403, code: 'scope_insufficient', permission: 'payments:write' })
    expect((await server.request('GET', '/v1/nothing', { key })).body.code).toBe('route_not_found')
    const elsewhere = await server.request('GET', '/v1/payments', { key, headers: { 'munim-book': 'branch' } })
    expect([elsewhere.status, elsewhere.body.code]).toEqual([403, 'book_not_allowed'])
  })

  it('is made with a scope or with a list, of known permissions, each once', async () => {
    const refused = async (body: object) => {
      const answered = await server.request('POST', '/v1/api-keys', { body: { name: 'x', ...body } })
      return [answered.status, answered.body.param]
    }
    expect(await refused({})).toEqual([400, 'scope'])
    expect(await refused({ scope: 'read', permissions: ['ledger:read'] })).toEqual([400, 'scope'])
    for (const permissions of [[], ['ledger:read', 'ledger:read'], ['none'], ['__proto__'], 'ledger:read']) {
      const [status, param] = await refused({ permissions })
      expect([permissions, status, String(param).split('.')[0]]).toEqual([permissions, 400, 'permissions'])
    }
  })

  it('never has one that its creator lacks, and is revoked by no one who lacks one of it', async () => {
    const manager = (await make('admin', ['keys:manage', 'ledger:read'])).body.key
    for (const [by, wanted] of [
      ['admin', ['lanes:manage']],
      ['admin', ['ledger:read', 'books:any']],
      [manager, ['payments:read']],
      [manager, ['ledger:read', 'ledger:write']],
    ] as const) {
      const answered = await make(by, wanted)
      expect([wanted, answered.body.code, answered.body.param]).toEqual([wanted, 'scope_beyond_own', 'permissions'])
    }
    const asScope = await server.request('POST', '/v1/api-keys', { key: manager, body: { scope: 'read', name: 'x' } })
    expect([asScope.body.code, asScope.body.param]).toEqual(['scope_beyond_own', 'scope'])
    const [below, beside] = [await make(manager, ['ledger:read']), await make('admin', ['payments:read'])]
    const revoke = (id: string) => server.request('DELETE', `/v1/api-keys/${id}`, { key: manager })
    expect((await revoke(below.body.id)).status).toBe(200)
    expect((await revoke(beside.body.id)).body.code).toBe('scope_beyond_own')
    const acts = await server.database.query<{ action: string; details: string; actor_kind: string }>({
      text: `select action, details, actor_kind from access.audit_log where subject = $1 order by number`,
      values: [below.body.id],
    })
    expect(acts.map(({ details, ...act }) => ({ ...act, ...JSON.parse(details) }))).toMatchObject([
      { action: 'api_key.created', actor_kind: 'key', permissions: 'ledger:read' },
      { action: 'api_key.revoked', actor_kind: 'key', permissions: 'ledger:read' },
    ])
  })

  it('of the installation acts in every book with books:any alone', async () => {
    const { key } = (await make('operator', ['books:any', 'ledger:read'])).body
    const there = { key, headers: { 'munim-book': 'branch' } }
    expect((await server.request('GET', '/v1/accounts', there)).status).toBe(200)
    expect((await server.request('GET', '/v1/books', there)).body.permission).toBe('books:manage')
  })
})

describe('a route that takes no body', () => {
  it.each([
    [{}, 200],
    [[], 400],
    [{ a: 1 }, 400],
    [null, 400],
  ])('answers the body %j with status %i', async (body, status) => {
    expect((await call('operator', 'POST', '/v1/lanes/bulk/resume', body))[0]).toBe(status)
  })
})

describe('unknown keys', () => {
  it('are looked up once each and within a limit, and shut out no valid key', async () => {
    const { database, drop } = await createTestDatabase()
    let good = ''
    await ensureFirstKey(database, async (text) => {
      good = text
    })
    let questions = 0
    const counting: typeof database = {
      ...database,
      query: (statement) => {
        questions += 1
        return database.query(statement)
      },
    }
    let nowMs = 0
    const faults: unknown[] = []
    const made = createAuthenticator({ database: counting, nowMs: () => nowMs, onFault: (error) => faults.push(error) })
    const codeOf = async (key: string, address = '10.0.0.1') => {
      const result = await made.authenticate({ key, book: undefined, address })
      return result.ok ? 'ok' : result.refusal.code
    }
    const stray = newKeyText()
    await Promise.all(Array.from({ length: 50 }, () => codeOf(stray)))
    expect(await codeOf(stray)).toBe('unauthenticated')
    expect(questions).toBe(1)

    expect(await codeOf(good)).toBe('ok')
    const codes = await Promise.all(Array.from({ length: 1000 }, () => codeOf(newKeyText())))
    expect(codes.filter((code) => code === 'unauthenticated').length).toBeLessThan(50)
    expect(codes.at(-1)).toBe('too_many_unknown_keys')
    expect(questions).toBeLessThan(60)

    // A valid key behind the same address still works, even when it must be looked up again.
    nowMs += 100_000
    await Promise.all(Array.from({ length: 200 }, () => codeOf(newKeyText())))
    expect(await codeOf(good)).toBe('ok')
    // A key that another process created meanwhile is loaded within a second; other addresses are not affected.
    const book = await resolveBook(database, 'main')
    if (!book.ok) throw new Error('no book')
    const other = await database.transaction((tx) =>
      createApiKey(tx, { book: book.value, scope: 'read', name: 'other', actor: undefined }),
    )
    nowMs += 2000
    await Promise.all(Array.from({ length: 200 }, () => codeOf(newKeyText())))
    await expect.poll(() => codeOf(other.text)).toBe('ok')
    expect(await codeOf(newKeyText(), '10.0.0.2')).toBe('unauthenticated')
    expect(faults).toEqual([])
    await made.stop()
    await drop()
  })
})

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '#platform/postgres'
import { createTestDatabase, startTestServer, type TestServer } from '#testing'
import { createAuthenticator } from './authenticate.ts'
import { createApiKey, ensureFirstKey, resolveBook, writeFirstKey } from './index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  server.request('POST', path, { body, headers })

describe('books', () => {
  it('are made, read by id and by code, and listed newest first in pages', async () => {
    const made = await post('/v1/books', { code: 'shop-1', name: 'Shop' })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.stringMatching(/^book_/),
      code: 'shop-1',
      name: 'Shop',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    for (const reference of ['shop-1', made.body.id]) {
      expect((await server.request('GET', `/v1/books/${reference}`)).body).toEqual(made.body)
    }
    await post('/v1/books', { code: 'shop-2' })
    const first = await server.request('GET', '/v1/books?limit=2')
    expect(first.body.data.map((book: { code: string }) => book.code)).toEqual(['shop-2', 'shop-1'])
    expect(first.body.has_more).toBe(true)
    const rest = await server.request('GET', `/v1/books?limit=2&cursor=${first.body.next_cursor}`)
    expect(rest.body).toMatchObject({ data: [{ code: 'main' }], has_more: false, next_cursor: null })
  })

  it('have a code each', async () => {
    const refused = await post('/v1/books', { code: 'main' })
    expect([refused.status, refused.body.code, refused.body.param]).toEqual([409, 'book_code_taken', 'code'])
  })

  it('are not found under another name', async () => {
    for (const reference of ['nothing', `book_${'0'.repeat(26)}`, "x'--"]) {
      const refused = await server.request('GET', `/v1/books/${encodeURIComponent(reference)}`)
      expect([refused.status, refused.body.code]).toEqual([404, 'book_not_found'])
    }
  })

  it.each(['', 'Main', 'a b', 'x'.repeat(25), '-a', `book_${'0'.repeat(26)}`])('have no code like %j', async (code) => {
    const refused = await post('/v1/books', { code })
    expect([refused.status, refused.body.param]).toEqual([400, 'code'])
  })
})

describe('API keys', () => {
  it('work until they are revoked, and are shown once', async () => {
    const made = await post('/v1/api-keys', { scope: 'operator', name: 'operations' })
    expect(made.status).toBe(201)
    const { key, ...shown } = made.body
    expect((await server.request('GET', '/v1/books', { key })).status).toBe(200)
    const listed = await server.request('GET', '/v1/api-keys?limit=1')
    expect(listed.body.data).toEqual([shown])
    const revoked = await server.request('DELETE', `/v1/api-keys/${shown.id}`)
    expect([revoked.status, revoked.body]).toEqual([200, { ...shown, revoked_at: expect.any(String) }])
    expect((await server.request('GET', '/v1/books', { key })).status).toBe(401)
    expect((await server.request('DELETE', `/v1/api-keys/${shown.id}`)).body).toEqual(revoked.body)
  })

  it('are stored only as their SHA-256', async () => {
    const made = await post('/v1/api-keys', { scope: 'read', name: 'reports' }, { 'idempotency-key': 'at-rest' })
    const secret = made.body.key.slice('munim_'.length)
    const tables = await server.database.query<{ name: string }>({
      text: `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('access', 'platform')`,
    })
    expect(tables.length).toBeGreaterThan(4)
    for (const { name } of tables) {
      const rows = await server.database.query<{ row: string }>({ text: `select t::text as row from ${name} t` })
      for (const { row } of rows) {
        expect(row).not.toContain(secret)
        expect(row).not.toContain(Buffer.from(secret).toString('hex'))
      }
    }
  })

  it('are made for another book, and work in that book only', async () => {
    await post('/v1/books', { code: 'branch' })
    const made = await post('/v1/api-keys', { book: 'branch', scope: 'write', name: 'till' })
    expect(made.body.book_code).toBe('branch')
    const { key } = made.body
    const attempts = [
      [{ 'munim-book': 'branch' }, 403, 'scope_insufficient'],
      [{ 'munim-book': made.body.book }, 403, 'scope_insufficient'],
      [{ 'munim-book': 'main' }, 403, 'book_not_allowed'],
      [{ 'munim-book': 'nothing' }, 403, 'book_not_allowed'],
    ] as const
    for (const [headers, status, code] of attempts) {
      const answered = await server.request('GET', '/v1/books', { key, headers })
      expect([answered.status, answered.body.code]).toEqual([status, code])
    }
    const listed = await server.request('GET', '/v1/api-keys', { headers: { 'munim-book': 'branch' } })
    expect(listed.body.data.map((listedKey: { name: string }) => listedKey.name)).toEqual(['till'])
  })

  it('cannot be made for, nor be used in, a book that does not exist', async () => {
    const made = await post('/v1/api-keys', { book: 'nothing', scope: 'read', name: 'x' })
    expect([made.status, made.body.code, made.body.param]).toEqual([404, 'book_not_found', 'book'])
    const used = await server.request('GET', '/v1/books', { headers: { 'munim-book': 'nothing' } })
    expect([used.status, used.body.code]).toEqual([404, 'book_not_found'])
  })

  it('are revoked only by a known id', async () => {
    const refused = await server.request('DELETE', `/v1/api-keys/key_${'0'.repeat(26)}`)
    expect([refused.status, refused.body.code]).toEqual([404, 'api_key_not_found'])
    expect((await server.request('DELETE', '/v1/api-keys/1')).status).toBe(400)
  })

  it('record roughly when they were last used', async () => {
    const made = await post('/v1/api-keys', { scope: 'read', name: 'used' })
    const other = createAuthenticator({
      database: server.database,
      onFault: (error) => {
        throw error
      },
    })
    await other.authenticate({ key: made.body.key, book: undefined })
    await other.stop()
    const listed = await server.request('GET', '/v1/api-keys?limit=1')
    expect(listed.body.data[0]).toMatchObject({ name: 'used', last_used_at: expect.any(String) })
  })
})

describe('the last operator key', () => {
  it('stays, even when two operator keys revoke each other at once', async () => {
    const other = await startTestServer()
    try {
      const second = await other.createKey('operator')
      const listed = await other.request('GET', '/v1/api-keys')
      const ids: string[] = listed.body.data.map(({ id }: { id: string }) => id)
      expect(ids).toHaveLength(2)
      const ends = await Promise.all(
        ids.map((id, at) => other.request('DELETE', `/v1/api-keys/${id}`, { key: at === 0 ? other.adminKey : second })),
      )
      // On a busy machine, one request may end before the key of the other is checked.
      const codes = ends.flatMap(({ status, body }) => (status === 200 ? [] : [body.code]))
      expect([['last_operator_key'], ['unauthenticated']]).toContainEqual(codes)
      const left = await other.database.query({ text: 'select id from access.api_keys where revoked_at is null' })
      expect(left).toHaveLength(1)
    } finally {
      await other.stop()
    }
  })
})

/** The database, with a count of its queries. */
function counted(database: Database) {
  let asked = 0
  const counting: Database = {
    ...database,
    query: (statement) => {
      asked += 1
      return database.query(statement)
    },
  }
  return { counting, questions: () => asked }
}

describe('recognizing a caller', () => {
  it('queries the database once for many requests, and again when the cached key has expired', async () => {
    const { database, drop } = await createTestDatabase()
    const { counting, questions } = counted(database)
    let nowMs = 0
    let key = ''
    await ensureFirstKey(database, async (text) => {
      key = text
    })
    const authenticator = createAuthenticator({ database: counting, nowMs: () => nowMs, onFault: () => undefined })
    const known = async () => (await authenticator.authenticate({ key, book: undefined })).ok
    for (let n = 0; n < 5; n += 1) expect(await known()).toBe(true)
    expect(questions()).toBe(1)

    await database.query({ text: 'update access.api_keys set revoked_at = now()' })
    nowMs = 4999
    expect(await known()).toBe(true)
    nowMs = 10_001
    expect(await known()).toBe(false)
    await drop()
  })

  it('forgets a revoked key at once, and queries no other key because of it', async () => {
    const { database, drop } = await createTestDatabase()
    const { counting, questions } = counted(database)
    await ensureFirstKey(database, async () => undefined)
    const main = await resolveBook(database, 'main')
    if (!main.ok) throw new Error(main.refusal.message)
    const make = (name: string) =>
      database.transaction((tx) => createApiKey(tx, { book: main.value, scope: 'read', name, actor: undefined }))
    const [revoked, other] = [await make('revoked'), await make('other')]
    const authenticator = createAuthenticator({ database: counting, onFault: () => undefined })
    const known = async (key: string) => (await authenticator.authenticate({ key, book: undefined })).ok
    expect([await known(revoked.text), await known(other.text)]).toEqual([true, true])
    const before = questions()
    // A look-up in progress when the key is revoked may have found it in force.
    authenticator.revoked(revoked.key.id)
    for (let n = 0; n < 10; n += 1) {
      authenticator.revoked(revoked.key.id)
      expect([await known(revoked.text), await known(other.text)]).toEqual([false, true])
    }
    expect(questions() - before).toBe(0)
    await authenticator.stop()
    await drop()
  })

  it('does not confuse a book with one of another server that has the same number', async () => {
    const { database, drop } = await createTestDatabase()
    const forgetting: (() => void)[] = []
    const switching: typeof database = {
      ...database,
      onNewEpoch: (reported) => {
        forgetting.push(reported)
        return () => undefined
      },
    }
    let key = ''
    await ensureFirstKey(database, async (text) => {
      key = text
    })
    const open = (code: string) =>
      database.query({
        text: `insert into access.books (number, id, code) overriding system value values (77, gen_random_uuid(), $1)`,
        values: [code],
      })
    await open('lost')
    const authenticator = createAuthenticator({ database: switching, onFault: () => undefined })
    const bookOf = async (book: string) => {
      const found = await authenticator.authenticate({ key, book })
      return found.ok ? found.value.book.code : found.refusal.code
    }
    expect(await bookOf('lost')).toBe('lost')
    // Another server, restored to an earlier day, gives the number to another book.
    await database.query({ text: `delete from access.books where code = 'lost'` })
    await open('found')
    for (const forget of forgetting) forget()
    expect([await bookOf('lost'), await bookOf('found')]).toEqual(['book_not_found', 'found'])
    await authenticator.stop()
    await drop()
  })
})

describe('the first start', () => {
  it('makes one book and one key, however many processes start', async () => {
    const { database, drop } = await createTestDatabase()
    const kept: string[] = []
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        ensureFirstKey(database, async (text) => {
          kept.push(text)
        }),
      ),
    )
    expect([made.filter(Boolean).length, kept.length]).toEqual([1, 1])
    const book = await resolveBook(database, 'main')
    expect(book.ok).toBe(true)
    await drop()
  })

  it('makes nothing when the key could not be kept', async () => {
    const { database, drop } = await createTestDatabase()
    const full = () => Promise.reject(new Error('no room'))
    await expect(ensureFirstKey(database, full)).rejects.toThrow('no room')
    expect(await ensureFirstKey(database, async () => undefined)).toBe(true)
    await drop()
  })

  it('keeps the key in a file for the operator alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'munim-key-'))
    await writeFirstKey({ dataDirectory: join(directory, 'data'), keyText: 'munim_x' })
    const path = join(directory, 'data', 'admin.key')
    expect(await readFile(path, 'utf8')).toBe('munim_x\n')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await rm(directory, { recursive: true })
  })
})

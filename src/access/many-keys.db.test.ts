import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, pagesRead, statementsOf, type TestDatabase } from '#testing'
import { lockKeys } from './access-store.ts'
import { createAuthenticator } from './authenticate.ts'
import { createApiKey, ensureFirstKey, resolveBook } from './index.ts'
import { createKeyDirectory } from './key-directory.ts'
import { hashKeyText, newKeyText } from './key-text.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
  await ensureFirstKey(test.database, async () => undefined)
})
afterAll(() => test.drop())

it('a valid key is never mistaken for an unknown one, however many keys there are', async () => {
  const { database } = test
  const book = await resolveBook(database, 'main')
  if (!book.ok) throw new Error('no book')
  const make = async () =>
    (
      await database.transaction((tx) =>
        createApiKey(tx, { book: book.value, scope: 'read', name: 'r', actor: undefined }),
      )
    ).text
  const old = await Promise.all(Array.from({ length: 20 }, make))
  // More keys than are cached, all of them newer.
  await database.query({
    text: `insert into access.api_keys (id, hash, book_id, scope, name)
      select ('ffffffff' || lpad(to_hex(n), 24, '0'))::uuid, sha256(n::text::bytea), $1, 'read', 'many'
      from generate_series(1, 12000) n`,
    values: [book.value.number],
  })
  // Time stands still, so the limit allows no more queries than at the start.
  const directory = createKeyDirectory({ database, nowMs: () => 0, onFault: () => undefined })
  await directory.learn()
  const codeOf = async (key: string) => {
    const found = await directory.find(hashKeyText(key), '10.0.0.1')
    return found.ok ? 'known' : found.refusal.code
  }
  const strangers = await Promise.all(Array.from({ length: 300 }, () => codeOf(newKeyText())))
  expect(strangers).toContain('too_many_unknown_keys')
  for (const key of old) expect(await codeOf(key)).toBe('known')
  // A revocation finds the operator keys among them by an index.
  const [locking] = await statementsOf((tx) => lockKeys(tx, { ids: [], operators: true }))
  expect(locking && (await pagesRead(database, locking))).toBeLessThan(30)
})

it('a cached key is as old as the query that read it, not as its answer', async () => {
  const { database } = test
  let now = 0
  const [read, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow: typeof database = {
    ...database,
    query: async (statement) => {
      const rows = await database.query(statement)
      read.resolve()
      await gate.promise
      return rows as never
    },
  }
  const book = await resolveBook(database, 'main')
  if (!book.ok) throw new Error('no book')
  const command = { book: book.value, scope: 'read', name: 'r', actor: undefined } as const
  const { text, key } = await database.transaction((tx) => createApiKey(tx, command))
  const authenticator = createAuthenticator({ database: slow, nowMs: () => now, onFault: () => undefined })
  const isKnown = async () => (await authenticator.authenticate({ key: text, book: undefined, address: '' })).ok
  const first = isKnown()
  // Another process revokes the key while the answer is in flight, which takes nine seconds.
  await read.promise
  await database.query({ text: 'update access.api_keys set revoked_at = now() where id = $1', values: [key.id] })
  now = 9_000
  gate.resolve()
  expect(await first).toBe(true)
  now = 11_000
  expect(await isKnown()).toBe(false)
  await authenticator.stop()
})

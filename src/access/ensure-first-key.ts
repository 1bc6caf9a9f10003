import { assert, encodeId, idPrefix } from '#kernel'
import type { Database } from '#platform/postgres'
import { hasBooks } from './access-store.ts'
import { appendAudit } from './audit-log.ts'
import { createApiKey } from './create-api-key.ts'
import { createBook } from './create-book.ts'
import { auditedGrant } from './grant.ts'

const firstStartLock = 4_771_002

/**
 * On a database without books, creates the book `main` and an operator key, and returns true. It passes the key's text
 * to `keep` before the commit, so that no key in force has lost its text.
 */
export function ensureFirstKey(database: Database, keep: (keyText: string) => Promise<void>): Promise<boolean> {
  return database.transaction(async (tx) => {
    // A separate statement: the following check must see the commits of other processes.
    await tx.query({ text: 'select pg_advisory_xact_lock($1)', values: [firstStartLock] })
    if (await hasBooks(tx)) return false
    const book = await createBook(tx, { code: 'main', name: null, actor: undefined })
    assert(book.ok, 'a database without books has no book main')
    const made = await createApiKey(tx, { book: book.value, scope: 'operator', name: 'first key', actor: undefined })
    const actor = undefined
    const { id, code, name } = book.value
    const opened = { action: 'book.created', subject: encodeId(idPrefix.book, id), details: { code, name } }
    await appendAudit(tx, { actor, ...opened })
    const details = { book: code, ...auditedGrant(made.key.grant), name: made.key.name }
    await appendAudit(tx, {
      ...{ actor, action: 'api_key.created', subject: encodeId(idPrefix.apiKey, made.key.id), details },
    })
    await keep(made.text)
    return true
  })
}

import { accepted, encodeId, idPrefix, refused, type Uuid } from '#kernel'
import type { Authenticate, AuthenticationResult, Caller, Credentials } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { ApiKey, Book } from './access.ts'
import { findKeyByHash, markUsed } from './access-store.ts'
import { hashKeyText, isKeyText } from './key-text.ts'
import { accessRefusals } from './refusals.ts'
import { resolveBook } from './resolve-book.ts'

/** A revocation by another process takes effect within this. */
const trustMs = 10_000
/** From this age on, a key that is being used is looked up again beside the request. */
const refreshMs = 5000
const usedEveryMs = 60_000
const keysMax = 10_000
const booksMax = 10_000

type KnownKey = { readonly caller: Caller; knownMs: number; refreshing: boolean }

export type Authenticator = {
  /** Recognises the caller of a key, in the key's book or, for an admin key, the book it names. */
  readonly authenticate: Authenticate
  /** Looks every key up anew: called after a revocation. */
  readonly forget: () => void
  /** Begins to note, about once a minute, which keys were used. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/**
 * Keys are known by the SHA-256 of their text, in memory as in the database: how long a look-up
 * takes says nothing about a key, since a guess cannot steer its hash.
 */
export function createAuthenticator(deps: {
  readonly database: Database
  readonly nowMs?: () => number
  /** Told when the use of keys could not be noted or a key not be looked up in the background. */
  readonly onFault: (error: unknown) => void
}): Authenticator {
  const { database, nowMs = () => performance.now() } = deps
  const keys = new Map<string, KnownKey>()
  const books = new Map<string, Book>()
  const used = new Set<Uuid>()
  let generation = 0
  let timer: NodeJS.Timeout | undefined

  const lookUp = async (name: string, hash: Buffer): Promise<KnownKey | undefined> => {
    const begun = generation
    const key = await findKeyByHash(database, hash)
    if (!key) {
      keys.delete(name)
      return undefined
    }
    const known = { caller: callerOf(key), knownMs: nowMs(), refreshing: false }
    // A key read before a revocation may be the revoked one.
    if (begun === generation) remember(keys, keysMax, name, known)
    return known
  }

  const inBook = (
    known: KnownKey,
    reference: string | undefined,
  ): AuthenticationResult | Promise<AuthenticationResult> => {
    const { caller } = known
    used.add(caller.keyId)
    if (reference === undefined || namesBook(caller.book, reference)) return accepted(caller)
    if (caller.scope !== 'admin') return refused('book_not_allowed', accessRefusals.book_not_allowed)
    const book = books.get(reference)
    return book ? accepted({ ...caller, book }) : findOtherBook(caller, reference)
  }

  const findOtherBook = async (caller: Caller, reference: string): Promise<AuthenticationResult> => {
    const found = await resolveBook(database, reference)
    if (!found.ok) return found
    remember(books, booksMax, reference, found.value)
    return accepted({ ...caller, book: found.value })
  }

  const refresh = (known: KnownKey, name: string, hash: Buffer) => {
    known.refreshing = true
    lookUp(name, hash)
      .catch(deps.onFault)
      .finally(() => {
        known.refreshing = false
      })
  }

  const noteUse = async () => {
    const ids = [...used]
    used.clear()
    if (ids.length > 0) await markUsed(database, ids).catch(deps.onFault)
  }

  return {
    authenticate: ({ key, book }: Credentials) => {
      if (!isKeyText(key)) return unknownKey()
      const hash = hashKeyText(key)
      const name = hash.toString('latin1')
      const known = keys.get(name)
      const ageMs = known ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
      if (known && ageMs < trustMs) {
        if (ageMs > refreshMs && !known.refreshing) refresh(known, name, hash)
        return inBook(known, book)
      }
      return lookUp(name, hash).then((found) => (found ? inBook(found, book) : unknownKey()))
    },
    forget: () => {
      generation += 1
      keys.clear()
    },
    start: () => {
      timer = setInterval(noteUse, usedEveryMs)
      timer.unref()
    },
    stop: async () => {
      clearInterval(timer)
      await noteUse()
    },
  }
}

function unknownKey(): AuthenticationResult {
  return refused('unauthenticated', 'The API key is not known, or it was revoked.')
}

function callerOf(key: ApiKey): Caller {
  return { keyId: key.id, scope: key.scope, book: key.book }
}

function namesBook(book: Caller['book'], reference: string): boolean {
  return reference === book.code || reference === encodeId(idPrefix.book, book.id)
}

/** Keeps the newest `entriesMax` entries. */
function remember<Value>(entries: Map<string, Value>, entriesMax: number, name: string, value: Value): void {
  entries.delete(name)
  entries.set(name, value)
  if (entries.size > entriesMax) {
    const oldest = entries.keys().next()
    if (!oldest.done) entries.delete(oldest.value)
  }
}

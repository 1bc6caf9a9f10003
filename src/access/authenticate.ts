import { accepted, refused, type Uuid } from '#kernel'
import { createPeriodic } from '#platform/background'
import type { Authenticate, AuthenticationResult, Caller, Credentials } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { Book } from './access.ts'
import { markUsed } from './access-store.ts'
import { afterSwitch } from './after-switch.ts'
import { createKeyDirectory, unknownKey } from './key-directory.ts'
import { hashKeyText, isKeyText } from './key-text.ts'
import type { TokenAuthenticator } from './oauth/authenticate-token.ts'
import { markClientsUsed } from './oauth/oauth-client-store.ts'
import { refuse } from './refusals.ts'
import { remember } from './remember.ts'
import { namesBook, resolveBook } from './resolve-book.ts'
import { revokeKeysAgain } from './revoke-again.ts'

const usedEveryMs = 60_000
const booksMax = 10_000

export type Authenticator = {
  /** Acts in the key's book or, with the permission `books:any`, in the book that the request names. */
  readonly authenticate: Authenticate
  /** Must be called after a key was revoked; the key is then refused. */
  readonly revoked: (id: Uuid) => void
  /** Loads the existing keys, and starts to record about once a minute which keys were used. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

/** The duration of a look-up reveals nothing about a key, since a guess cannot control its SHA-256. */
export function createAuthenticator(deps: {
  readonly database: Database
  /** Undefined: only API keys are accepted. */
  readonly tokens?: TokenAuthenticator
  /** Whether API keys are taken; by default they are. */
  readonly takesKeys?: boolean
  readonly nowMs?: () => number
  readonly onFault: (error: unknown) => void
}): Authenticator {
  const { database, tokens, onFault, takesKeys = true, nowMs = () => performance.now() } = deps
  const directory = createKeyDirectory({ database, onFault, nowMs })
  const books = new Map<string, Book>()
  const used = new Set<Uuid>()
  // A restored server may give a known book number to another book.
  const stopForgetting = database.onNewEpoch(() => {
    books.clear()
    directory.forget()
  })

  const stopRevoking = afterSwitch(database, {
    work: async () => {
      const ids = directory.revokedHere()
      if (ids.length > 0) await database.transaction((tx) => revokeKeysAgain(tx, ids))
    },
    onFault,
  })

  const inBook = (
    caller: Caller,
    reference: string | undefined,
  ): AuthenticationResult | Promise<AuthenticationResult> => {
    used.add(caller.principal.id)
    if (reference === undefined || namesBook(caller.book, reference)) return accepted(caller)
    if (!caller.permissions.has('books:any')) return { ...refuse('book_not_allowed'), permission: 'books:any' }
    const book = books.get(reference)
    return book ? accepted({ ...caller, book }) : findOtherBook(caller, reference)
  }

  const findOtherBook = async (caller: Caller, reference: string): Promise<AuthenticationResult> => {
    const epoch = database.epoch()
    const found = await resolveBook(database, reference)
    if (!found.ok) return found
    if (epoch === database.epoch()) remember(books, booksMax, reference, found.value)
    return accepted({ ...caller, book: found.value })
  }

  const noteUse = async () => {
    const ids = [...used]
    used.clear()
    if (ids.length === 0) return undefined
    await database.transaction(async (tx) => {
      await markUsed(tx, ids)
      if (tokens !== undefined) await markClientsUsed(tx, ids)
    })
    return undefined
  }
  const noting = createPeriodic({ name: 'noting the use of keys', restMs: usedEveryMs, work: noteUse, onFault })

  return {
    authenticate: ({ key, book, address, certificate }: Credentials) => {
      const isKey = isKeyText(key)
      if (isKey && !takesKeys) return keysAreOff()
      if (!isKey && tokens?.isToken(key) !== true) return unknownKey()
      const found =
        isKey || !tokens
          ? directory.find(hashKeyText(key), address)
          : tokens.authenticate(key, { certificate, address })
      if (found instanceof Promise) return found.then((known) => (known.ok ? inBook(known.value, book) : known))
      return found.ok ? inBook(found.value, book) : found
    },
    revoked: directory.revoked,
    start: () => {
      directory.learn().catch(onFault)
      noting.start()
    },
    stop: async () => {
      await noting.stop()
      stopForgetting()
      stopRevoking()
      await noting.round()
    },
  }
}

function keysAreOff() {
  const message = 'This server takes no API keys. Use an OAuth client, or log in as a person.'
  return refused({ code: 'unauthenticated', message })
}

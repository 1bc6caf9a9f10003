import { accepted, type Result, refused, type Uuid } from '#kernel'
import type { Caller, Credentials } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { ApiKey } from './access.ts'
import { findKeyByHash, listKeyHashes, listNewestKeys } from './access-store.ts'
import { createHashFilter, type HashFilter } from './hash-filter.ts'
import { accessRefusals } from './refusals.ts'
import { remember } from './remember.ts'
import { createUnknownKeyLimit } from './unknown-key-limit.ts'

/** A revocation by another process takes effect within this time. */
const trustMs = 10_000
/** A used key that was read longer ago than this is read again in the background. */
const refreshMs = 5000
const keysMax = 10_000
/**
 * How long a key counts as unknown without another look-up. A key's text is random, so no client can guess a future
 * key.
 */
const unknownMs = 60_000
const unknownMax = 10_000
/**
 * How many of the newest keys are loaded at the start, and again while unknown keys are being refused: at most once a
 * second.
 */
const newestMax = 10_000
const newestEveryMs = 1000
/** Hashes of keys that one query reads while all are loaded. */
const hashesPerStep = 10_000
/**
 * The ids of keys that this process revoked recently: a look-up that began earlier may still find one of them in force.
 */
const revokedMax = 10_000

type KnownKey = { readonly caller: Caller; knownMs: number; refreshing: boolean }

type Found = Result<Caller, 'unauthenticated' | 'too_many_unknown_keys'>

/** A key as received: its hash, the hash as text, and the client's address. */
type AskedKey = { readonly name: string; readonly hash: Buffer } & Pick<Credentials, 'address'>

export type KeyDirectory = {
  /** The caller of a key: at once when the key is known, otherwise from the database. */
  readonly find: (hash: Buffer, address: string | undefined) => Found | Promise<Found>
  /** Loads the existing keys, however many there are, so that a valid key never counts as one of many unknown ones. */
  readonly learn: () => Promise<void>
  /** A key was revoked, for good: from now on it is unknown here. The other keys stay as known as they were. */
  readonly revoked: (id: Uuid) => void
  /** Another server replaced the database: it may have other keys, and books with other numbers. */
  readonly forget: () => void
}

/**
 * The keys of the installation by the SHA-256 of their text. Concurrent requests with one key cause one query. Unknown
 * keys cause no more queries than the limit allows. A key that is known here, or is one of the existing keys, is never
 * limited.
 */
export function createKeyDirectory(deps: {
  readonly database: Database
  readonly nowMs: () => number
  readonly onFault: (error: unknown) => void
}): KeyDirectory {
  const { database, nowMs, onFault } = deps
  const keys = new Map<string, KnownKey>()
  const unknown = new Map<string, number>()
  const revokedIds = new Map<Uuid, true>()
  const limit = createUnknownKeyLimit(nowMs)
  const existing = createHashFilter()
  let newestReadMs = Number.NEGATIVE_INFINITY
  let generation = 0

  const lookUp = async ({ name, hash }: AskedKey): Promise<KnownKey | undefined> => {
    const begun = generation
    // The time of the query: the key may be revoked before the answer arrives.
    const knownMs = nowMs()
    const key = await findKeyByHash(database, hash)
    if (!key || revokedIds.has(key.id)) {
      if (begun !== generation) return undefined
      keys.delete(name)
      remember(unknown, unknownMax, name, nowMs())
      return undefined
    }
    const known = { caller: callerOf(key), knownMs, refreshing: false }
    // Results from a server that has been replaced are not cached.
    if (begun === generation) remember(keys, keysMax, name, known)
    return known
  }

  const lookUps = createLookUps(lookUp)

  const learnNewest = async () => {
    const knownMs = nowMs()
    newestReadMs = knownMs
    const begun = generation
    const found = await listNewestKeys(database, newestMax)
    if (begun !== generation) return
    for (const { key, hash } of found.reverse()) {
      const name = hash.toString('latin1')
      existing.add(hash)
      if (!keys.has(name)) remember(keys, keysMax, name, { caller: callerOf(key), knownMs, refreshing: false })
    }
  }

  const ask = (asked: AskedKey): Found | Promise<Found> => {
    const known = keys.has(asked.name) || existing.has(asked.hash)
    if (!known && !lookUps.has(asked.name) && !limit.take(asked.address)) {
      if (nowMs() - newestReadMs >= newestEveryMs) learnNewest().catch(onFault)
      return refused('too_many_unknown_keys', accessRefusals.too_many_unknown_keys)
    }
    return lookUps.once(asked).then((found) => {
      if (!found) return unknownKey()
      if (!known) limit.giveBack(asked.address)
      return accepted(found.caller)
    })
  }

  const refresh = (known: KnownKey, asked: AskedKey) => {
    known.refreshing = true
    lookUps
      .once(asked)
      .catch(onFault)
      .finally(() => {
        known.refreshing = false
      })
  }

  return {
    find: (hash, address) => {
      const asked = { name: hash.toString('latin1'), hash, address }
      const known = keys.get(asked.name)
      if (known && revokedIds.has(known.caller.keyId)) return unknownKey()
      const ageMs = known ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
      if (known && ageMs < trustMs) {
        if (ageMs > refreshMs && !known.refreshing) refresh(known, asked)
        return accepted(known.caller)
      }
      const unknownSinceMs = unknown.get(asked.name)
      if (unknownSinceMs !== undefined && nowMs() - unknownSinceMs < unknownMs) return unknownKey()
      return ask(asked)
    },
    learn: async () => {
      await learnNewest()
      await learnHashes(database, existing)
    },
    revoked: (id) => remember(revokedIds, revokedMax, id, true),
    forget: () => {
      generation += 1
      lookUps.clear()
      unknown.clear()
      revokedIds.clear()
      // They stay known, but are read again: a valid key must not be limited because the server is another one.
      for (const known of keys.values()) known.knownMs = Number.NEGATIVE_INFINITY
    },
  }
}

/** Runs one look-up of a key at a time, for all requests that arrive meanwhile. */
function createLookUps(lookUp: (asked: AskedKey) => Promise<KnownKey | undefined>) {
  const running = new Map<string, Promise<KnownKey | undefined>>()
  return {
    has: (name: string) => running.has(name),
    clear: () => running.clear(),
    once: (asked: AskedKey) => {
      const begunBefore = running.get(asked.name)
      if (begunBefore) return begunBefore
      const begun = lookUp(asked).finally(() => {
        if (running.get(asked.name) === begun) running.delete(asked.name)
      })
      running.set(asked.name, begun)
      return begun
    },
  }
}

async function learnHashes(database: Database, existing: HashFilter): Promise<void> {
  let after: Uuid | undefined
  do {
    const found = await listKeyHashes(database, { after, limit: hashesPerStep })
    for (const { hash } of found) existing.add(hash)
    after = found.length < hashesPerStep ? undefined : found.at(-1)?.id
  } while (after !== undefined)
}

export function unknownKey() {
  return refused('unauthenticated', 'The API key is not known, or it was revoked.')
}

function callerOf(key: ApiKey): Caller {
  return { keyId: key.id, scope: key.scope, book: key.book }
}

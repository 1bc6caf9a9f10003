import { accepted, type Result, refused, type Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import type { Caller, Credentials } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { ApiKey } from './access.ts'
import { findKeyByHash, listKeyHashes, listNewestKeys } from './access-store.ts'
import { isAllowed } from './allowed-addresses.ts'
import { describeGrant, permissionsOf } from './grant.ts'
import { createHashFilter, type HashFilter } from './hash-filter.ts'
import { refuse } from './refusals.ts'
import { remember } from './remember.ts'
import { createUnknownKeyLimit } from './unknown-key-limit.ts'

/** A revocation by another process takes effect within this time. */
const trustMs = 10_000
const refreshMs = 5000
const keysMax = 10_000
/** How long an unknown key is not looked up again. Keys are random, so no client can guess a future one. */
const unknownMs = 60_000
const unknownMax = 10_000
const newestMax = 10_000
const newestEveryMs = 1000
const hashesPerStep = 10_000
/** Keys that this process revoked recently. A look-up that began earlier may still find one of them in force. */
const revokedMax = 10_000

type KnownKey = {
  readonly caller: Caller
  readonly addresses: AddressList | undefined
  knownMs: number
  refreshing: boolean
}

type Found = Result<Caller, 'unauthenticated' | 'too_many_unknown_keys' | 'address_not_allowed'>

type AskedKey = { readonly name: string; readonly hash: Buffer } & Pick<Credentials, 'address'>

export type KeyDirectory = {
  /** Returns a promise only when it must query the database. */
  readonly find: (hash: Buffer, address: string | undefined) => Found | Promise<Found>
  /** Loads all existing keys, so that a valid key is never limited as an unknown one. */
  readonly learn: () => Promise<void>
  /** Makes a revoked key unknown here, permanently. Other keys are not affected. */
  readonly revoked: (id: Uuid) => void
  /** Those that this process revoked recently. */
  readonly revokedHere: () => readonly Uuid[]
  /** Called after another server replaced the database: its keys and book numbers may differ. A revoked key stays unknown. */
  readonly forget: () => void
}

/** Concurrent requests with one key cause one query. Look-ups of unknown keys are limited, others never. */
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
    const known = knownKey(key, knownMs)
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
      if (!keys.has(name)) remember(keys, keysMax, name, knownKey(key, knownMs))
    }
  }

  const ask = (asked: AskedKey): Found | Promise<Found> => {
    const known = keys.has(asked.name) || existing.has(asked.hash)
    if (!known && !lookUps.has(asked.name) && !limit.take(asked.address)) {
      if (nowMs() - newestReadMs >= newestEveryMs) learnNewest().catch(onFault)
      return refuse('too_many_unknown_keys')
    }
    return lookUps.once(asked).then((found) => {
      if (!found) return unknownKey()
      if (!known) limit.giveBack(asked.address)
      return admitted(found, asked.address)
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
      if (known && revokedIds.has(known.caller.principal.id)) return unknownKey()
      const ageMs = known ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
      if (known && ageMs < trustMs) {
        if (ageMs > refreshMs && !known.refreshing) refresh(known, asked)
        return admitted(known, address)
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
    revokedHere: () => [...revokedIds.keys()],
    forget: () => {
      generation += 1
      lookUps.clear()
      unknown.clear()
      // Keys stay known but are read again: a valid key must not be limited because the server was replaced.
      for (const known of keys.values()) known.knownMs = Number.NEGATIVE_INFINITY
    },
  }
}

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

function admitted({ caller, addresses }: KnownKey, address: string | undefined): Found {
  return isAllowed(addresses, address) ? accepted(caller) : refuse('address_not_allowed')
}

export function unknownKey() {
  return refused({ code: 'unauthenticated', message: 'The API key is not known, or it was revoked.' })
}

function knownKey(key: ApiKey, knownMs: number): KnownKey {
  const { id, name, grant, book, addresses } = key
  const named = { name, grant: describeGrant(grant) }
  const caller: Caller = { principal: { kind: 'key', id }, ...named, permissions: permissionsOf(grant), book }
  return { caller, addresses, knownMs, refreshing: false }
}

import { accepted, type Result, refused, type Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import type { Caller, Credentials } from '#platform/http'
import type { Database } from '#platform/postgres'
import type { ApiKey } from './access.ts'
import { findKeyByHash, listKeyHashes, listNewestKeys } from './access-store.ts'
import { isAllowed } from './allowed-addresses.ts'
import { createDirectory, type DirectoryDeps } from './directory.ts'
import { describeGrant, permissionsOf } from './grant.ts'
import { createHashFilter, type HashFilter } from './hash-filter.ts'
import { createNews } from './news.ts'
import { refuse } from './refusals.ts'
import { remember } from './remember.ts'
import { createUnknownKeyLimit } from './unknown-key-limit.ts'

/** How long an unknown key is not looked up again. Keys are random, so no client can guess a future one. */
const unknownMs = 60_000
const unknownMax = 10_000
const newestMax = 10_000
const newestEveryMs = 1000
const hashesPerStep = 10_000
/** Keys that this process revoked recently. A look-up that began earlier may still find one of them in force. */
const revokedMax = 10_000

type KnownKey = { readonly caller: Caller; readonly addresses: AddressList | undefined }

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

/** By the hashes of keys, as text. Look-ups of unknown keys are limited, others never. */
export function createKeyDirectory(deps: DirectoryDeps & { readonly database: Database }): KeyDirectory {
  const { database, nowMs, onFault } = deps
  const unknown = new Map<string, number>()
  const revokedIds = new Map<Uuid, true>()
  const limit = createUnknownKeyLimit(nowMs)
  const existing = createHashFilter()
  const news = createNews(nowMs)
  let newestReadMs = Number.NEGATIVE_INFINITY
  const keys = createDirectory<string, KnownKey>({
    ...deps,
    readOne: async (name) => {
      const key = await findKeyByHash(database, Buffer.from(name, 'latin1'))
      return key && !revokedIds.has(key.id) ? knownKey(key) : undefined
    },
    onMissing: (name) => remember(unknown, unknownMax, name, nowMs()),
  })

  const learnNewest = async () => {
    newestReadMs = nowMs()
    await keys.learn(async () => {
      const newest = await news.read((seconds) => listNewestKeys(database, { limit: newestMax, seconds }))
      for (const { hash } of newest) existing.add(hash)
      return newest.reverse().map(({ key, hash }) => [hash.toString('latin1'), knownKey(key)] as const)
    })
  }

  const ask = ({ name, hash, address }: AskedKey): Found | Promise<Found> => {
    const known = keys.lastKnown(name) !== undefined || existing.has(hash)
    if (!known && !keys.isReading(name) && !limit.take(address)) {
      if (nowMs() - newestReadMs >= newestEveryMs) learnNewest().catch(onFault)
      return refuse('too_many_unknown_keys')
    }
    return keys.read(name).then((found) => {
      if (!found) return unknownKey()
      if (!known) limit.giveBack(address)
      return admitted(found, address)
    })
  }

  return {
    find: (hash, address) => {
      const name = hash.toString('latin1')
      const lastKnown = keys.lastKnown(name)
      if (lastKnown && revokedIds.has(lastKnown.caller.principal.id)) return unknownKey()
      const known = keys.trusted(name)
      if (known) return admitted(known, address)
      const unknownSinceMs = unknown.get(name)
      if (unknownSinceMs !== undefined && nowMs() - unknownSinceMs < unknownMs) return unknownKey()
      return ask({ name, hash, address })
    },
    learn: async () => {
      await learnNewest()
      await learnHashes(database, existing)
    },
    revoked: (id) => remember(revokedIds, revokedMax, id, true),
    revokedHere: () => [...revokedIds.keys()],
    forget: () => {
      unknown.clear()
      news.forget()
      // Keys stay known but are read again: a valid key must not be limited because the server was replaced.
      keys.forget()
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

function knownKey(key: ApiKey): KnownKey {
  const { id, name, grant, book, addresses } = key
  const named = { name, grant: describeGrant(grant) }
  const caller: Caller = { principal: { kind: 'key', id }, ...named, permissions: permissionsOf(grant), book }
  return { caller, addresses }
}

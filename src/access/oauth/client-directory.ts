import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { remember } from '../remember.ts'
import { type ListedClient, type OauthClient, withoutKeys } from './oauth-client.ts'
import { findListedClient, listNewestClients } from './oauth-client-store.ts'

/** A change by another process takes effect within this time. */
const trustMs = 10_000
const refreshMs = 5000
const clientsMax = 10_000
/** Clients that this process changed recently. A look-up that began earlier may still find their old state. */
const changedMax = 10_000

type KnownClient = { readonly client: ListedClient; knownMs: number; refreshing: boolean }

export type ClientDirectory = {
  /** The client of a genuine token of that generation; undefined when its permissions are not in force any more. */
  readonly find: (token: OfToken) => ListedClient | undefined | Promise<ListedClient | undefined>
  /** As it was last read: only to tell known secrets from guesses. */
  readonly lastKnown: (id: Uuid) => ListedClient | undefined
  /** Reads the newest clients. */
  readonly learn: () => Promise<void>
  /** Reads a client again. */
  readonly read: (id: Uuid) => Promise<unknown>
  /** Must be called after a client was made, changed or revoked, with its new state. */
  readonly changed: (client: OauthClient) => void
  /** Those that this process changed recently, as it left them. */
  readonly changedHere: () => readonly ListedClient[]
  /** Called after another server replaced the database. What a client has lost here stays lost. */
  readonly forget: () => void
}

type OfToken = { readonly clientId: Uuid; readonly generation: number }

/** Reads clients that are in use again in the background, as the directory of keys does. */
export function createClientDirectory(deps: {
  readonly database: Database
  readonly nowMs: () => number
  readonly onFault: (error: unknown) => void
}): ClientDirectory {
  const { database, nowMs, onFault } = deps
  const clients = new Map<Uuid, KnownClient>()
  const running = new Map<Uuid, Promise<ListedClient | undefined>>()
  const changedHere = new Map<Uuid, ListedClient>()
  /** Infinite for a revoked client. */
  const leastGeneration = (id: Uuid): number => {
    const changed = changedHere.get(id)
    if (changed === undefined) return 0
    return changed.revokedAt === undefined ? changed.generation : Number.POSITIVE_INFINITY
  }
  let epoch = 0

  const lookUp = async (id: Uuid): Promise<ListedClient | undefined> => {
    const begun = epoch
    // The time of the query: the client may be revoked before the answer arrives.
    const knownMs = nowMs()
    const client = await findListedClient(database, id)
    if (begun !== epoch) return client
    if (client) remember(clients, clientsMax, id, { client, knownMs, refreshing: false })
    else clients.delete(id)
    return client
  }

  const lookUpOnce = (id: Uuid) => {
    const begunBefore = running.get(id)
    if (begunBefore) return begunBefore
    const begun = lookUp(id).finally(() => {
      if (running.get(id) === begun) running.delete(id)
    })
    running.set(id, begun)
    return begun
  }

  const refresh = (known: KnownClient) => {
    known.refreshing = true
    lookUpOnce(known.client.id)
      .catch(onFault)
      .finally(() => {
        known.refreshing = false
      })
  }

  const inForce = (client: ListedClient | undefined, { clientId, generation }: OfToken) => {
    if (client === undefined || client.revokedAt !== undefined || client.generation !== generation) return undefined
    return generation >= leastGeneration(clientId) ? client : undefined
  }

  return {
    find: (token) => {
      const { clientId, generation } = token
      if (generation < leastGeneration(clientId)) return undefined
      const known = clients.get(clientId)
      const ageMs = known ? nowMs() - known.knownMs : Number.POSITIVE_INFINITY
      // A genuine token of a later generation shows that the client was changed since.
      if (known && ageMs < trustMs && generation <= known.client.generation) {
        if (ageMs > refreshMs && !known.refreshing) refresh(known)
        return inForce(known.client, token)
      }
      return lookUpOnce(clientId).then((client) => inForce(client, token))
    },
    lastKnown: (id) => clients.get(id)?.client,
    read: lookUpOnce,
    learn: async () => {
      const knownMs = nowMs()
      const begun = epoch
      const found = await listNewestClients(database, clientsMax)
      if (begun !== epoch) return
      for (const client of found.reverse()) {
        const known = clients.get(client.id)
        if (known && known.knownMs > knownMs) continue
        remember(clients, clientsMax, client.id, { client, knownMs, refreshing: false })
      }
    },
    changed: (changed) => {
      const client = withoutKeys(changed)
      const { id, revokedAt } = client
      running.delete(id)
      if (revokedAt === undefined) remember(clients, clientsMax, id, { client, knownMs: nowMs(), refreshing: false })
      else clients.delete(id)
      remember(changedHere, changedMax, id, client)
    },
    changedHere: () => [...changedHere.values()],
    forget: () => {
      epoch += 1
      running.clear()
      for (const known of clients.values()) known.knownMs = Number.NEGATIVE_INFINITY
    },
  }
}

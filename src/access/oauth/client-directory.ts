import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { createDirectory, type DirectoryDeps } from '../directory.ts'
import { remember } from '../remember.ts'
import { type ListedClient, type OauthClient, withoutKeys } from './oauth-client.ts'
import { findListedClient, listNewestClients } from './oauth-client-store.ts'

const newestMax = 10_000
/** Clients that this process changed recently. A look-up that began earlier may still find their old state. */
const changedMax = 10_000

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

export function createClientDirectory({
  database,
  ...deps
}: DirectoryDeps & { readonly database: Database }): ClientDirectory {
  const clients = createDirectory({ ...deps, readOne: (id: Uuid) => findListedClient(database, id) })
  const changedHere = new Map<Uuid, ListedClient>()
  /** Infinite for a revoked client. */
  const leastGeneration = (id: Uuid): number => {
    const changed = changedHere.get(id)
    if (changed === undefined) return 0
    return changed.revokedAt === undefined ? changed.generation : Number.POSITIVE_INFINITY
  }
  const inForce = (client: ListedClient | undefined, { clientId, generation }: OfToken) => {
    if (client === undefined || client.revokedAt !== undefined || client.generation !== generation) return undefined
    return generation >= leastGeneration(clientId) ? client : undefined
  }

  return {
    find: (token) => {
      const { clientId, generation } = token
      if (generation < leastGeneration(clientId)) return undefined
      const known = clients.trusted(clientId)
      // A genuine token of a later generation shows that the client was changed since.
      if (known && generation <= known.generation) return inForce(known, token)
      return clients.read(clientId).then((client) => inForce(client, token))
    },
    lastKnown: clients.lastKnown,
    read: clients.read,
    learn: () =>
      clients.learn(async () => {
        const newest = await listNewestClients(database, newestMax)
        return newest.reverse().map((client) => [client.id, client] as const)
      }),
    changed: (changed) => {
      const client = withoutKeys(changed)
      clients.changed(client.id, client.revokedAt === undefined ? client : undefined)
      remember(changedHere, changedMax, client.id, client)
    },
    changedHere: () => [...changedHere.values()],
    forget: clients.forget,
  }
}

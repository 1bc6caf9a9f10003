import type { Uuid } from '#kernel'
import type { Database } from '#platform/postgres'
import { createDirectory, type DirectoryDeps } from '../directory.ts'
import { createNews } from '../news.ts'
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
  /** Reads the newest clients: at first all, then those that were made or changed since. */
  readonly learn: () => Promise<void>
  /** Reads a client again. */
  readonly read: (id: Uuid) => Promise<unknown>
  /** Must be called after a client was made, changed or revoked, with its new state. */
  readonly changed: (client: OauthClient) => void
  /** Those that this process changed recently, as it left them. */
  readonly changedHere: () => readonly OauthClient[]
  /** What was read, or how this process left it when a server took over that does not have the change yet. */
  readonly latest: (stored: OauthClient) => OauthClient
  /** What has an earlier generation of the client is over. Infinite for a revoked client. */
  readonly leastGeneration: (id: Uuid) => number
  /** Called after another server replaced the database. What a client has lost here stays lost. */
  readonly forget: () => void
}

type OfToken = { readonly clientId: Uuid; readonly generation: number }

export function createClientDirectory({
  database,
  ...deps
}: DirectoryDeps & { readonly database: Database }): ClientDirectory {
  const changedHere = new Map<Uuid, OauthClient>()
  const news = createNews(deps.nowMs)
  const latest = <Client extends ListedClient>(stored: Client): Client | OauthClient => {
    const changed = changedHere.get(stored.id)
    return changed !== undefined && changed.revision > stored.revision ? changed : stored
  }
  const clients = createDirectory({
    ...deps,
    readOne: async (id: Uuid) => {
      const stored = await findListedClient(database, id)
      return stored && withoutKeys(latest(stored))
    },
  })
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
        const newest = await news.read((seconds) => listNewestClients(database, { limit: newestMax, seconds }))
        return newest.reverse().map((client) => [client.id, withoutKeys(latest(client))] as const)
      }),
    changed: (changed) => {
      // Of two changes at the same time, the first may be noted last.
      if ((changedHere.get(changed.id)?.revision ?? -1n) > changed.revision) return
      const client = withoutKeys(changed)
      clients.changed(client.id, client.revokedAt === undefined ? client : undefined)
      remember(changedHere, changedMax, client.id, changed)
    },
    changedHere: () => [...changedHere.values()],
    latest,
    leastGeneration,
    forget: () => {
      news.forget()
      clients.forget()
    },
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { decodeId, encodeId, idPrefix } from '#kernel'
import { createTokenServer, type PeopleAccounts, type TokenClient, type TokenServer } from '#platform/oauth'
import type { Database } from '#platform/postgres'
import { isAllowed } from '../allowed-addresses.ts'
import { cliClient } from '../people/people.ts'
import type { ClientDirectory } from './client-directory.ts'
import { findClient } from './oauth-client-store.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { UsedRecords } from './used-records.ts'

type ServersDeps = {
  readonly database: Database
  readonly keys: Pick<SigningKeys, 'current'>
  readonly wallMs: () => number
  readonly directory: Pick<ClientDirectory, 'latest'>
  readonly people: PeopleAccounts
  readonly used: UsedRecords
}

/** Of the request for tokens that is being answered. The library passes on nothing of it. */
const asking = new AsyncLocalStorage<{ readonly address: string | undefined }>()

/** A client gets no tokens at an address that is not on its list. People log in from anywhere. */
export function askingFrom<Answer>(address: string | undefined, work: () => Promise<Answer>): Promise<Answer> {
  return asking.run({ address }, work)
}

type Named = { readonly issuer: string; readonly audience: string }

/** The server of the key that signs now. After a rotation, a new one replaces it. */
export function createTokenServers({ database, keys, directory, people, used, wallMs }: ServersDeps) {
  let server: { readonly kid: string; readonly made: Promise<TokenServer> } | undefined
  return ({ issuer, audience }: Named): Promise<TokenServer> => {
    const key = keys.current()
    if (server?.kid !== key.kid) {
      const find = (id: string) => findTokenClient({ database, directory, wallMs }, id)
      const covers = (held: readonly string[], wanted: string) => held.includes(wanted)
      const made = createTokenServer({ issuer, audience, key, covers, records: used, people, findClient: find })
      server = { kid: key.kid, made }
    }
    return server.made
  }
}

async function findTokenClient(
  { database, directory, wallMs }: Pick<ServersDeps, 'database' | 'directory' | 'wallMs'>,
  publicId: string,
): Promise<TokenClient | undefined> {
  if (publicId === cliClient.id) return cliClient
  const id = decodeId(idPrefix.oauthClient, publicId)
  const stored = id === undefined ? undefined : await findClient(database, id)
  const client = stored && directory.latest(stored)
  if (client === undefined || client.revokedAt !== undefined) return undefined
  const from = asking.getStore()
  if (from !== undefined && !isAllowed(client.addresses, from.address)) return undefined
  const { permissions, generation, proof, redirectUris: uris } = client
  const redirects = uris.length === 0 ? {} : { redirects: { uris, anyPort: false } }
  const common = { id: encodeId(idPrefix.oauthClient, client.id), permissions, generation, ...redirects }
  if (proof.kind === 'keys') return { ...common, proof: { kind: 'keys', jwks: { keys: proof.keys } } }
  if (proof.kind === 'certificate') return { ...common, proof }
  if (proof.kind === 'public') return { ...common, proof: { kind: 'none' } }
  const { previous } = proof
  const kept = previous !== undefined && previous.until / 1000 > wallMs() ? [previous.hash] : []
  return { ...common, proof: { kind: 'secret', hashes: [proof.hash, ...kept] } }
}

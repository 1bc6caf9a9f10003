import { AsyncLocalStorage } from 'node:async_hooks'
import { decodeId, encodeId, idPrefix } from '#kernel'
import {
  createTokenServer,
  type RecordName,
  type TokenClient,
  type TokenRecord,
  type TokenServer,
} from '#platform/oauth'
import type { Database } from '#platform/postgres'
import { isAllowed } from '../allowed-addresses.ts'
import { cliClient, createPeopleAccounts } from '../people/people.ts'
import { findClient } from './oauth-client-store.ts'
import { addRecord, findRecord } from './oauth-record-store.ts'
import type { SigningKeys } from './signing-keys.ts'

type ServersDeps = {
  readonly database: Database
  readonly keys: Pick<SigningKeys, 'current'>
  /** Called after a login has ended. */
  readonly onEnded: () => void
  readonly wallMs: () => number
}

/** Of the request for tokens that is being answered. The library passes on nothing of it. */
const asking = new AsyncLocalStorage<{ readonly address: string | undefined }>()

/** A client gets no tokens at an address that is not on its list. People log in from anywhere. */
export function askingFrom<Answer>(address: string | undefined, work: () => Promise<Answer>): Promise<Answer> {
  return asking.run({ address }, work)
}

type Named = { readonly issuer: string; readonly audience: string }

/** The server of the key that signs now. After a rotation, a new one replaces it. */
export function createTokenServers({ database, keys, onEnded, wallMs }: ServersDeps) {
  const people = createPeopleAccounts(database, onEnded)
  let server: { readonly kid: string; readonly made: Promise<TokenServer> } | undefined
  return ({ issuer, audience }: Named): Promise<TokenServer> => {
    const key = keys.current()
    if (server?.kid !== key.kid) {
      const records = {
        find: (record: RecordName) => findRecord(database, record),
        add: (record: TokenRecord) => addRecord(database, record),
      }
      const find = (id: string) => findTokenClient(database, id, wallMs)
      const covers = (held: readonly string[], wanted: string) => held.includes(wanted)
      const made = createTokenServer({ issuer, audience, key, covers, records, people, findClient: find })
      server = { kid: key.kid, made }
    }
    return server.made
  }
}

async function findTokenClient(
  database: Database,
  publicId: string,
  wallMs: () => number,
): Promise<TokenClient | undefined> {
  if (publicId === cliClient.id) return cliClient
  const id = decodeId(idPrefix.oauthClient, publicId)
  const client = id === undefined ? undefined : await findClient(database, id)
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

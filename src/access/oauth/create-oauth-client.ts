import { assert } from '#kernel'
import type { AddressList } from '#platform/addresses'
import { newUuid } from '#platform/ids'
import { hashSecret } from '#platform/oauth'
import type { Transaction } from '#platform/postgres'
import type { Actor, Book } from '../access.ts'
import { requireKeyInForce } from '../key-in-force.ts'
import { type ClientProof, newSecretText, type OauthClient } from './oauth-client.ts'
import { findClient, insertClient } from './oauth-client-store.ts'

export type CreateOauthClient = {
  readonly book: Pick<Book, 'number' | 'code'>
  readonly name: string
  readonly permissions: readonly string[]
  /** Undefined: it gets a secret. */
  readonly proof: ClientProof | undefined
  readonly redirectUris: readonly string[]
  readonly addresses?: AddressList | undefined
  readonly actor: Actor
}

/** `secret` must be shown once and stored nowhere. Throws when the actor has been revoked. */
export async function createOauthClient(
  tx: Transaction,
  command: CreateOauthClient,
): Promise<{ client: OauthClient; secret: string | null }> {
  await requireKeyInForce(tx, command.actor)
  const id = newUuid()
  const { book, name, permissions, redirectUris, addresses } = command
  const { proof, secret } = command.proof ? { proof: command.proof, secret: null } : newSecret()
  await insertClient(tx, { id, book: book.number, name, permissions, proof, redirectUris, addresses })
  const client = await findClient(tx, id)
  assert(client, 'a transaction sees the client it has inserted')
  return { client, secret }
}

function newSecret(): { readonly proof: ClientProof; readonly secret: string } {
  const secret = newSecretText()
  return { proof: { kind: 'secret', hash: hashSecret(secret), previous: undefined }, secret }
}

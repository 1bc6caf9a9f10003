import { accepted, assert, type Result, type Uuid } from '#kernel'
import type { AddressList } from '#platform/addresses'
import type { Caller } from '#platform/http'
import { hashSecret } from '#platform/oauth'
import type { Transaction } from '#platform/postgres'
import { requireKeyInForce } from '../key-in-force.ts'
import { isWithinOwn } from '../own-addresses.ts'
import { refuse } from '../refusals.ts'
import { isNarrowed, newSecretText, type OauthClient, permissionSet } from './oauth-client.ts'
import { findClient, lockClients, markClientRevoked, replaceSecret, updateClient } from './oauth-client-store.ts'

export type OnClient = { readonly id: Uuid; readonly caller: Caller }

type Unreachable = 'oauth_client_not_found' | 'permission_beyond_own'

type Unchangeable = 'oauth_client_revoked' | 'oauth_client_proof' | 'addresses_beyond_own'

/** The client before and after. */
export type ChangedClient = { readonly before: OauthClient; readonly after: OauthClient }

export type OauthClientChange = {
  readonly name: string | undefined
  readonly permissions: readonly string[] | undefined
  readonly keys: readonly object[] | undefined
  /** null: from everywhere; undefined: as before. */
  readonly addresses: AddressList | null | undefined
}

/**
 * A client that loses a permission gets a new generation, which ends the tokens that it has. Refuses
 * `oauth_client_not_found`, `permission_beyond_own`, `oauth_client_revoked`, `oauth_client_proof`, then `addresses_beyond_own`.
 */
export async function changeOauthClient(
  tx: Transaction,
  { id, caller, name, permissions, keys, addresses }: OnClient & OauthClientChange,
): Promise<Result<ChangedClient, Unreachable | Unchangeable>> {
  const locked = await lockClient(tx, { id, caller })
  if (!locked.ok) return locked
  const client = locked.value
  const wanted = permissions ?? client.permissions
  if (!permissionSet(wanted).isSubsetOf(caller.permissions)) return refuse('permission_beyond_own', 'permissions')
  if (client.revokedAt !== undefined) return refuse('oauth_client_revoked')
  if (keys !== undefined && client.proof.kind !== 'keys') return refuse('oauth_client_proof', 'jwks')
  const given = addresses === undefined ? client.addresses : (addresses ?? undefined)
  const isTaken = keys !== undefined || addresses !== undefined
  if (isTaken && !(await areWithinOwn(tx, caller, [client.addresses, given]))) {
    return refuse('addresses_beyond_own', addresses === undefined ? 'jwks' : 'allowed_addresses')
  }
  await updateClient(tx, {
    id,
    name: name ?? client.name,
    permissions: wanted,
    generation: client.generation + (isNarrowed(client.permissions, wanted) ? 1 : 0),
    keys,
    addresses: given,
  })
  return accepted({ before: client, after: await reread(tx, id) })
}

/** Refuses as {@link changeOauthClient} does. */
export async function rotateClientSecret(
  tx: Transaction,
  { id, caller, keepSeconds }: OnClient & { readonly keepSeconds: number },
): Promise<
  Result<
    { readonly before: OauthClient; readonly client: OauthClient; readonly secret: string },
    Unreachable | Unchangeable
  >
> {
  const locked = await lockClient(tx, { id, caller })
  if (!locked.ok) return locked
  if (locked.value.revokedAt !== undefined) return refuse('oauth_client_revoked')
  if (locked.value.proof.kind !== 'secret') return refuse('oauth_client_proof')
  if (!(await areWithinOwn(tx, caller, [locked.value.addresses]))) return refuse('addresses_beyond_own')
  const secret = newSecretText()
  await replaceSecret(tx, { id, hash: hashSecret(secret), keepSeconds })
  return accepted({ before: locked.value, client: await reread(tx, id), secret })
}

/** A revoked client stays as it is. Refuses `oauth_client_not_found`, then `permission_beyond_own`. */
export async function revokeOauthClient(tx: Transaction, on: OnClient): Promise<Result<ChangedClient, Unreachable>> {
  const locked = await lockClient(tx, on)
  if (!locked.ok) return locked
  const before = locked.value
  if (before.revokedAt !== undefined) return accepted({ before, after: before })
  await markClientRevoked(tx, on.id)
  return accepted({ before, after: await reread(tx, on.id) })
}

/** A caller with a list of addresses takes over no client that may be used from elsewhere. */
async function areWithinOwn(
  tx: Transaction,
  { principal: actor }: Caller,
  lists: readonly (AddressList | undefined)[],
): Promise<boolean> {
  for (const addresses of lists) if (!(await isWithinOwn(tx, { actor, addresses }))) return false
  return true
}

/** Throws when the caller has been revoked. Clients of other books are not found. */
async function lockClient(tx: Transaction, { id, caller }: OnClient): Promise<Result<OauthClient, Unreachable>> {
  await requireKeyInForce(tx, caller.principal, { id, operators: false })
  const client = (await lockClients(tx, [id]))[0]
  if (!client || client.book.number !== caller.book.number) return refuse('oauth_client_not_found')
  if (!permissionSet(client.permissions).isSubsetOf(caller.permissions)) return refuse('permission_beyond_own')
  return accepted(client)
}

async function reread(tx: Transaction, id: Uuid): Promise<OauthClient> {
  const client = await findClient(tx, id)
  assert(client, 'clients are never deleted')
  return client
}

import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { type LockedKeys, lockKeys } from './access-store.ts'
import { lockClients } from './oauth/oauth-client-store.ts'
import { lockSession } from './people/session-store.ts'

/** A key or a client that the actor acts on, and whether the operator keys matter for it. */
export type ActedOn = { readonly id: Uuid; readonly operators: boolean }

/**
 * Locks the actor's key or client, or the session of the person; throws when it has ended or lost permissions, and for
 * any other actor. A cached key may be ten seconds old: creating or revoking keys with it would defeat the revocation.
 * What it acts on is locked with it, so that keys that revoke each other, or are noted as used meanwhile, do not
 * deadlock. Clients are locked after keys, and sessions after clients.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: ActedOn): Promise<LockedKeys> {
  if (actor === undefined) return { inForce: [], operators: [] }
  if (actor.kind === 'service') throw new KeyNotInForce()
  const ids = actedOn === undefined ? [actor.id] : [actor.id, actedOn.id]
  const locked = await lockKeys(tx, { ids, operators: actedOn?.operators === true })
  if (locked.inForce.includes(actor.id)) return locked
  const client = (await lockClients(tx, ids)).find(({ id }) => id === actor.id)
  if (actor.kind === 'person') {
    const session = actor.session === undefined ? undefined : await lockSession(tx, actor.session)
    if (session?.person !== actor.id) throw new KeyNotInForce()
    return locked
  }
  if (client === undefined || client.revokedAt !== undefined) throw new KeyNotInForce()
  // Within a generation, a client only gains permissions: its token has none that it has not.
  if (client.generation !== actor.generation) throw new KeyNotInForce()
  return locked
}

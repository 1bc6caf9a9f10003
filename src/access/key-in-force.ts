import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { type LockedKeys, lockKeys } from './access-store.ts'
import { lockClients } from './oauth/oauth-client-store.ts'
import { lockSession, sessionInForce } from './people/session-store.ts'

/** A key or a client that the actor acts on, and whether the operator keys matter for it. */
export type ActedOn = { readonly id: Uuid; readonly operators: boolean }

/** Of a transaction, the actor that it has locked in force. That stays so until its end. */
const lockedIn = new WeakMap<Transaction, Uuid>()

/**
 * Locks the actor's key or client, or the session of the person; throws when it has ended or lost permissions, and for
 * any other actor. A cached key may be ten seconds old: creating or revoking keys with it would defeat the revocation.
 * What it acts on is locked with it, so that keys that revoke each other, or are noted as used meanwhile, do not
 * deadlock. Clients are locked after keys, and sessions after clients.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: ActedOn): Promise<LockedKeys> {
  if (actor === undefined) return { inForce: [], operators: [] }
  const locked = await lockInForce(tx, actor, actedOn)
  lockedIn.set(tx, actor.id)
  return locked
}

async function lockInForce(
  tx: Transaction,
  actor: NonNullable<Actor>,
  actedOn: ActedOn | undefined,
): Promise<LockedKeys> {
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

/** Whether this transaction has locked the actor in force, so that it may also end what it acts with. */
export function isLockedInForce(tx: Transaction, { id }: NonNullable<Actor>): boolean {
  return lockedIn.get(tx) === id
}

/** SQL: whether the actor is in force now. With the placeholders of {@link actorValues}. */
export function actorInForce([id, kind, generation, session]: readonly [string, string, string, string]): string {
  return `case ${kind}::text
    when 'key' then exists (select from access.api_keys where id = ${id}::uuid and revoked_at is null)
    when 'client' then exists (
      select from access.oauth_clients where id = ${id}::uuid and revoked_at is null and generation = ${generation}::integer)
    when 'person' then exists (${sessionInForce({ id: `${session}::uuid`, person: `${id}::uuid` })})
    else false end`
}

export function actorValues(actor: Actor) {
  return [actor?.id ?? null, actor?.kind ?? null, actor?.generation ?? null, actor?.session ?? null] as const
}

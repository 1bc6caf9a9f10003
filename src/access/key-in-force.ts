import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { type LockedKeys, lockKeys } from './access-store.ts'

/** A key that the actor acts on, and whether the operator keys matter for it. */
export type ActedOn = { readonly id: Uuid; readonly operators: boolean }

/**
 * Locks the actor's key; throws when it has been revoked, and for an actor that is no key. A cached key may be ten seconds old: creating or revoking
 * keys with it would defeat the revocation. What it acts on is locked with it, so that keys that revoke each other, or
 * are noted as used meanwhile, do not deadlock.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: ActedOn): Promise<LockedKeys> {
  if (actor === undefined) return { inForce: [], operators: [] }
  if (actor.kind !== 'key') throw new KeyNotInForce()
  const ids = actedOn === undefined ? [actor.id] : [actor.id, actedOn.id]
  const locked = await lockKeys(tx, { ids, operators: actedOn?.operators === true })
  if (!locked.inForce.includes(actor.id)) throw new KeyNotInForce()
  return locked
}

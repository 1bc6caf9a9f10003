import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { lockKeys } from './access-store.ts'

/**
 * Locks the actor's key; throws when it has been revoked. A cached key may be ten seconds old: creating or revoking
 * keys with it would defeat the revocation. `actedOn` is locked in the same order, so two keys that revoke each other
 * do not deadlock.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: Uuid): Promise<void> {
  if (actor === undefined) return
  const inForce = await lockKeys(tx, actedOn === undefined ? [actor] : [actor, actedOn])
  if (!inForce.includes(actor)) throw new KeyNotInForce()
}

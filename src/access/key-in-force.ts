import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { lockKeys } from './access-store.ts'

/**
 * Locks the key of the actor until the transaction ends; throws when it has been revoked. A cached key may be ten
 * seconds old: creating or revoking keys with it in that time would defeat the revocation. The lock is taken in one
 * order with the key acted on, so that two keys that revoke each other do not deadlock.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: Uuid): Promise<void> {
  if (actor === undefined) return
  const inForce = await lockKeys(tx, actedOn === undefined ? [actor] : [actor, actedOn])
  if (!inForce.includes(actor)) throw new KeyNotInForce()
}

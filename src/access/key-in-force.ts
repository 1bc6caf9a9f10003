import type { Uuid } from '#kernel'
import { KeyNotInForce } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { Actor } from './access.ts'
import { lockKeys } from './access-store.ts'

/**
 * Holds the key of who acts as it is until the transaction ends; throws when it has been revoked. What is
 * remembered of a key may be ten seconds old: whoever makes or revokes keys meanwhile would make the
 * revocation worth nothing. Locked in one order with the key acted on, so that two that revoke one another
 * do not wait for one another.
 */
export async function requireKeyInForce(tx: Transaction, actor: Actor, actedOn?: Uuid): Promise<void> {
  if (actor === undefined) return
  const inForce = await lockKeys(tx, actedOn === undefined ? [actor] : [actor, actedOn])
  if (!inForce.includes(actor)) throw new KeyNotInForce()
}

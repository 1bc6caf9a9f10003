import { accepted, assert, type Result, type Uuid } from '#kernel'
import type { Caller } from '#platform/http'
import type { Transaction } from '#platform/postgres'
import type { ApiKey } from './access.ts'
import { findKey, markRevoked } from './access-store.ts'
import { permissionsOf, scopeOf } from './grant.ts'
import { requireKeyInForce } from './key-in-force.ts'
import { refuse } from './refusals.ts'

/**
 * A caller that may act in any book revokes keys of all books, another one those of the book it acts in, and no caller a
 * key that may do more than it does. A revoked key stays as it is. Refuses `api_key_not_found`, `scope_beyond_own`, then `last_operator_key`; throws when
 * the caller's own key has been revoked. With an operator key, all of them are locked, so concurrent revocations cannot
 * each count on the other's key to remain.
 */
export async function revokeApiKey(
  tx: Transaction,
  command: { readonly id: Uuid; readonly caller: Caller },
): Promise<
  Result<
    { readonly before: ApiKey; readonly after: ApiKey },
    'api_key_not_found' | 'scope_beyond_own' | 'last_operator_key'
  >
> {
  const { caller } = command
  const named = await findKey(tx, command.id)
  // What a key may do never changes, so it is known before the lock.
  const operators = named !== undefined && scopeOf(named.grant) === 'operator'
  const locked = await requireKeyInForce(tx, caller.principal, { id: command.id, operators })
  const key = await findKey(tx, command.id)
  if (!key || (!caller.permissions.has('books:any') && key.book.number !== caller.book.number)) {
    return refuse('api_key_not_found')
  }
  if (!permissionsOf(key.grant).isSubsetOf(caller.permissions)) return refuse('scope_beyond_own')
  if (key.revokedAt !== undefined) return accepted({ before: key, after: key })
  if (operators && locked.operators.length === 1 && locked.operators[0] === key.id) {
    return refuse('last_operator_key')
  }
  await markRevoked(tx, key.id)
  const revoked = await findKey(tx, key.id)
  assert(revoked, 'keys are never deleted')
  return accepted({ before: key, after: revoked })
}

import { accepted, assert, encodeId, idPrefix, type Result, refused, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import type { Actor, ApiKey } from './access.ts'
import { findKey, lockAdminKeys, markRevoked } from './access-store.ts'
import { appendAudit } from './audit-log.ts'
import { accessRefusals } from './refusals.ts'

/**
 * Revokes a key; once revoked, it stays as it is. Refuses `api_key_not_found`, then `last_admin_key`.
 * Admin keys are locked before the key itself, so that two revocations cannot both spare the other.
 */
export async function revokeApiKey(
  tx: Transaction,
  command: { readonly id: Uuid; readonly actor: Actor },
): Promise<Result<ApiKey, 'api_key_not_found' | 'last_admin_key'>> {
  const adminKeys = await lockAdminKeys(tx)
  const key = await findKey(tx, command.id, true)
  if (!key) return refused('api_key_not_found', accessRefusals.api_key_not_found)
  if (key.revokedAt !== undefined) return accepted(key)
  if (adminKeys.length === 1 && adminKeys[0] === key.id) {
    return refused('last_admin_key', accessRefusals.last_admin_key)
  }
  await markRevoked(tx, key.id)
  await appendAudit(tx, {
    actor: command.actor,
    action: 'api_key.revoked',
    subject: encodeId(idPrefix.apiKey, key.id),
    details: { book: key.book.code, scope: key.scope, name: key.name },
  })
  const revoked = await findKey(tx, key.id)
  assert(revoked, 'keys are never deleted')
  return accepted(revoked)
}

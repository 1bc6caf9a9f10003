import { encodeId, idPrefix, type Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { findKey, lockKeys, markRevoked } from './access-store.ts'
import { appendAudit } from './audit-log.ts'
import { auditedGrant } from './grant.ts'
import type { OauthClient } from './oauth/oauth-client.ts'
import { lockClients, markClientRevoked, restoreClient, updateClient } from './oauth/oauth-client-store.ts'

export const again = { again: 'another database server took over, which did not have it' } as const

/** Except for the last operator key of that server: the keys that were made instead of it may be lost. */
export async function revokeKeysAgain(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
  const { inForce, operators } = await lockKeys(tx, { ids, operators: true })
  const revoked = new Set(ids)
  const isOperatorLeft = operators.some((id) => !revoked.has(id))
  for (const id of inForce) {
    if (!revoked.has(id) || (operators.includes(id) && !isOperatorLeft)) continue
    const key = await findKey(tx, id)
    if (key === undefined) continue
    await markRevoked(tx, id)
    const details = { book: key.book.code, ...auditedGrant(key.grant), name: key.name, ...again }
    const subject = encodeId(idPrefix.apiKey, id)
    await appendAudit(tx, { actor: undefined, action: 'api_key.revoked', subject, book: key.book.number, details })
  }
}

/** Writes clients again that lack a change. Of those that were changed later, it takes what they had lost before. */
export async function restoreClients(tx: Transaction, known: readonly OauthClient[]): Promise<void> {
  const stored = await lockClients(
    tx,
    known.map(({ id }) => id),
  )
  for (const client of stored) {
    const after = known.find(({ id }) => id === client.id)
    if (after === undefined || client.revokedAt !== undefined) continue
    const act = { actor: undefined, subject: encodeId(idPrefix.oauthClient, client.id), book: client.book.number }
    const isBehind = client.revision < after.revision
    if (after.revokedAt !== undefined) {
      if (isBehind) await restoreClient(tx, after)
      else await markClientRevoked(tx, client.id)
      await appendAudit(tx, { ...act, action: 'oauth_client.revoked', details: again })
    } else if (isBehind || client.generation < after.generation) {
      const { permissions, generation } = after
      if (isBehind) await restoreClient(tx, after)
      else await updateClient(tx, { ...client, permissions, generation, keys: undefined })
      const details = { permissions: permissions.join(' '), ...again }
      await appendAudit(tx, { ...act, action: 'oauth_client.changed', details })
    }
  }
}

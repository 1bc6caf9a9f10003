import type { Uuid } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { raiseRevision } from './revision.ts'

/** What a table of things that are revoked has in common with others. */
export function revocable(table: 'api_keys' | 'oauth_clients') {
  const raised = table === 'oauth_clients' ? `, ${raiseRevision}` : ''
  return {
    markRevoked: async (tx: Transaction, id: Uuid): Promise<void> => {
      await tx.query({ text: `update access.${table} set revoked_at = now()${raised} where id = $1`, values: [id] })
    },
    markUsed: async (tx: Transaction, ids: readonly Uuid[]): Promise<void> => {
      await tx.query({
        // Must lock in the same order as all other transactions that lock them.
        text: `with used as (select id from access.${table} where id = any ($1::uuid[]) order by id for no key update)
          update access.${table} set last_used_at = now() from used where ${table}.id = used.id`,
        values: [ids],
      })
    },
  }
}

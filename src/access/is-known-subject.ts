import type { Uuid } from '#kernel'
import type { Queryable } from '#platform/postgres'

const tables = { key: 'api_keys', client: 'oauth_clients', person: 'people', book: 'books' } as const

/** Whether there is such an API key, OAuth client, person or book, revoked and disabled ones included. */
export async function isKnownSubject(
  database: Queryable,
  { kind, id }: { readonly kind: keyof typeof tables; readonly id: Uuid },
): Promise<boolean> {
  const rows = await database.query<{ exists: boolean }>({
    text: `select exists (select 1 from access.${tables[kind]} where id = $1) as exists`,
    values: [id],
  })
  return rows[0]?.exists === true
}

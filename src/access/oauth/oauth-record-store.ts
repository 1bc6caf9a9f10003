import type { TokenRecord } from '#platform/oauth'
import type { Queryable } from '#platform/postgres'

export async function findRecord(
  on: Queryable,
  { kind, id }: Pick<TokenRecord, 'kind' | 'id'>,
): Promise<object | undefined> {
  const rows = await on.query<{ payload: string }>({
    text: 'select payload from access.oauth_records where kind = $1 and id = $2 and expires_at > now()',
    values: [kind, id],
  })
  return rows[0] && JSON.parse(rows[0].payload)
}

/** Returns false when a record of that kind and id is in force. */
export async function addRecord(on: Queryable, { kind, id, payload, seconds }: TokenRecord): Promise<boolean> {
  const rows = await on.query<{ id: string }>({
    text: `insert into access.oauth_records as known (kind, id, payload, expires_at)
      values ($1, $2, $3, now() + make_interval(secs => $4))
      on conflict (kind, id) do update set payload = excluded.payload, expires_at = excluded.expires_at
        where known.expires_at <= now()
      returning id`,
    values: [kind, id, JSON.stringify(payload), seconds],
  })
  return rows.length > 0
}

export async function deleteExpiredRecords(on: Queryable, limit: number): Promise<void> {
  await on.query({
    text: `delete from access.oauth_records where (kind, id) in (
      select kind, id from access.oauth_records where expires_at < now() order by expires_at limit $1 for update skip locked
    )`,
    values: [limit],
  })
}

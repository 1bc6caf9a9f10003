import type { RecordName, TokenRecord } from '#platform/oauth'
import type { Queryable, Transaction } from '#platform/postgres'

export async function findRecord(on: Queryable, { kind, id }: RecordName): Promise<object | undefined> {
  const rows = await on.query<{ payload: string; consumed: boolean }>({
    text: `select payload, consumed_at is not null as consumed from access.oauth_records
      where kind = $1 and id = $2 and expires_at > now()`,
    values: [kind, id],
  })
  return rows.map(({ payload, consumed }) => ({ ...JSON.parse(payload), ...(consumed && { consumed }) }))[0]
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

/** Replaces the content of a record that there is. */
export async function putRecord(
  on: Queryable,
  { kind, id, payload, seconds, grant }: TokenRecord & { readonly grant: string | undefined },
): Promise<void> {
  await on.query({
    text: `insert into access.oauth_records (kind, id, payload, expires_at, grant_id)
      values ($1, $2, $3, now() + make_interval(secs => $4), $5)
      on conflict (kind, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
    values: [kind, id, JSON.stringify(payload), seconds, grant ?? null],
  })
}

/** Returns false when it was consumed before, or is not there. */
export async function consumeRecord(on: Queryable, { kind, id }: RecordName): Promise<boolean> {
  const rows = await on.query<{ id: string }>({
    text: `update access.oauth_records set consumed_at = now()
      where kind = $1 and id = $2 and consumed_at is null returning id`,
    values: [kind, id],
  })
  return rows.length > 0
}

export async function deleteRecord(on: Queryable, { kind, id }: RecordName): Promise<void> {
  await on.query({ text: 'delete from access.oauth_records where kind = $1 and id = $2', values: [kind, id] })
}

export async function deleteExpiredRecords(on: Queryable, limit: number): Promise<void> {
  await on.query({
    text: `delete from access.oauth_records where (kind, id) in (
      select kind, id from access.oauth_records where expires_at < now() order by expires_at limit $1 for update skip locked
    )`,
    values: [limit],
  })
}

/** On a server that lacks it. */
export async function consumeRecordsAgain(tx: Transaction, records: readonly RecordName[]): Promise<void> {
  if (records.length === 0) return
  await tx.query({
    text: `update access.oauth_records set consumed_at = now() from unnest($1::text[], $2::text[]) used(kind, id)
      where oauth_records.kind = used.kind and oauth_records.id = used.id and consumed_at is null`,
    values: [records.map(({ kind }) => kind), records.map(({ id }) => id)],
  })
}

/** On a server that lacks them. Those that are there stay as they are. */
export async function addRecordsAgain(
  tx: Transaction,
  records: readonly (TokenRecord & { readonly untilMs: number })[],
): Promise<void> {
  if (records.length === 0) return
  await tx.query({
    text: `insert into access.oauth_records (kind, id, payload, expires_at)
      select kind, id, payload, to_timestamp(until_ms / 1000.0)
      from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) used(kind, id, payload, until_ms)
      on conflict (kind, id) do nothing`,
    values: [
      ...[records.map(({ kind }) => kind), records.map(({ id }) => id)],
      ...[records.map(({ payload }) => JSON.stringify(payload)), records.map(({ untilMs }) => Math.ceil(untilMs))],
    ],
  })
}

/** The ids of those that expire last. */
export async function listRefreshTokens(on: Queryable, limit: number): Promise<readonly string[]> {
  const rows = await on.query<{ id: string }>({
    text: `select id from access.oauth_records where kind = 'RefreshToken' and consumed_at is null and expires_at > now()
      order by expires_at desc limit $1`,
    values: [limit],
  })
  return rows.map(({ id }) => id)
}

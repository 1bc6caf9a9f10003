import { micros, type Queryable, type Transaction } from '#platform/postgres'
import { byTheClock, type HealthRow, healthyRow } from '../health-rules.ts'
import type { KnownKey } from './key-views.ts'

type Named = { readonly rail: string; readonly key: string }
type Stored = Named & { readonly row: HealthRow }

const columns = `rail, key, health, ${micros('clock_timestamp()')} as now`
const named = '(select * from unnest($1::text[], $2::text[]))'

export async function readKeyHealth(on: Queryable, rails: readonly string[]): Promise<KnownKey[]> {
  const rows = await on.query<Columns>({
    name: 'rails-read-key-health',
    text: `select ${columns} from rails.key_health where rail = any($1::text[])`,
    values: [rails],
  })
  return rows.map(toKnown)
}

export async function lockKeyHealth(tx: Transaction, keys: readonly Named[]): Promise<KnownKey[]> {
  const rows = await tx.query<Columns>({
    name: 'rails-lock-key-health',
    text: `select ${columns} from rails.key_health where (rail, key) in ${named} order by rail, key for update`,
    values: [keys.map(({ rail }) => rail), keys.map(({ key }) => key)],
  })
  return rows.map(toKnown)
}

/** A rail that has `max` keys gets no more. */
export async function makeKeyHealth(tx: Transaction, keys: readonly Stored[], max: number): Promise<void> {
  if (keys.length === 0) return
  await tx.query({
    name: 'rails-make-key-health',
    text: `insert into rails.key_health (rail, key, health)
      select rail, key, health from unnest($1::text[], $2::text[], $3::text[]) as given (rail, key, health)
      where (select count(*) from rails.key_health as known where known.rail = given.rail) < $4
      order by rail, key on conflict do nothing`,
    values: [...valuesOf(keys), max],
  })
}

export async function writeKeyHealth(tx: Transaction, changed: readonly Stored[]): Promise<void> {
  if (changed.length === 0) return
  await tx.query({
    name: 'rails-write-key-health',
    text: `update rails.key_health as known set health = given.health, updated_at = clock_timestamp()
      from unnest($1::text[], $2::text[], $3::text[]) as given (rail, key, health)
      where known.rail = given.rail and known.key = given.key`,
    values: valuesOf(changed),
  })
}

export async function deleteKeyHealth(tx: Transaction, keys: readonly Named[]): Promise<void> {
  if (keys.length === 0) return
  await tx.query({
    name: 'rails-delete-key-health',
    text: `delete from rails.key_health where (rail, key) in ${named}`,
    values: [keys.map(({ rail }) => rail), keys.map(({ key }) => key)],
  })
}

/** A row that nothing has written for this long is of an unused key: one that is away is written at each trial. */
export async function pruneKeyHealth(on: Queryable, silentMs: number): Promise<void> {
  await on.query({
    name: 'rails-prune-key-health',
    text: `delete from rails.key_health where updated_at < clock_timestamp() - $1 * interval '1 millisecond'`,
    values: [silentMs],
  })
}

function valuesOf(keys: readonly Stored[]) {
  return [keys.map(({ rail }) => rail), keys.map(({ key }) => key), keys.map(({ row }) => JSON.stringify(row))]
}

type Columns = { rail: string; key: string; health: string; now: bigint }

function toKnown({ rail, key, health, now: time }: Columns): KnownKey {
  const now = Number(time)
  const row: HealthRow = { ...healthyRow(now), ...(JSON.parse(health) as HealthRow) }
  return { rail, key, now, row: byTheClock(row, now) }
}

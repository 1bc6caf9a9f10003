import type { Timestamp } from '#kernel'
import { micros, type Queryable, type Transaction } from '#platform/postgres'
import type { RailMaintenance } from '../rail-parts.ts'

/** `rail` alone, or the part of it that `key` names, is away from `startsAt` until `endsAt`. */
export type AnnouncedMaintenance = {
  readonly rail: string
  readonly key: string | undefined
  readonly startsAt: Timestamp
  readonly endsAt: Timestamp
}

const hourMicros = 3_600_000_000
/** Without an end: so long after the report. */
const openMicros = hourMicros
/** A wrong end must not keep a rail away for ever. */
const longestMicros = 7 * 24 * hourMicros
const readMax = 500

type Reported = { readonly rail: string; readonly maintenance: RailMaintenance }

/** A report that is older than the stored one of its id changes nothing. */
export async function storeMaintenance(tx: Transaction, reported: readonly Reported[]): Promise<void> {
  if (reported.length === 0) return
  const latest = new Map<string, Reported>()
  for (const one of reported.toSorted((a, b) => a.maintenance.reportedAt - b.maintenance.reportedAt)) {
    latest.set(`${one.rail} ${one.maintenance.id}`, one)
  }
  const rows = [...latest.values()]
  const time = (of: (one: RailMaintenance) => Timestamp) => rows.map(({ maintenance }) => of(maintenance))
  await tx.query({
    name: 'rails-store-maintenance',
    text: `with forgotten as (
        delete from rails.maintenance where greatest(ends_at, reported_at) < clock_timestamp() - interval '7 days'
      )
      insert into rails.maintenance (rail, id, key, starts_at, ends_at, reported_at)
      select rail, id, key, to_timestamp(starts_at / 1000000.0), to_timestamp(ends_at / 1000000.0),
        to_timestamp(reported_at / 1000000.0)
      from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
        as given (rail, id, key, starts_at, ends_at, reported_at)
      order by rail, id
      on conflict (rail, id) do update set key = excluded.key, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, reported_at = excluded.reported_at
      where excluded.reported_at >= maintenance.reported_at`,
    values: [
      rows.map(({ rail }) => rail),
      rows.map(({ maintenance }) => maintenance.id),
      rows.map(({ maintenance }) => maintenance.key ?? null),
      time(({ startsAt }) => startsAt),
      time(endOf),
      time(({ reportedAt }) => reportedAt),
    ],
  })
}

function endOf({ startsAt, endsAt, reportedAt }: RailMaintenance): Timestamp {
  return Math.min(endsAt ?? Math.max(startsAt, reportedAt) + openMicros, startsAt + longestMicros)
}

/** Now and later, the earliest first. */
export async function readMaintenance(on: Queryable, rails: readonly string[]): Promise<AnnouncedMaintenance[]> {
  const rows = await on.query<{ rail: string; key: string | null; starts_at: bigint; ends_at: bigint }>({
    name: 'rails-read-maintenance',
    text: `select rail, key, ${micros('starts_at')} as starts_at, ${micros('ends_at')} as ends_at
      from rails.maintenance where rail = any($1::text[]) and ends_at > clock_timestamp() and ends_at > starts_at
      order by starts_at, id limit $2`,
    values: [rails, readMax],
  })
  return rows.map(({ rail, key, starts_at: startsAt, ends_at: endsAt }) => ({
    ...{ rail, key: key ?? undefined },
    ...{ startsAt: Number(startsAt), endsAt: Number(endsAt) },
  }))
}

import type { Timestamp } from '#kernel'
import { instant, type Queryable } from '#platform/postgres'
import { positionsPerBatch } from '../sealing/journal.ts'

/** Microseconds by which batch times may run against their order; in practice milliseconds. */
const disorderMax = 10_000_000

/** Transfers recorded before a time have positions below `end`; those at or after it have at least `start`. */
export async function positionsAtTimes(
  database: Queryable,
  times: readonly Timestamp[],
): Promise<{ readonly start: number; readonly end: number }[]> {
  if (times.length === 0) return []
  const rows = await database.query<{ place: bigint; begin: bigint | null; finish: bigint | null }>({
    name: 'ledger-read-positions-at-times',
    text,
    values: [times],
  })
  const found = times.map(() => ({ start: Number.MAX_SAFE_INTEGER, end: 0 }))
  for (const row of rows) {
    found[Number(row.place) - 1] = {
      start: row.begin === null ? Number.MAX_SAFE_INTEGER : Number(row.begin),
      end: row.finish === null ? 0 : Number(row.finish) + positionsPerBatch,
    }
  }
  return found
}

// All batches below `low` are older than the bound; none is from `high` on.
const text = `
  with recursive search(place, time, bound, low, high) as (
    select w.place, w.time, w.time + margin.value, 0::bigint, coalesce((
      select b.position / ${positionsPerBatch} + 1 from ledger.batches b order by b.position desc limit 1
    ), 1)
    from unnest($1::bigint[]) with ordinality w(time, place)
    cross join (values (-${disorderMax}::bigint), (${disorderMax}::bigint)) margin(value)
    union all
    select s.place, s.time, s.bound,
      case when e.older then s.middle else s.low end,
      case when e.older then s.high else s.middle end
    from (
      select place, time, bound, low, high, (low + high) / 2 as middle from search where high - low > 1
    ) s
    cross join lateral (
      select coalesce((
        select b.recorded_at < ${instant('s.bound')} from ledger.batches b
        where b.position < (s.middle + 1) * ${positionsPerBatch} order by b.position desc limit 1
      ), true) as older
      offset 0
    ) e
  ),
  found as (
    select place, time, min(low) as low, max(high) as high from search where high - low <= 1 group by place, time
  )
  select found.place, (
      select b.position from ledger.batches b
      where b.position >= found.low * ${positionsPerBatch} and b.recorded_at >= ${instant('found.time')}
      order by b.position limit 1
    ) as begin, (
      select b.position from ledger.batches b
      where b.position < found.high * ${positionsPerBatch} and b.recorded_at < ${instant('found.time')}
      order by b.position desc limit 1
    ) as finish
  from found`

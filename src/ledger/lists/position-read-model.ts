import type { Timestamp } from '#kernel'
import type { Queryable } from '#platform/postgres'
import { positionsPerBatch } from '../sealing/journal.ts'
import { instant } from './reading.ts'

/**
 * How many microseconds the times of batches may run against their order. Two writers take a batch number and the time
 * at the same moment on the same server, so in practice it is milliseconds.
 */
const disorderMax = 10_000_000

/**
 * For each time, its place in the order of positions. Every transfer recorded before the time has a position lower than
 * `end`. Every transfer recorded at or after it has a position of at least `start`. A binary search over the batches
 * takes the disorder as a margin; the margin is then walked batch by batch.
 */
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

// low: the last number below which all batches are older than the bound. high: from this number on, none is.
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

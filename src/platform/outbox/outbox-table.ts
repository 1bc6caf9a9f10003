import type { Queryable } from '../postgres/index.ts'
import { type AgingTable, dayNumber } from '../retention/index.ts'

/**
 * For how long events are kept by the day at most. Whoever reads the feed, or gives events their places, takes locks on
 * all partitions and their indexes, of which the server has room for some thousands.
 */
const keepByDayMax = 62

/** The outbox as a table that ages: a row's id begins with its day. Kept for long, it has a partition a month. */
export function outboxTable(keepDays: number | undefined): AgingTable {
  return {
    name: 'platform.outbox',
    key: 'id',
    period: (keepDays ?? Number.POSITIVE_INFINITY) <= keepByDayMax ? 'day' : 'month',
    bound: (startMs) => String(BigInt(dayNumber(startMs)) << 40n),
    keepDays,
    beforeDrop: notePositions,
  }
}

/** Notes up to where each feed loses its positions. Rows that have none yet must get theirs first. */
async function notePositions(tx: Queryable, partition: string): Promise<boolean> {
  const waiting = await tx.query({ text: `select 1 from ${partition} where first_position is null limit 1` })
  if (waiting.length > 0) return false
  await tx.query({
    text: `update platform.feeds f set dropped_position = greatest(f.dropped_position, old.last)
      from (select book_id, max(first_position + event_count) - 1 as last from ${partition} group by book_id) old
      where old.book_id = f.book_id`,
  })
  return true
}

import type { Queryable } from '../postgres/index.ts'
import { type AgingTable, dayNumber } from '../retention/index.ts'

/** Beyond this, partitions are monthly: feed readers lock all of them, and the server has some thousands of locks. */
const keepByDayMax = 62

/** The outbox as an aging table. A row's id begins with its day. */
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

/** Records up to where each feed loses its positions. Rows without a position must get theirs first. */
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

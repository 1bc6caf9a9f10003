import { type Database, type Queryable, readAtLength } from '../postgres/index.ts'
import type { ModuleCheck } from '../verification/index.ts'

const findingsMax = 20

/** The positions of all consumers: {@link verifyPositions}. */
export function positionsCheck(database: Database): ModuleCheck {
  return {
    name: 'consumer_positions',
    run: (signal) => readAtLength(database, { purpose: 'verify consumers', signal }, verifyPositions),
  }
}

/** Finds consumers behind the end of a feed: the next events of the book would not be handled. */
export async function verifyPositions(
  queryable: Queryable,
): Promise<{ readonly checked: number; readonly findings: readonly string[] }> {
  const [counted] = await queryable.query<{ positions: bigint }>({
    text: 'select count(*) as positions from platform.consumer_positions',
  })
  const beyond = await queryable.query<BeyondRow>({ text: beyondText, values: [findingsMax] })
  return {
    checked: Number(counted?.positions ?? 0n),
    findings: beyond.map(
      ({ consumer, book, position, last }) =>
        `consumer ${consumer}, book ${book}: the position is ${position}, but the feed ends at ${last}`,
    ),
  }
}

type BeyondRow = { consumer: string; book: number; position: bigint; last: bigint }

const beyondText = `
  select p.consumer, p.book_id as book, p.position, coalesce(f.last_position, 0) as last
  from platform.consumer_positions p
  left join platform.feeds f on f.book_id = p.book_id
  where p.position > coalesce(f.last_position, 0)
  order by p.consumer, p.book_id
  limit $1`

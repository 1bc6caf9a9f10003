import { type Database, type Queryable, readAtLength } from '../postgres/index.ts'
import type { ModuleCheck } from '../verification/index.ts'

const findingsMax = 20
const waitingSecondsMax = 600

/** The feeds of all books: {@link verifyFeed}. */
export function feedCheck(database: Database): ModuleCheck {
  return {
    name: 'event_feed',
    run: (signal) => readAtLength(database, { purpose: 'verify events', signal }, verifyFeed),
  }
}

/** Finds gaps in feeds, and events without a position. Reads every event; pass a snapshot. `checked` counts events. */
export async function verifyFeed(
  queryable: Queryable,
): Promise<{ readonly checked: number; readonly findings: readonly string[] }> {
  const [counted] = await queryable.query<{ events: bigint }>({
    text: 'select coalesce(sum(o.event_count), 0)::bigint as events from platform.outbox o where o.first_position is not null',
  })
  const gaps = await queryable.query<GapRow>({ text: gapsText, values: [findingsMax] })
  const ends = await queryable.query<EndRow>({ text: endsText })
  const [waiting] = await queryable.query<{ rows: bigint }>({ text: waitingText, values: [waitingSecondsMax] })
  const findings = [
    ...gaps.map(
      ({ book, expected, found, count, length }) =>
        `book ${book}: the feed goes on at position ${found}, expected ${expected}` +
        (count === length ? '' : `, with ${count} events of which ${length} are there`),
    ),
    ...ends.map(
      ({ book, last, found }) => `book ${book}: the feed ends at position ${found}, but ${last} were given to it`,
    ),
    ...(waiting !== undefined && waiting.rows > 0n
      ? [`${waiting.rows} rows of events have waited for their positions for more than ${waitingSecondsMax} seconds`]
      : []),
  ]
  return { checked: Number(counted?.events ?? 0n), findings }
}

type GapRow = { book: number; expected: bigint; found: bigint; count: number; length: number }
type EndRow = { book: number; last: bigint; found: bigint }

const gapsText = `
  select o.book_id as book, o.expected, o.first_position as found, o.event_count as count, o.length
  from (
    select o.book_id, o.first_position, o.event_count, json_array_length(o.events::json) as length,
      coalesce(lag(o.first_position + o.event_count) over (partition by o.book_id order by o.first_position), 1) as expected
    from platform.outbox o
    where o.first_position is not null
  ) o
  left join platform.feeds f on f.book_id = o.book_id
  where o.event_count <> o.length or o.first_position < o.expected
    or o.first_position > o.expected and o.first_position > coalesce(f.dropped_position, 0) + 1
  order by o.book_id, o.first_position
  limit $1`

const endsText = `
  select f.book_id as book, f.last_position as last, greatest(f.dropped_position, coalesce(kept.last, 0)) as found
  from platform.feeds f
  left join (
    select o.book_id, max(o.first_position + o.event_count) - 1 as last from platform.outbox o group by o.book_id
  ) kept on kept.book_id = f.book_id
  where greatest(f.dropped_position, coalesce(kept.last, 0)) <> f.last_position
  order by f.book_id
  limit ${findingsMax}`

const waitingText = `
  select count(*) as rows from platform.outbox o
  where o.first_position is null and o.recorded_at < now() - make_interval(secs => $1)`

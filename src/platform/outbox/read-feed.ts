import type { Page } from '../lists/index.ts'
import { micros, type Queryable } from '../postgres/index.ts'
import { idOf, type Place, placeOf, stampText } from './event-place.ts'
import type { FeedCursor, FeedEvent, FeedQuery } from './outbox.ts'

type FeedPage = Page<FeedEvent, FeedCursor>

/** Reading forward from it starts at the beginning. */
export const feedStart = '0'.repeat(32)

/** The event text that one request reads. It reads at least one row of events, however large. */
const pageBytesMax = 128 * 1024
const filteredBytesMax = 1024 * 1024
const filteredRowsMax = 1024

/**
 * Reads a page of a book's events by position. Positions have no gaps and are assigned after the commit, so going
 * forward misses no event. A short or empty page may still have more. Undefined: the starting event is not in the feed.
 */
export async function readFeed(database: Queryable, query: FeedQuery): Promise<FeedPage | undefined> {
  const { cursor } = query
  const isForward = cursor !== undefined && 'after' in cursor
  const from = isForward ? cursor.after : cursor?.before
  const place = from === undefined || from === feedStart ? undefined : placeOf(from)
  const start = place === undefined ? undefined : await findRow(database, query.book, place)
  if (place !== undefined && start === undefined) return undefined
  // The row is from before positions existed, and is about to get one.
  if (start?.position === null) return { items: [], next: undefined }

  const rows = await database.query<OutboxRow>({
    name: isForward ? 'outbox-read-forward' : 'outbox-read-newest-first',
    text: isForward ? forwardText : newestFirstText,
    values: [
      query.book,
      start?.position ?? (isForward ? 0n : positionMax),
      place?.row ?? 0n,
      ...(query.types === undefined ? [query.limit + 1, pageBytesMax] : [filteredRowsMax, filteredBytesMax]),
    ],
  })
  return toPage(rows, query, { place, isForward })
}

export type FromPosition = { readonly book: number; readonly after: bigint; readonly max: number }

/**
 * The events after a position, in order, up to `max` of them: those of a bounded text. The first one has a higher position
 * than expected when those between were dropped as too old.
 */
export async function readFeedFrom(
  database: Queryable,
  { book, after, max }: FromPosition,
): Promise<readonly FeedEvent[]> {
  const rows = await database.query<OutboxRow>({
    name: 'outbox-read-from',
    text: forwardText,
    values: [book, await rowWith(database, { book, position: after + 1n }), 0n, filteredRowsMax, filteredBytesMax],
  })
  const events: FeedEvent[] = []
  for (const row of rows) {
    if (row.events === null || events.length >= max) break
    for (const { event } of eventsAfter(row, row.events, { place: undefined, isForward: true })) {
      if (event.position > after && events.length < max) events.push(event)
    }
  }
  return events
}

/** Where the row begins that has the event of a position. */
async function rowWith(
  database: Queryable,
  { book, position }: { readonly book: number; readonly position: bigint },
): Promise<bigint> {
  const [row] = await database.query<{ position: bigint }>({
    name: 'outbox-find-position',
    text: `select o.first_position as position from platform.outbox o
      where o.book_id = $1 and o.first_position <= $2 order by o.first_position desc limit 1`,
    values: [book, position],
  })
  return row?.position ?? position
}

const positionMax = 9_223_372_036_854_775_807n

async function findRow(
  database: Queryable,
  book: number,
  { row, stamp }: Place,
): Promise<{ position: bigint | null } | undefined> {
  const [found] = await database.query<{ position: bigint | null }>({
    name: 'outbox-find-row',
    text: `select o.first_position as position from platform.outbox o
      where o.id = $1 and o.book_id = $2 and ${stampText} = $3`,
    values: [row, book, stamp],
  })
  return found
}

// Lengths are known without reading long texts. The row to go on from counts as empty, so that every page advances.
const pageText = (comparison: '<=' | '>=', direction: 'asc' | 'desc') => `
  select o.id, o.stamp, o.first_position, o.recorded_at, case when o.bytes_before < $5 then o.events end as events
  from (
    select o.id, o.first_position, ${micros('o.recorded_at')} as recorded_at,
      ${stampText} as stamp, o.events,
      sum(o.bytes) over (order by o.first_position ${direction}) - o.bytes as bytes_before
    from (
      select o.id, o.first_position, o.recorded_at, o.transaction, o.events,
        case when o.id = $3 then 0 else octet_length(o.events) end as bytes
      from platform.outbox o
      where o.book_id = $1 and o.first_position ${comparison} $2
      order by o.first_position ${direction}
      limit $4
    ) o
  ) o
  order by o.first_position ${direction}`

const forwardText = pageText('>=', 'asc')
const newestFirstText = pageText('<=', 'desc')

type OutboxRow = { id: bigint; stamp: bigint; first_position: bigint; recorded_at: bigint; events: string | null }

type Start = { readonly place: Place | undefined; readonly isForward: boolean }

function toPage(rows: readonly OutboxRow[], query: FeedQuery, from: Start): FeedPage {
  const rowsMax = query.types === undefined ? query.limit + 1 : filteredRowsMax
  const items: FeedEvent[] = []
  let last = from.place
  const goingOn = (): FeedPage => {
    const id = last && idOf(last)
    return { items, next: id === undefined ? undefined : from.isForward ? { after: id } : { before: id } }
  }
  for (const row of rows) {
    if (row.events === null) return goingOn()
    for (const { place, event } of eventsAfter(row, row.events, from)) {
      const wanted = query.types?.includes(event.type) ?? true
      if (wanted && items.length === query.limit) return goingOn()
      if (wanted) items.push(event)
      last = place
    }
  }
  return rows.length === rowsMax ? goingOn() : { items, next: undefined }
}

/** The events of a row in reading order. Of a row that was read in part, only the rest. */
function* eventsAfter(row: OutboxRow, text: string, { place: from, isForward }: Start) {
  const listed = JSON.parse(text) as { type: string; data?: unknown; subject?: number }[]
  const seen = row.id === from?.row ? from.index : undefined
  const first = isForward ? (seen ?? -1) + 1 : Math.min(seen ?? listed.length, listed.length) - 1
  for (let index = first; index >= 0 && index < listed.length; index += isForward ? 1 : -1) {
    const place = { row: row.id, stamp: row.stamp, index }
    const { type, data, subject } = listed[index] ?? { type: '' }
    const position = row.first_position + BigInt(index)
    const event: FeedEvent = { id: idOf(place), position, type, recordedAt: Number(row.recorded_at), data, subject }
    yield { place, event }
  }
}

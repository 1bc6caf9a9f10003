import { assert, decodeId, encodeId, formatTimestamp, idPrefix } from '#kernel'
import {
  answer,
  decodeCursor,
  encodeCursor,
  InvalidRequest,
  page,
  pageLimit,
  pageSchema,
  type Route,
  route,
} from '#platform/http'
import { type FeedEvent, readFeed } from '#platform/outbox'
import type { Queryable } from '#platform/postgres'
import type { Transfer } from '../commands.ts'
import { renderTransfer } from '../transfers/render-transfer.ts'
import { getTransfersAt } from '../transfers/transfer-read-model.ts'
import { type AddedEvents, feedSchemas } from './event-schemas.ts'

type Place = { readonly after: string } | { readonly before: string } | undefined

export function eventRoutes(database: Queryable, added: readonly AddedEvents[]): Route[] {
  return [listEventsRoute(database, added)]
}

function listEventsRoute(database: Queryable, added: readonly AddedEvents[]): Route {
  const { event, query: eventsQuery } = feedSchemas(added)
  return route({
    method: 'GET',
    path: '/v1/events',
    operation: 'list_events',
    summary: 'Read events',
    description:
      'Newest first; with `after`, forward and oldest first. Who goes forward misses none: an event is shown when it ' +
      'has its place, a moment after it happened, and none can come before it any more. Events are kept for 30 days ' +
      'unless the installation says otherwise.',
    tag: 'Events',
    scope: 'read',
    query: eventsQuery,
    answers: { 200: pageSchema(event) },
    handle: async ({ caller, query }) => {
      const place = readPlace(query)
      const feed = await readFeed(database, {
        book: caller.book.number,
        limit: pageLimit(query),
        ...place,
        ...(query.types !== undefined && { types: query.types.split(',') }),
      })
      if (feed === undefined) throw noSuchPlace(query)
      const direction = place !== undefined && 'after' in place ? 'after' : 'before'
      const next = feed.hasMore && feed.next !== undefined ? encodeCursor(direction, feed.next) : undefined
      const events = await withData(database, caller.book.number, feed.events)
      return answer(200, page(events, next))
    },
  })
}

function readPlace(query: { readonly after?: string; readonly cursor?: string }): Place {
  if (query.cursor !== undefined && query.after !== undefined) {
    throw new InvalidRequest('after and cursor cannot be given together.', 'cursor')
  }
  if (query.after !== undefined) {
    const after = decodeId(idPrefix.event, query.after)
    assert(after !== undefined, 'an id that matches its pattern can be decoded')
    return { after }
  }
  if (query.cursor === undefined) return undefined
  const [direction, id] = decodeCursor(query.cursor, 'string', 'string')
  if (/^[0-9a-f]{32}$/.test(id) && direction === 'after') return { after: id }
  if (/^[0-9a-f]{32}$/.test(id) && direction === 'before') return { before: id }
  throw noSuchPlace({})
}

function noSuchPlace(query: { readonly after?: string }): InvalidRequest {
  return query.after === undefined
    ? new InvalidRequest('cursor must be the next_cursor of an earlier page of this list.', 'cursor')
    : new InvalidRequest('after must be the id of an event of this book.', 'after')
}

async function withData(database: Queryable, book: number, events: readonly FeedEvent[]) {
  const positions = new Set(events.flatMap(({ subject }) => (subject === undefined ? [] : [subject])))
  const transfers = new Map<number, Transfer>()
  if (positions.size > 0) {
    for (const transfer of await getTransfersAt(database, book, [...positions])) {
      transfers.set(transfer.position, transfer)
    }
  }
  return events.map(({ id, type, recordedAt, data, subject }) => ({
    id: encodeId(idPrefix.event, id),
    type,
    created_at: formatTimestamp(recordedAt),
    data: subject === undefined ? data : transferAfter(type, transfers.get(subject)),
  }))
}

/** A transfer ends once, so its state after the end event is its state now. */
function transferAfter(type: string, transfer: Transfer | undefined): unknown {
  assert(transfer !== undefined, 'an event names a transfer that is booked')
  const made: Transfer = { ...transfer, state: 'pending', amountPosted: 0n, resolvedAt: undefined }
  return JSON.parse(renderTransfer(type === 'transfer.pending' ? made : transfer))
}

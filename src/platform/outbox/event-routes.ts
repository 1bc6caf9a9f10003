import { assert, decodeId, encodeId, formatTimestamp, idPrefix } from '#kernel'
import {
  answer,
  decodeCursor,
  encodeCursor,
  type HttpModule,
  InvalidRequest,
  page,
  pageLimit,
  pageSchema,
  type Route,
  route,
} from '../http/index.ts'
import type { Queryable } from '../postgres/index.ts'
import { type FeedEvents, feedSchemas } from './feed-events.ts'
import type { FeedEvent } from './outbox.ts'
import { readFeed } from './read-feed.ts'

type Place = { readonly after: string } | { readonly before: string } | undefined

export type EventRoutesDependencies = {
  readonly database: Queryable
  /** Of every module. A type belongs to one of them. */
  readonly events: readonly FeedEvents[]
}

/** `GET /v1/events`: the feed of a book. */
export function eventRoutes({ database, events }: EventRoutesDependencies): HttpModule {
  return { name: 'events', problems: {}, routes: [listEventsRoute(database, events)] }
}

function listEventsRoute(database: Queryable, all: readonly FeedEvents[]): Route {
  const { event, query: eventsQuery } = feedSchemas(all)
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
      const data = await Promise.all(
        all.map(({ types, readData }) => {
          const own = feed.events.filter(({ type }) => types.includes(type))
          return own.length > 0 ? readData?.(database, caller.book.number, own) : undefined
        }),
      )
      const read = new Map(data.flatMap((some) => [...(some ?? [])]))
      return answer(
        200,
        page(
          feed.events.map((one) => toJson(one, read.get(one.id) ?? one.data)),
          next,
        ),
      )
    },
  })
}

function readPlace(query: { readonly after?: string; readonly cursor?: string }): Place {
  if (query.cursor !== undefined && query.after !== undefined) {
    throw new InvalidRequest('after and cursor cannot be given together.', { param: 'cursor' })
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
    ? new InvalidRequest('cursor must be the next_cursor of an earlier page of this list.', { param: 'cursor' })
    : new InvalidRequest('after must be the id of an event of this book.', { param: 'after' })
}

function toJson({ id, type, recordedAt }: FeedEvent, data: unknown) {
  return { id: encodeId(idPrefix.event, id), type, created_at: formatTimestamp(recordedAt), data }
}

import { encodeId, formatTimestamp, idPrefix, uuidOf } from '#kernel'
import { type HttpModule, InvalidRequest, type Route, route } from '../http/index.ts'
import { answerPage, cursorForm, pageRequest, pageSchema, unknownCursor } from '../lists/index.ts'
import type { Queryable } from '../postgres/index.ts'
import { type FeedEvents, feedSchemas, readDataOf } from './feed-events.ts'
import type { FeedCursor, FeedEvent } from './outbox.ts'
import { readFeed } from './read-feed.ts'

export const feedCursor = cursorForm(['text', 'uuid'], {
  toKeyset: (cursor: FeedCursor) => ('after' in cursor ? ['after', cursor.after] : ['before', cursor.before]),
  toCursor: ([direction, id]): FeedCursor | undefined =>
    direction === 'after' ? { after: id } : direction === 'before' ? { before: id } : undefined,
})

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
    readAct: 'event.read',
    summary: 'Read events',
    description:
      'Newest first; with `after`, forward and oldest first. Who goes forward misses none: an event is shown when it ' +
      'has its place, a moment after it happened, and none can come before it any more. Events are kept for 30 days ' +
      'unless the installation says otherwise.',
    tag: 'Events',
    permission: 'events:read',
    query: eventsQuery,
    answers: { 200: pageSchema(event) },
    handle: async ({ caller, query }) => {
      const request = pageRequest(query, feedCursor)
      const page = await readFeed(database, {
        book: caller.book.number,
        ...request,
        ...(query.after !== undefined && { cursor: readAfter(query.after, request.cursor) }),
        ...(query.types !== undefined && { types: query.types.split(',') }),
      })
      if (page === undefined) throw query.after === undefined ? unknownCursor() : unknownEvent()
      const data = await readDataOf(database, all, { book: caller.book.number, events: page.items })
      return answerPage(page, feedCursor, (event) => toJson(event, data.get(event.id)))
    },
  })
}

function readAfter(text: string, cursor: FeedCursor | undefined): FeedCursor {
  if (cursor !== undefined) {
    throw new InvalidRequest('after and cursor cannot be given together.', { param: 'cursor' })
  }
  return { after: uuidOf(idPrefix.event, text) }
}

function unknownEvent(): InvalidRequest {
  return new InvalidRequest('after must be the id of an event of this book.', { param: 'after' })
}

function toJson({ id, type, recordedAt }: FeedEvent, data: unknown) {
  return { id: encodeId(idPrefix.event, id), type, created_at: formatTimestamp(recordedAt), data }
}

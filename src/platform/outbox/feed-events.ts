import { type TSchema, Type } from 'typebox'
import { id } from '../fields/index.ts'
import { expectation, meaning, querySchema } from '../http/index.ts'
import { pageQuery } from '../lists/index.ts'
import type { Queryable } from '../postgres/index.ts'
import type { FeedEvent } from './outbox.ts'

/** Events of one module. `schema` is for one event. */
export type FeedEvents = {
  readonly types: readonly string[]
  readonly schema: TSchema
  /** Reads, by the event's id, the data of events that are stored with their subject only. */
  readonly readData?: (
    database: Queryable,
    book: number,
    events: readonly FeedEvent[],
  ) => Promise<ReadonlyMap<string, unknown>>
}

export function feedSchemas(all: readonly FeedEvents[]) {
  const types = all.flatMap((events) => events.types)
  const event = Type.Union(
    all.map((events) => events.schema),
    { title: 'Event', description: 'Something that happened in the books.' },
  )
  return { event, query: eventsQuery(types) }
}

const typesMax = 20

function eventsQuery(types: readonly string[]) {
  const pattern = types.map((type) => type.replace('.', '\\.')).join('|')
  return querySchema({
    ...pageQuery,
    after: Type.Optional(
      id(
        'evt',
        'Go forward: the events after this one, oldest first. Keep the id of the last event seen, and ask again.',
      ),
    ),
    types: Type.Optional(
      Type.String({
        pattern: `^(${pattern})(,(${pattern})){0,${typesMax - 1}}$`,
        description: 'Only events of these types, separated by commas.',
        [expectation]: 'types of events, separated by commas',
        [meaning]: {
          type: 'array',
          items: { type: 'string', enum: types },
          minItems: 1,
          maxItems: typesMax,
          examples: [['transfer.posted', 'transfer.settled']],
        },
      }),
    ),
  })
}

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
  /** The field of the data that names the subject. Default: `id`. */
  readonly subject?: string
  /** The field of the data by which the events have to stay in their order. Default: that of the subject. */
  readonly order?: string
  /** Reads, by the event's id, the data of events that are stored with their subject only. */
  readonly readData?: (
    database: Queryable,
    book: number,
    events: readonly FeedEvent[],
  ) => Promise<ReadonlyMap<string, unknown>>
}

type BookEvents = { readonly book: number; readonly events: readonly FeedEvent[] }

/** The data of events in its public form, by the event's id. */
export async function readDataOf(
  database: Queryable,
  all: readonly FeedEvents[],
  { book, events }: BookEvents,
): Promise<ReadonlyMap<string, unknown>> {
  const read = await Promise.all(
    all.map(({ types, readData }) => {
      const own = events.filter(({ type, subject }) => subject !== undefined && types.includes(type))
      return own.length > 0 ? readData?.(database, book, own) : undefined
    }),
  )
  return new Map([...events.map(({ id, data }) => [id, data] as const), ...read.flatMap((some) => [...(some ?? [])])])
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

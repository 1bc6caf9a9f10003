import { type TSchema, Type } from 'typebox'
import { id, time } from '#platform/fields'
import { closedObject, expectation, pageQuery, querySchema } from '#platform/http'
import { account } from './account-schemas.ts'
import { transfer } from './transfer-schemas.ts'

export const eventTypes = {
  account: ['account.created', 'account.updated', 'account.frozen', 'account.unfrozen', 'account.closed'],
  transfer: ['transfer.posted', 'transfer.pending', 'transfer.settled', 'transfer.voided', 'transfer.expired'],
} as const

const common = { id: id('evt', 'The id of the event.'), created_at: time('When it happened.') }

const accountEvent = closedObject(
  {
    ...common,
    type: Type.Unsafe<(typeof eventTypes.account)[number]>({
      type: 'string',
      enum: [...eventTypes.account],
      description: 'What happened to the account.',
      examples: ['account.created'],
    }),
    data: account,
  },
  { title: 'AccountEvent', description: 'Something happened to an account; `data` is the account right after it.' },
)

const transferEvent = closedObject(
  {
    ...common,
    type: Type.Unsafe<(typeof eventTypes.transfer)[number]>({
      type: 'string',
      enum: [...eventTypes.transfer],
      description: 'What happened to the transfer. `transfer.settled`: a pending one was posted.',
      examples: ['transfer.posted'],
    }),
    data: transfer,
  },
  { title: 'TransferEvent', description: 'Something happened to a transfer; `data` is the transfer right after it.' },
)

/** Events of another module. `schema` is for one event. */
export type AddedEvents = { readonly types: readonly string[]; readonly schema: TSchema }

export function feedSchemas(added: readonly AddedEvents[]) {
  const types = [...eventTypes.account, ...eventTypes.transfer, ...added.flatMap((events) => events.types)]
  const event = Type.Union([transferEvent, accountEvent, ...added.map((events) => events.schema)], {
    title: 'Event',
    description: 'Something that happened in the books.',
  })
  return { event, query: eventsQuery(types.map((type) => type.replace('.', '\\.')).join('|')) }
}

function eventsQuery(typePattern: string) {
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
        pattern: `^(${typePattern})(,(${typePattern})){0,19}$`,
        description: 'Only events of these types, separated by commas.',
        examples: ['transfer.posted,transfer.settled'],
        [expectation]: 'types of events, separated by commas',
      }),
    ),
  })
}

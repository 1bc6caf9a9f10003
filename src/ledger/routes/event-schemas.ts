import { Type } from 'typebox'
import { assert } from '#kernel'
import { id, time } from '#platform/fields'
import { closedObject } from '#platform/http'
import type { FeedEvent, FeedEvents } from '#platform/outbox'
import type { Queryable } from '#platform/postgres'
import type { Transfer } from '../commands.ts'
import { renderTransfer } from '../transfers/render-transfer.ts'
import { getTransfersAt } from '../transfers/transfer-read-model.ts'
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

export const ledgerEvents: readonly FeedEvents[] = [
  { types: eventTypes.transfer, schema: transferEvent, readData: readTransfers },
  { types: eventTypes.account, schema: accountEvent },
]

async function readTransfers(database: Queryable, book: number, events: readonly FeedEvent[]) {
  const positions = new Set(events.flatMap(({ subject }) => (subject === undefined ? [] : [subject])))
  const transfers = new Map<number, Transfer>()
  for (const transfer of await getTransfersAt(database, book, [...positions])) {
    transfers.set(transfer.position, transfer)
  }
  return new Map(
    events.flatMap(({ id, type, subject }) =>
      subject === undefined ? [] : [[id, transferAfter(type, transfers.get(subject))] as const],
    ),
  )
}

/** A transfer ends once, so its state after the end event is its state now. */
function transferAfter(type: string, transfer: Transfer | undefined): unknown {
  assert(transfer !== undefined, 'an event names a transfer that is booked')
  const made: Transfer = { ...transfer, state: 'pending', amountPosted: 0n, resolvedAt: undefined }
  return JSON.parse(renderTransfer(type === 'transfer.pending' ? made : transfer))
}

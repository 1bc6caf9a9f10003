import { encodeId, idPrefix } from '#kernel'
import { Fault } from '../faults/index.ts'
import { type FeedEvent, type FeedEvents, readDataOf, readFeedFrom } from '../outbox/index.ts'
import type { Database } from '../postgres/index.ts'
import type { Consumer, StreamEvent, Undelivered } from './consumer.ts'
import { advance, passDropped, type Waiting } from './consumer-store.ts'

export type FeedDependencies = {
  readonly database: Database
  /** Of every module: how the data of stored events is read. */
  readonly events: readonly FeedEvents[]
  readonly onFault: (error: unknown) => void
}

/** `events`: how many were read, which is known also when they cannot be handled. */
type Attempt = { readonly size: number; events: number }

/** `hasMore`: more waits of those that waited at first. What came meanwhile is left to the next round. */
type Outcome = { readonly hasMore: boolean; readonly undelivered?: Undelivered | undefined }

const nothing: Outcome = { hasMore: false }

export async function handleFeed(
  consumer: Consumer,
  feed: Waiting,
  { attempt, ...deps }: FeedDependencies & { readonly attempt: Attempt },
): Promise<Outcome> {
  const { database, onFault } = deps
  const { name, types } = consumer
  const { book, position: from, last } = feed
  const epoch = database.epoch()
  const read = await readFeedFrom(database, { book, after: from, max: attempt.size })
  attempt.events = read.length
  const [first] = read
  const end = read.at(-1)
  if (first === undefined || end === undefined) return pass(name, feed, deps)
  if (first.position > from + 1n) onFault(droppedEvents({ name, book, from, to: first.position }))
  const wanted = read.filter(({ type }) => types?.includes(type) ?? true)
  const events = await publicForm(deps, book, wanted)
  // The events of one server are not rendered by another.
  if (database.epoch() !== epoch) return nothing
  const batch = { book, epoch, events }
  if (consumer.deliver !== undefined) {
    const undelivered = events.length > 0 ? await consumer.deliver(batch) : undefined
    // Up to the first one that waits, or to the end.
    const done = undelivered === undefined ? end : read.findLast(({ position }) => position < undelivered.position)
    if (done === undefined) return { hasMore: false, undelivered }
    const isMoved = await advance(database, { name, book, from, to: done.position, event: done.id })
    return { hasMore: isMoved && done.position < last, undelivered }
  }
  const move = { name, book, from, to: end.position, event: end.id }
  const isMoved = await database.transaction(async (tx) => {
    // First, as the row's lock keeps another process away until the commit.
    const moved = await advance(tx, move)
    if (moved && events.length > 0) await consumer.handle(tx, batch)
    return moved
  })
  return { hasMore: isMoved && end.position < last }
}

/** Nothing was read. Goes on behind what was dropped, which a feed without new events never shows. */
async function pass(
  name: string,
  { book, position: from, dropped, last }: Waiting,
  { database, onFault }: FeedDependencies,
): Promise<Outcome> {
  if (dropped <= from) return nothing
  onFault(droppedEvents({ name, book, from, to: dropped + 1n }))
  const isMoved = await passDropped(database, { name, book, from, to: dropped })
  return { hasMore: isMoved && dropped < last }
}

async function publicForm(
  { database, events: all }: FeedDependencies,
  book: number,
  events: readonly FeedEvent[],
): Promise<StreamEvent[]> {
  const data = await readDataOf(database, all, { book, events })
  return events.map(({ id, position, type, recordedAt }) => {
    return { id: encodeId(idPrefix.event, id), position, type, recordedAt, data: data.get(id) }
  })
}

type Dropped = { readonly name: string; readonly book: number; readonly from: bigint; readonly to: bigint }

function droppedEvents({ name, book, from, to }: Dropped): Fault {
  const gone = to - from - 1n
  return new Fault({
    code: 'events_dropped',
    message: `The consumer ${name} goes on at position ${to} of book ${book}: ${gone} events before it were dropped as too old.`,
    retryable: false,
  })
}

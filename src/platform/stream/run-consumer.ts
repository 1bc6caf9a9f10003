import type { Uuid } from '#kernel'
import { encodeId, idPrefix } from '#kernel'
import { createPeriodic, type Periodic } from '../background/index.ts'
import { Fault } from '../faults/index.ts'
import { type FeedEvent, type FeedEvents, readDataOf, readFeedFrom } from '../outbox/index.ts'
import type { Database } from '../postgres/index.ts'
import type { Consumer, StreamEvent } from './consumer.ts'
import { advance, endLease, noteFault, readTurn, takeLease, type Waiting } from './consumer-store.ts'

export type RunDependencies = {
  readonly database: Database
  /** Of every module: how the data of stored events is read. */
  readonly events: readonly FeedEvents[]
  readonly onFault: (error: unknown) => void
  /** This process. */
  readonly holder: Uuid
}

const pollMs = 200
const restAfterFaultMs = 500
const restMaxMs = 5_000
/** A killed or frozen process is replaced after this. */
const leaseMs = 5_000
const renewMs = 1_500
const batchMax = 1_000

export function runConsumer(consumer: Consumer, { database, events: all, onFault, holder }: RunDependencies): Periodic {
  const { name, types } = consumer
  const lease = { name, holder, leaseMs }
  /** Half of the events that failed, until the one that fails is alone. */
  let size = batchMax
  let attempted = 0
  let takenMs = Number.NEGATIVE_INFINITY

  /** Returns whether more waits of those that waited at first. What came meanwhile is left to the next round. */
  const handleSome = async ({ book, position: from, last }: Waiting): Promise<boolean> => {
    const read = await readFeedFrom(database, { book, after: from, max: size })
    const [first] = read
    attempted = read.length
    const to = read.at(-1)?.position
    if (first === undefined || to === undefined) return false
    if (first.position > from + 1n) onFault(lostEvents({ name, book, from, to: first.position }))
    const wanted = read.filter(({ type }) => types?.includes(type) ?? true)
    const events = await publicForm({ database, events: all }, book, wanted)
    const move = { name, book, from, to }
    if (consumer.deliver !== undefined) {
      if (events.length > 0) await consumer.deliver({ book, events })
      return (await advance(database, move)) && to < last
    }
    const isMoved = await database.transaction(async (tx) => {
      // First, as the row's lock keeps another process away until the commit.
      const moved = await advance(tx, move)
      if (moved && events.length > 0) await consumer.handle(tx, { book, events })
      return moved
    })
    return isMoved && to < last
  }
  const hold = async (): Promise<boolean> => {
    if (performance.now() - takenMs < renewMs) return true
    const taken = await takeLease(database, lease)
    takenMs = taken ? performance.now() : Number.NEGATIVE_INFINITY
    return taken
  }
  const handleEach = async (feeds: readonly Waiting[], isStopping: () => boolean): Promise<Handled> => {
    const handled: Handled = { failed: [], hasMore: false }
    let events = 0
    for (const feed of feeds) {
      if (isStopping()) break
      attempted = 0
      try {
        if (await handleSome(feed)) handled.hasMore = true
      } catch (error) {
        handled.failed.push(error)
        events = attempted
        // What cannot be reached for one book cannot be reached for the others.
        if (consumer.deliver !== undefined) break
      }
    }
    attempted = events
    return handled
  }
  const round = async (isStopping: () => boolean): Promise<number> => {
    attempted = 0
    const { isPaused, isElsewhere, isFaulty, waiting } = await readTurn(database, lease)
    if (isPaused || isElsewhere || waiting.length === 0 || !(await hold())) return pollMs
    const renewal = setInterval(() => void hold().catch(() => undefined), renewMs).unref()
    const { failed, hasMore } = await handleEach(waiting, isStopping).finally(() => clearInterval(renewal))
    if (failed.length > 0) throw failed[0]
    size = Math.min(batchMax, size * 2)
    if (isFaulty) await noteFault(database, name, undefined)
    // Many events together cost little more than one.
    return hasMore ? 0 : pollMs
  }
  const work = async (isStopping: () => boolean): Promise<number> => {
    try {
      return await round(isStopping)
    } catch (error) {
      size = Math.max(1, Math.floor(Math.min(size, attempted) / 2))
      // While the database cannot be reached, it keeps no fault either.
      await noteFault(database, name, messageOf(error)).catch(() => undefined)
      if (consumer.handle !== undefined && attempted > 1) return pollMs
      throw error
    }
  }
  const periodic = createPeriodic({
    ...{ name: `the consumer ${name}`, restMs: pollMs, restAfterFaultMs, restMaxMs, work },
    onFault: (fault, inARow) => {
      // Once for each outage, and then about once a minute.
      if (inARow === 1 || inARow % 12 === 0) onFault(fault)
    },
  })
  return {
    ...periodic,
    stop: async () => {
      await periodic.stop()
      if (takenMs > 0) await endLease(database, lease).catch(() => undefined)
    },
  }
}

type Handled = { readonly failed: unknown[]; hasMore: boolean }

async function publicForm(
  { database, events: all }: Pick<RunDependencies, 'database' | 'events'>,
  book: number,
  events: readonly FeedEvent[],
): Promise<StreamEvent[]> {
  const data = await readDataOf(database, all, { book, events })
  return events.map(({ id, position, type, recordedAt }) => {
    return { id: encodeId(idPrefix.event, id), position, type, recordedAt, data: data.get(id) }
  })
}

const faultCharactersMax = 500

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, faultCharactersMax)
}

type Lost = { readonly name: string; readonly book: number; readonly from: bigint; readonly to: bigint }

function lostEvents({ name, book, from, to }: Lost): Fault {
  const gone = to - from - 1n
  return new Fault({
    code: 'events_dropped',
    message: `The consumer ${name} goes on at position ${to} of book ${book}: ${gone} events before it were dropped as too old.`,
    retryable: false,
  })
}

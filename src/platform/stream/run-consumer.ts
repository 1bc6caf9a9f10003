import type { Uuid } from '#kernel'
import { createPeriodic, type Periodic } from '../background/index.ts'
import type { Consumer } from './consumer.ts'
import { endLease, noteFault, readTurn, takeLease, type Waiting } from './consumer-store.ts'
import { type FeedDependencies, handleFeed } from './handle-feed.ts'
import { WaitingBooks } from './waiting-books.ts'

export type RunDependencies = FeedDependencies & {
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
/** After so many rounds in which nothing could be delivered, another process may try: it reaches others perhaps. */
const vainRoundsMax = 3
const restForOthersMs = 3 * pollMs

export function runConsumer(consumer: Consumer, { holder, ...deps }: RunDependencies): Periodic {
  const { database, onFault } = deps
  const { name } = consumer
  const lease = { name, holder, leaseMs }
  /** Half of the events that failed, until the one that fails is alone. */
  let size = batchMax
  let attempted = 0
  let takenMs = Number.NEGATIVE_INFINITY
  let vainRounds = 0
  const books = new WaitingBooks()

  const hold = async (): Promise<boolean> => {
    if (performance.now() - takenMs < renewMs) return true
    const taken = await takeLease(database, lease)
    takenMs = taken ? performance.now() : Number.NEGATIVE_INFINITY
    return taken
  }
  const letGo = async () => {
    if (takenMs < 0) return
    takenMs = Number.NEGATIVE_INFINITY
    await endLease(database, lease).catch(() => undefined)
  }
  const handleEach = async (feeds: readonly Waiting[], isStopping: () => boolean): Promise<Handled> => {
    const handled: Handled = { failed: [], hasMore: false, delivered: 0, vain: 0 }
    books.keep(feeds.map(({ book }) => book))
    for (const feed of feeds) {
      if (isStopping()) break
      if (books.rests(feed.book)) continue
      const attempt = { size, events: 0 }
      try {
        const { hasMore, undelivered } = await handleFeed(consumer, feed, { ...deps, attempt })
        handled[undelivered?.isAll === true ? 'vain' : 'delivered'] += 1
        if (undelivered !== undefined) books.note(feed.book, undelivered.fault)
        else {
          books.noteDelivered(feed.book)
          handled.hasMore ||= hasMore
        }
      } catch (error) {
        handled.failed.push(error)
        attempted = attempt.events
        // It is not about this book.
        if (consumer.deliver !== undefined) break
      }
    }
    return handled
  }
  const round = async (isStopping: () => boolean): Promise<number> => {
    attempted = 0
    const { isPaused, isElsewhere, isFaulty, waiting } = await readTurn(database, lease)
    if (isPaused || isElsewhere || (waiting.length === 0 && !isFaulty) || !(await hold())) return pollMs
    const renewal = setInterval(() => void hold().catch(() => undefined), renewMs).unref()
    const { failed, hasMore, delivered, vain } = await handleEach(waiting, isStopping).finally(() =>
      clearInterval(renewal),
    )
    if (failed.length > 0) throw failed[0]
    size = Math.min(batchMax, size * 2)
    await noteWaiting(books, { ...deps, name, isFaulty })
    vainRounds = delivered > 0 ? 0 : vainRounds + Math.min(vain, 1)
    if (vainRounds >= vainRoundsMax) {
      vainRounds = 0
      await letGo()
      return restForOthersMs
    }
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
      if (consumer.deliver !== undefined) await letGo()
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
      await letGo()
    },
  }
}

/** `delivered`, `vain`: how many batches had at least one event delivered, or none. */
type Handled = { readonly failed: unknown[]; hasMore: boolean; delivered: number; vain: number }

type Noting = Pick<FeedDependencies, 'database' | 'onFault'> & { readonly name: string; readonly isFaulty: boolean }

/** Nothing has failed but what waits. It is noted with each report, as its fault may be another one. */
async function noteWaiting(books: WaitingBooks, { database, onFault, name, isFaulty }: Noting): Promise<void> {
  const { fault } = books
  const isReported = books.takeReport()
  if (isReported) onFault(fault)
  if (fault === undefined ? !isFaulty : isFaulty && !isReported) return
  await noteFault(database, name, fault === undefined ? undefined : messageOf(fault))
}

const faultCharactersMax = 500

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, faultCharactersMax)
}

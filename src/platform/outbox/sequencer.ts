import { createPeriodic } from '../background/index.ts'
import type { Database, Session } from '../postgres/index.ts'
import {
  type Horizon,
  readHorizon,
  readRound,
  readWriters,
  rowsPerRoundMax,
  sequencingSettings,
  sequencingSteps,
} from './sequencer-store.ts'

/** Gives committed events their places in the feeds, in the background. */
export type FeedSequencer = {
  readonly start: () => void
  /** Ends after the round under way. */
  readonly stop: () => Promise<void>
  /** Gives places to all that wait for one; answers how many rows that was, 0 when it is another process's turn. */
  readonly sequence: () => Promise<number>
}

export type FeedSequencerOptions = {
  readonly database: Database
  /** Told of every round that failed; the next one tries again on a new connection. */
  readonly onFault: (fault: Error) => void
  /** The rest between two rounds when nothing waits: about how far the feed is behind. */
  readonly pollMs?: number
  /** How often to see whether the floor can be raised. */
  readonly floorMs?: number
}

/**
 * A round commits by itself, and those who write wait for its flush as for their own. So while much is written, rounds
 * are rarer: after one with at least so many rows the rest is so many times as long.
 */
const busyRows = 10
const busyRests = 4
/** A database that fails is not asked again at once: each time would be another connection. */
const restAfterFaultMs = 1_000

/**
 * Every process may run one: an advisory lock, held for one round on the server, makes them take turns.
 * A process that dies or is frozen leaves the next round to the others.
 *
 * Rows that got their places leave dead entries in the index of those that wait, for as long as somebody reads
 * in an old snapshot. A round does not walk over them: it starts at the floor, the number below which no row can
 * appear any more. The floor belongs to the connection, as another server may count from elsewhere.
 */
export function createFeedSequencer(options: FeedSequencerOptions): FeedSequencer {
  const { database, onFault, pollMs = 50, floorMs = 2_000 } = options
  let session: Session | undefined
  let floor: bigint | undefined
  let horizon: Horizon | undefined
  let horizonAt = Number.NEGATIVE_INFINITY

  const close = async () => {
    const open = session
    session = undefined
    await open?.close().catch(() => undefined)
  }
  const opened = async (): Promise<Session> => {
    if (session !== undefined && !session.closed()) return session
    await close()
    floor = undefined
    horizon = undefined
    session = await database.session('sequencer')
    await session.burst([sequencingSettings])
    return session
  }
  /** Places all that wait above the floor; false when another process had the turn. */
  const placeAll = async (on: Session): Promise<{ total: number; hadTurn: boolean }> => {
    for (let total = 0; ; ) {
      const { rows, hadTurn } = readRound(await on.burst(sequencingSteps(floor)))
      total += rows
      if (rows < rowsPerRoundMax) return { total, hadTurn }
    }
  }
  /** Whether every transaction that could write below the horizon has ended. */
  const isPast = async (on: Session, { writers }: Horizon) =>
    writers.size === 0 || ![...(await readWriters(on))].some((writer) => writers.has(writer))

  const sequence = async (): Promise<number> => {
    const on = await opened()
    const past = horizon !== undefined && (await isPast(on, horizon)) ? horizon : undefined
    const { total, hadTurn } = await placeAll(on)
    if (past !== undefined && hadTurn) {
      floor = past.number + 1n
      horizon = undefined
    }
    if (horizon === undefined && performance.now() - horizonAt > floorMs) {
      horizonAt = performance.now()
      horizon = await readHorizon(on)
    }
    return total
  }
  /** Answers how long to rest after it. */
  const work = async (): Promise<number> => {
    try {
      return (await sequence()) < busyRows ? pollMs : busyRests * pollMs
    } catch (error) {
      await close()
      throw error
    }
  }
  const restAfter = Math.max(pollMs, restAfterFaultMs)
  const periodic = createPeriodic({
    ...{ name: 'sequencing events', restMs: pollMs, restAfterFaultMs: restAfter },
    ...{ work, onFault },
  })

  return {
    start: periodic.start,
    stop: async () => {
      await periodic.stop()
      await close()
    },
    sequence,
  }
}

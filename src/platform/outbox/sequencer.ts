import { createPeriodic } from '../background/index.ts'
import type { Database, Session } from '../postgres/index.ts'
import { type Horizon, readHorizon, readWriters } from './horizon.ts'
import { readRound, rowsPerRoundMax, sequencingSettings, sequencingSteps } from './sequencer-store.ts'

/** Assigns positions in the feeds to committed events, in the background. */
export type FeedSequencer = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Sequences all waiting rows and returns their number. Returns 0 when another process has the lock. */
  readonly sequence: () => Promise<number>
}

export type FeedSequencerOptions = {
  readonly database: Database
  readonly onFault: (fault: Error) => void
  /** The rest between two rounds when nothing waits: about how far the feed lags. */
  readonly pollMs?: number
  readonly floorMs?: number
}

/** Writers wait for each round's flush, too. So after `busyRows` rows, the rest is `busyRests` times as long. */
const busyRows = 10
const busyRests = 4
const restAfterFaultMs = 1_000
const outbox = { table: 'platform.outbox', sequence: 'platform.outbox_rows' }

/**
 * Every process may run a sequencer: they alternate by an advisory lock, held for one round on the server. While a
 * transaction reads an old snapshot, sequenced rows leave dead entries in the index of waiting rows. So a round starts
 * at the floor, the number below which no row can appear any more. The floor belongs to the connection, as another
 * server may count from elsewhere.
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
  const placeAll = async (on: Session, isStopping: () => boolean): Promise<{ total: number; hadLock: boolean }> => {
    for (let total = 0; ; ) {
      const { rows, hadLock } = readRound(await on.burst(sequencingSteps(floor)))
      total += rows
      if (rows < rowsPerRoundMax) return { total, hadLock }
      // It has not seen all rows below the horizon.
      if (isStopping()) return { total, hadLock: false }
    }
  }
  /** Whether every transaction that could write below the horizon has ended. */
  const isPast = async (on: Session, { writers }: Horizon) =>
    writers.size === 0 || ![...(await readWriters(on, outbox))].some((writer) => writers.has(writer))

  const sequence = async (isStopping: () => boolean = () => false): Promise<number> => {
    const on = await opened()
    const past = horizon !== undefined && (await isPast(on, horizon)) ? horizon : undefined
    const { total, hadLock } = await placeAll(on, isStopping)
    if (past !== undefined && hadLock) {
      floor = past.number + 1n
      horizon = undefined
    }
    if (horizon === undefined && performance.now() - horizonAt > floorMs) {
      horizonAt = performance.now()
      horizon = await readHorizon(on, outbox)
    }
    return total
  }
  const work = async (isStopping: () => boolean): Promise<number> => {
    try {
      return (await sequence(isStopping)) < busyRows ? pollMs : busyRests * pollMs
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
    sequence: () => sequence(),
  }
}

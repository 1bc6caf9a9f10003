import type { Database, Session } from '../postgres/index.ts'
import { rowsPerRoundMax, sequencingSettings, sequencingSteps } from './sequencer-store.ts'

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
}

/**
 * Every process may run one: an advisory lock, held for one round on the server, makes them take turns.
 * A process that dies or is frozen leaves the next round to the others.
 */
export function createFeedSequencer({ database, onFault, pollMs = 50 }: FeedSequencerOptions): FeedSequencer {
  let session: Session | undefined
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let stopped = true

  const opened = async (): Promise<Session> => {
    if (session !== undefined && !session.closed()) return session
    session = await database.session('sequencer')
    await session.burst([sequencingSettings])
    return session
  }
  const close = async () => {
    const open = session
    session = undefined
    await open?.close().catch(() => undefined)
  }
  const sequence = async (): Promise<number> => {
    let total = 0
    for (;;) {
      const on = await opened()
      const answers = await on.burst(sequencingSteps)
      const rows = Number(answers.at(-1)?.rows[0]?.[0] ?? 0)
      total += rows
      if (rows < rowsPerRoundMax) return total
    }
  }
  const tick = async (): Promise<void> => {
    try {
      await sequence()
    } catch (error) {
      await close()
      onFault(error instanceof Error ? error : new Error('sequencing events failed', { cause: error }))
    }
  }
  const rest = (): void => {
    timer = setTimeout(() => {
      running = tick().then(() => {
        running = undefined
        if (!stopped) rest()
      })
    }, pollMs)
  }

  return {
    start: () => {
      if (!stopped) return
      stopped = false
      rest()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
      await close()
    },
    sequence,
  }
}

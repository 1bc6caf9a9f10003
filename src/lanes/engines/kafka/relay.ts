import { createPeriodic } from '#platform/background'
import type { RecordProducer } from '#platform/kafka'
import type { Database } from '#platform/postgres'
import { withinMs } from '#platform/time'
import type { LaneName } from '../../lanes.ts'
import { RelayLock } from './relay-lock.ts'
import { createRelayPages } from './relay-pages.ts'

/** Moves enqueued messages to the topics, in one process at a time. */
export type Relay = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Messages of this process have been committed. */
  readonly wake: () => void
}

export type RelayDependencies = {
  readonly database: Database
  readonly openProducer: () => RecordProducer
  readonly topicOf: (lane: LaneName) => string
  readonly onFault: (error: unknown) => void
  readonly intervalMs: number
}

const retryMs = 500
/** Looked at more often while there is recent work. */
const busyMs = 10
const busyForMs = 2_000
/** A stop waits no longer for brokers that are gone: unconfirmed messages are sent again. */
const stopMs = 1_500

/**
 * At least once: messages are deleted when the brokers have confirmed them. A message that depends on an earlier one
 * has the higher id and commits later, so it never goes first.
 */
export function createRelay({ database, openProducer, topicOf, onFault, intervalMs }: RelayDependencies): Relay {
  const lock = new RelayLock(database)
  const pages = createRelayPages({ lock, openProducer, topicOf })
  let busyUntil = 0
  let isWanted = false
  let running: Promise<void> | undefined

  const work = async (isStopping: () => boolean): Promise<number> => {
    try {
      const on = await lock.take()
      if (on === undefined) return retryMs
      for (let hasMore = true; (hasMore || isWanted) && !isStopping(); ) {
        const isAhead = pages.mayReadAhead(isWanted)
        if (!isAhead) await pages.confirmed(on)
        isWanted = false
        hasMore = await pages.move(on)
        if (hasMore) busyUntil = performance.now() + busyForMs
      }
      await pages.confirmed(on)
      await pages.deleteSent(on)
      return performance.now() < busyUntil ? busyMs : intervalMs
    } catch (error) {
      await pages.giveUp()
      if (await lock.closeIfLost()) pages.forget()
      throw error
    }
  }
  const periodic = createPeriodic({
    ...{ name: 'relaying messages', restMs: intervalMs, restAfterFaultMs: retryMs },
    ...{ work, onFault },
  })
  return {
    start: () => periodic.start({ isAtOnce: true }),
    wake: () => {
      if (!lock.isHeld) return
      isWanted = true
      running ??= periodic.round().finally(() => {
        running = undefined
      })
    },
    stop: async () => {
      await withinMs(Promise.all([periodic.stop(), running]), stopMs, undefined)
      await lock.close()
      await pages.close()
    },
  }
}

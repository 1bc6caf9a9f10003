import { createPeriodic } from '#platform/background'
import type { RecordProducer } from '#platform/kafka'
import type { Database } from '#platform/postgres'
import { withinMs } from '#platform/time'
import { type LaneName, laneNames } from '../../lanes.ts'
import { createLostMessages } from './lost-messages.ts'
import { RelayLock } from './relay-lock.ts'
import { createRelayPages } from './relay-pages.ts'

/** Moves enqueued messages to the topics, in one process at a time. */
export type Relay = {
  readonly start: () => void
  readonly stop: () => Promise<void>
  /** Messages of this process have been committed, maybe urgent ones among them. */
  readonly wake: (options: { readonly urgent: boolean }) => void
  /** Partitions of a lane that cannot be written at present. */
  readonly unwritten: (lane: LaneName) => number
}

export type RelayDependencies = {
  readonly database: Database
  readonly openProducer: () => RecordProducer
  readonly topicOf: (lane: LaneName) => string
  readonly onFault: (error: unknown) => void
  readonly intervalMs: number
  /** What was sent so long ago and is not handled may have to be sent again. */
  readonly againAfterMs?: number | undefined
}

const againAfterMsDefault = 60_000
const retryMs = 500
/** Looked at more often while there is recent work. */
const busyMs = 10
const busyForMs = 2_000
/** After more in a row, another process may have more luck. */
const faultsMax = 4
/** A stop waits no longer for brokers that are gone: unconfirmed messages are sent again. */
const stopMs = 1_500

/**
 * At least once: who handles a message deletes it. What the brokers have confirmed is only known here. A message that depends on an earlier one
 * has the higher id and commits later, so it never goes first. Urgent messages do not wait for a page of others.
 */
export function createRelay(deps: RelayDependencies): Relay {
  const lock = new RelayLock(deps.database)
  const urgent = createLine(deps, { lock, lanes: ['rollback'] })
  const others = createLine(deps, { lock, lanes: laneNames.filter((lane) => lane !== 'rollback') })
  const lines = [urgent, others]
  const forgetEpochs = deps.database.onNewEpoch(() => lock.newEpoch())
  return {
    start: () => {
      for (const line of lines) line.start()
    },
    wake: (options) => {
      if (!lock.isHeld) return
      if (options.urgent) urgent.wake()
      others.wake()
    },
    unwritten: (lane) => (lane === 'rollback' ? urgent : others).unwritten(lane),
    stop: async () => {
      forgetEpochs()
      await withinMs(Promise.all(lines.map((line) => line.stop())), stopMs, undefined)
      await lock.close()
      await Promise.all(lines.map((line) => line.close()))
    },
  }
}

/** Some of the lanes. */
function createLine(
  { openProducer, topicOf, onFault, intervalMs, againAfterMs = againAfterMsDefault }: RelayDependencies,
  { lock, lanes }: { readonly lock: RelayLock; readonly lanes: readonly LaneName[] },
) {
  const pages = createRelayPages({ lock, lanes, openProducer, topicOf, onFault })
  // One line looks at all lanes.
  const lost = lanes.includes('rollback') ? undefined : createLostMessages(lock, { afterMs: againAfterMs, onFault })
  let busyUntil = 0
  let isWanted = false
  let running: Promise<void> | undefined
  let faults = 0

  const giveLockUp = async () => {
    faults = 0
    await pages.giveUp()
    await lock.giveUp()
  }
  const afterFault = async () => {
    await pages.giveUp()
    await lock.closeIfLost()
    lost?.forget()
    faults += 1
    if (faults > faultsMax) await giveLockUp()
  }

  const work = async (isStopping: () => boolean): Promise<number> => {
    try {
      const on = await lock.take()
      if (on === undefined) {
        lost?.forget()
        return retryMs
      }
      for (let hasMore = true; (hasMore || isWanted) && !isStopping(); ) {
        const isAhead = pages.mayReadAhead(isWanted)
        if (!isAhead) await pages.confirmed(on)
        isWanted = false
        hasMore = await pages.move(on)
        if (hasMore) busyUntil = performance.now() + busyForMs
      }
      await pages.confirmed(on)
      await lost?.look(on)
      faults = 0
      if (pages.takeStuck()) await giveLockUp()
      return performance.now() < busyUntil ? busyMs : intervalMs
    } catch (error) {
      await afterFault()
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
      isWanted = true
      running ??= periodic.round().finally(() => {
        running = undefined
      })
    },
    stop: () => Promise.all([periodic.stop(), running]),
    close: pages.close,
    unwritten: pages.unwritten,
  }
}

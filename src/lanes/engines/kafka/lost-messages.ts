import type { Session } from '#platform/postgres'
import { type LaneName, laneNames } from '../../lanes.ts'
import type { RelayLock } from './relay-lock.ts'
import { readUnhandled } from './relayed-store.ts'

/** At or below the mark all was sent when the time began. */
type Watched = { mark: bigint; sinceMs: number; restMs: number }

const growthMax = 64
const looksInRest = 12
/** Records that are underway explain what waits. They may be others: so long is that believed. */
const believedRests = 10

/**
 * Finds messages that were sent and that nobody will handle: their effects were lost in a switch of the database, their
 * records with brokers, or another database has read them. They are sent again: what is handled meanwhile has no row.
 */
export function createLostMessages(lock: RelayLock, afterMs: number) {
  const lanes = new Map<LaneName, Watched>()
  let lookedMs = performance.now()
  const watch = (lane: LaneName, restMs: number) => {
    lanes.set(lane, { mark: lock.sentOf(lane).floor, sinceMs: performance.now(), restMs })
  }
  return {
    /** Without the lock, all begins anew. */
    forget: () => lanes.clear(),
    look: async (on: Session): Promise<void> => {
      const now = performance.now()
      for (const lane of laneNames) if (!lanes.has(lane)) watch(lane, afterMs)
      if (now - lookedMs < afterMs / looksInRest) return
      lookedMs = now
      const due = new Map(
        [...lanes].flatMap(([lane, { mark, sinceMs, restMs }]) => (now - sinceMs < restMs ? [] : [[lane, mark]])),
      )
      if (due.size === 0) return
      for (const { lane, waiting, underway } of await readUnhandled(on, due)) {
        const { sinceMs, restMs } = lanes.get(lane) ?? { sinceMs: now, restMs: afterMs }
        const isMissing = waiting > underway || now - sinceMs > restMs * believedRests
        if (waiting === 0) watch(lane, afterMs)
        else if (isMissing) {
          watch(lane, Math.min(restMs * 2, afterMs * growthMax))
          lock.sendAgain(lane)
        }
      }
    },
  }
}

import type { Session } from '#platform/postgres'
import { type LaneName, laneNames } from '../../lanes.ts'
import type { RelayLock } from './relay-lock.ts'
import { readUnhandled, type Unhandled } from './relayed-store.ts'

/** At or below the mark all was sent when the time began. */
type Watched = { mark: bigint; sinceMs: number; restMs: number }

export type LostMessagesOptions = { readonly afterMs: number; readonly onFault: (error: unknown) => void }

const growthMax = 64
const looksInRest = 12
/** Records that are underway explain what waits. They may be others: so long is that believed. */
const believedRests = 10

/**
 * Finds messages that were sent and that nobody will handle: their effects were lost in a switch of the database, their
 * records with brokers, or another database has read them. They are sent again: what is handled meanwhile has no row.
 */
export function createLostMessages(lock: RelayLock, { afterMs, onFault }: LostMessagesOptions) {
  const lanes = new Map<LaneName, Watched>()
  let lookedMs = performance.now()
  const watch = (lane: LaneName, restMs: number) => {
    lanes.set(lane, { mark: lock.progressOf(lane).floor, sinceMs: performance.now(), restMs })
  }
  const judge = ({ lane, waiting, underway, isPaused }: Unhandled) => {
    const { sinceMs, restMs } = lanes.get(lane) ?? { sinceMs: performance.now(), restMs: afterMs }
    // Nobody handles what waits in a lane that is paused. When it is resumed, the time begins.
    if (waiting === 0 || isPaused) return watch(lane, afterMs)
    const isMissing = waiting > underway
    if (!isMissing && performance.now() - sinceMs < restMs * believedRests) return
    watch(lane, Math.min(restMs * 2, afterMs * growthMax))
    lock.sendAgain(lane)
    if (isMissing) onFault(new Error(`messages of the lane ${lane} were sent and are not handled: they are sent again`))
  }
  const due = (now: number) =>
    new Map([...lanes].flatMap(([lane, { mark, sinceMs, restMs }]) => (now - sinceMs < restMs ? [] : [[lane, mark]])))
  return {
    /** Without the lock, all begins again. */
    forget: () => lanes.clear(),
    look: async (on: Session): Promise<void> => {
      const now = performance.now()
      for (const lane of laneNames) if (!lanes.has(lane)) watch(lane, afterMs)
      if (now - lookedMs < afterMs / looksInRest) return
      lookedMs = now
      const marks = due(now)
      if (marks.size > 0) for (const one of await readUnhandled(on, marks)) judge(one)
    },
  }
}

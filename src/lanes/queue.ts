import type { Handler, LaneName } from './lanes.ts'
import type { QueueName } from './message-store.ts'
import { ShareRing } from './share-ring.ts'

/** A batch under way: what the next one of its queue may have to wait for. */
export type Run = { phase: 'claiming' | 'handling' | 'committing'; readonly startedMs: number }

/** One kind in one lane, as the dispatcher sees it. */
export type Queue = {
  readonly name: QueueName
  readonly handler: Handler
  readonly ring: ShareRing
  readonly runs: Set<Run>
  /** The last claim got all it asked for: there is probably more than one batch's worth. */
  backlog: boolean
  /** Faults of the database in a row; it rests a while after each. */
  faults: number
  restUntilMs: number
}

export function newQueue(lane: LaneName, handler: Handler): Queue {
  return {
    name: { lane, kind: handler.kind },
    handler,
    ring: new ShareRing(),
    runs: new Set(),
    backlog: false,
    faults: 0,
    restUntilMs: 0,
  }
}

/** A batch that has been handled for so long does not keep the next one waiting. */
export const slowBatchMs = 20

/**
 * Whether one more batch of the queue may begin beside those under way. While one is being handled,
 * arrivals gather for the next, which makes few large transactions of many small ones; it begins when
 * the one before is being committed, when that takes its time, or when there is more than enough for
 * two. Two claims at once would only divide what one can take.
 */
export function mayBegin(queue: Queue, nowMs: number): boolean {
  for (const run of queue.runs) {
    if (run.phase === 'claiming') return false
    if (run.phase === 'handling' && !queue.backlog && nowMs - run.startedMs < slowBatchMs) return false
  }
  return true
}

import { FailureWindow } from './breaker.ts'
import type { Handler, LaneName } from './lanes.ts'
import type { QueueName, TakenMessage } from './message-store.ts'
import { ShareRing } from './share-ring.ts'

/** A batch under way: what the next one of its queue may have to wait for. */
export type Run = { phase: 'claiming' | 'handling' | 'committing'; readonly startedMs: number }

/** One kind in one lane, as the dispatcher sees it. */
export type Queue = {
  readonly name: QueueName
  readonly handler: Handler
  readonly ring: ShareRing
  readonly failures: FailureWindow
  readonly runs: Set<Run>
  /** The last claim found more than it could take. */
  backlog: boolean
  /**
   * Since when the oldest message has been waiting, judged by those taken last: what is left has waited
   * about as long. Undefined: nothing is known to wait.
   */
  oldestMs: number | undefined
  /** Nearly everything fails; `probe` lets a single message through, to see. */
  breaker: 'closed' | 'open' | 'probe'
  /** Faults of the database in a row; the queue rests a while after each. */
  faults: number
  restUntilMs: number
}

export function newQueue(lane: LaneName, handler: Handler): Queue {
  return {
    name: { lane, kind: handler.kind },
    handler,
    // Of reverse transactions there are few, so that nothing is won by a floor, and none may wait for one.
    ring: new ShareRing({ floors: lane !== 'rollback' }),
    failures: new FailureWindow(),
    runs: new Set(),
    backlog: false,
    oldestMs: undefined,
    breaker: 'closed',
    faults: 0,
    restUntilMs: 0,
  }
}

/** A batch that has been handled for so long does not keep the next one waiting. */
export const slowBatchMs = 20

/** What a look at the whole dispatcher adds to a queue's own state. */
export type Readiness = { readonly nowMs: number; readonly runsMax: number }

/**
 * Whether one more batch of the queue may begin beside those under way. While one is being handled,
 * arrivals gather for the next, which makes few large transactions of many small ones; it begins when
 * the one before is being committed, when that takes its time, or when there is more than enough for
 * two. Two claims at once would only divide what one can take. Of reverse transactions none waits for others.
 */
export function mayBegin(queue: Queue, { nowMs, runsMax }: Readiness): boolean {
  if (!queue.ring.hasWork || queue.restUntilMs > nowMs || queue.breaker === 'open') return false
  if (queue.runs.size >= (queue.breaker === 'probe' ? 1 : runsMax)) return false
  const gathers = queue.name.lane !== 'rollback' && !queue.backlog
  for (const run of queue.runs) {
    if (run.phase === 'claiming') return false
    if (run.phase === 'handling' && gathers && nowMs - run.startedMs < slowBatchMs) return false
  }
  return true
}

/** How long the queue's oldest message has been waiting, as far as is known. */
export function waitedMs(queue: Queue, nowMs: number): number {
  if (!queue.ring.hasWork) return 0
  queue.oldestMs ??= nowMs
  return nowMs - queue.oldestMs
}

/** Keeps in mind since when the oldest message is waiting. */
export function noteOldest(queue: Queue, messages: readonly TakenMessage[], nowMs: number): void {
  const oldest = messages.reduce((most, message) => Math.max(most, message.waitedMs), 0)
  queue.oldestMs = queue.ring.hasWork ? nowMs - oldest : undefined
}

import type { QueueName, TakenMessage } from '../engines/taken-message.ts'
import { FailureWindow } from '../failures/breaker.ts'
import type { Handler, LaneName } from '../lanes.ts'
import { TenantRing } from './tenant-ring.ts'

export type Run = { phase: 'claiming' | 'handling' | 'committing'; readonly startedMs: number }

export type Queue = {
  readonly name: QueueName
  readonly handler: Handler
  readonly ring: TenantRing
  readonly failures: FailureWindow
  readonly runs: Set<Run>
  /** Messages until their work after the commit has settled, and the most of them at once. */
  inFlight: number
  readonly inFlightMax: number
  /** The last claim found more than it could take. */
  backlog: boolean
  /** Estimated from the messages taken last: the others have waited about as long. Undefined: none is known to wait. */
  oldestMs: number | undefined
  /** `open`: nearly all messages fail. `probe`: a single message is let through as a test. */
  breaker: 'closed' | 'open' | 'probe'
  faults: number
  restUntilMs: number
}

/** `reserve`: of the lane, in messages. */
export function newQueue(lane: LaneName, handler: Handler, reserve: number): Queue {
  return {
    name: { lane, kind: handler.kind },
    handler,
    // Reverse transactions are few, so a floor saves nothing, and none of them may wait for a floor to be reset.
    ring: new TenantRing({ floors: lane !== 'rollback' }),
    failures: new FailureWindow(),
    runs: new Set(),
    inFlight: 0,
    inFlightMax: handler.isSlow ? Math.max(1, Math.floor(reserve / 2)) : Number.POSITIVE_INFINITY,
    backlog: false,
    oldestMs: undefined,
    breaker: 'closed',
    faults: 0,
    restUntilMs: 0,
  }
}

/** A batch that has been handled for this long no longer delays the next one. */
export const slowBatchMs = 20

export type Readiness = { readonly nowMs: number; readonly runsMax: number }

/**
 * While a batch is handled, arrivals gather for the next one: a few large transactions instead of many small ones. The
 * next batch begins when the previous one is committing or slow, or when there is more than enough work for two. Two
 * claims at once would only split the messages of one. Reverse transactions wait for a running claim only.
 */
export function mayBegin(queue: Queue, { nowMs, runsMax }: Readiness): boolean {
  if (!queue.ring.hasWork || queue.restUntilMs > nowMs || queue.breaker === 'open') return false
  if (queue.inFlight >= queue.inFlightMax) return false
  if (queue.runs.size >= (queue.breaker === 'probe' ? 1 : runsMax)) return false
  const gathers = queue.name.lane !== 'rollback' && !queue.backlog
  for (const run of queue.runs) {
    if (run.phase === 'claiming') return false
    if (run.phase === 'handling' && gathers && nowMs - run.startedMs < slowBatchMs) return false
  }
  return true
}

export function waitedMs(queue: Queue, nowMs: number): number {
  if (!queue.ring.hasWork) return 0
  queue.oldestMs ??= nowMs
  return nowMs - queue.oldestMs
}

export function noteOldest(queue: Queue, messages: readonly TakenMessage[], nowMs: number): void {
  const oldest = messages.reduce((most, message) => Math.max(most, message.waitedMs), 0)
  queue.oldestMs = queue.ring.hasWork ? nowMs - oldest : undefined
}

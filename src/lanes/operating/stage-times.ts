import { addSpan, isTracing } from '#platform/tracing'
import type { LaneName, Message } from '../lanes.ts'
import type { LaneFlow } from './lane-flow.ts'

/** When the stages of a batch began, by the clock of `performance`. */
export type StageTimes = { readonly claimMs: number; handleMs?: number; commitMs?: number }

export const laneStages = ['claim', 'handle', 'commit', 'after_commit'] as const

/** Called when a batch has committed. */
export function noteStages(flow: LaneFlow, { claimMs, handleMs, commitMs }: StageTimes): void {
  const endMs = performance.now()
  const handled = handleMs ?? endMs
  const committing = commitMs ?? endMs
  flow.stagesMs.claim += handled - claimMs
  flow.stagesMs.handle += committing - handled
  flow.stagesMs.commit += endMs - committing
}

/** A span for each message, from when it was due. */
export function traceMessages(
  { lane, kind }: { readonly lane: LaneName; readonly kind: string },
  messages: readonly (Message & { readonly waitedMs: number })[],
  times: StageTimes,
): void {
  if (!isTracing()) return
  const endMs = performance.now()
  for (const { subject, waitedMs, attempts } of messages) {
    addSpan({
      ...{ name: `lane ${lane} ${kind}`, kind: 'consumer', subject, startMs: times.claimMs - waitedMs, endMs },
      attributes: { 'munim.lane': lane, 'munim.waited_ms': waitedMs, 'munim.batch': messages.length, attempts },
    })
  }
}

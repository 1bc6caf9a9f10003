import { type LaneName, laneNames } from '../lanes.ts'

/** Totals of this process; they only grow. */
export type LaneFlow = {
  done: number
  retried: number
  dead: number
  batches: number
  /** Time of open transactions, and of messages in their slots. */
  sessionMs: number
  slotMs: number
  /** Since the messages were due; failed batches do not count. */
  waitedMs: number
  /** Messages whose handling began within the SLA of the lane. */
  inTime: number
  /** Of batches that committed. */
  readonly stagesMs: { claim: number; handle: number; commit: number; after_commit: number }
}

export type LaneFlows = Readonly<Record<LaneName, LaneFlow>>

export function newFlows(): LaneFlows {
  const flow = (): LaneFlow => ({
    ...{ done: 0, retried: 0, dead: 0, batches: 0, sessionMs: 0, slotMs: 0, waitedMs: 0, inTime: 0 },
    stagesMs: { claim: 0, handle: 0, commit: 0, after_commit: 0 },
  })
  return { rollback: flow(), instant: flow(), standard: flow(), bulk: flow() }
}

export function copyFlows(flows: LaneFlows): LaneFlows {
  const copy = newFlows()
  for (const lane of laneNames) Object.assign(copy[lane], { ...flows[lane], stagesMs: { ...flows[lane].stagesMs } })
  return copy
}

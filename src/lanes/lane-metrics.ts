import type { LaneFlows } from './lane-flow.ts'
import { lanePolicies } from './lane-policy.ts'
import { type LaneName, laneNames } from './lanes.ts'
import type { CountedLane } from './maintenance.ts'
import { neededConsumers } from './scaling.ts'

/** Where the metrics are read. */
export type MetricSources = {
  /** What was last counted over all processes; nothing in a process that does not work. */
  readonly counted: () => readonly CountedLane[]
  /** What this process has done. */
  readonly flows: LaneFlows
}

/** What the lanes tell of themselves to whoever watches them: name, help, and how to read it now. */
export function laneMetrics({ counted, flows }: MetricSources) {
  const of = (lane: LaneName) => counted().find((each) => each.lane === lane)
  return laneNames.flatMap((lane) => {
    const figure = (name: string, help: string, read: () => number) => ({
      name: `munim_lanes_${lane}_${name}`,
      help: `${help} Lane ${lane}.`,
      read,
    })
    return [
      figure('depth', 'Messages that could be handled now, over all processes.', () => of(lane)?.ready ?? 0),
      figure('delayed', 'Messages that wait for their time.', () => of(lane)?.delayed ?? 0),
      figure('lag_seconds', 'Since when the oldest of them has been due.', () => (of(lane)?.oldestMs ?? 0) / 1000),
      figure('in_flight', 'Messages being handled, over all processes.', () => of(lane)?.inFlight ?? 0),
      figure('dead_letters', 'Dead letters that nobody has replayed.', () => of(lane)?.deadLetters ?? 0),
      figure('breakers_open', 'Kinds not handled because nearly all fail.', () => of(lane)?.breakers.length ?? 0),
      figure('consumers_needed', 'Processes needed to keep up and work off what waits.', () => {
        const state = of(lane)
        return state === undefined
          ? 1
          : neededConsumers({ ...state, backlog: state.ready, catchUpSeconds: lanePolicies[lane].catchUpSeconds })
      }),
      figure('handled_total', 'Messages handled by this process.', () => flows[lane].done),
      figure('retried_total', 'Failed tries of this process that will be repeated.', () => flows[lane].retried),
      figure('dead_total', 'Messages that became dead letters in this process.', () => flows[lane].dead),
      figure('waited_seconds_total', 'Waiting of the messages handled.', () => flows[lane].waitedMs / 1000),
    ]
  })
}

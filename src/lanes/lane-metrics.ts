import type { Metric } from '#platform/telemetry'
import { lanePolicies } from './lane-policy.ts'
import { laneNames } from './lanes.ts'
import type { LaneFlow, LaneFlows } from './operating/lane-flow.ts'
import type { CountedLane } from './operating/maintenance.ts'
import { neededConsumers } from './operating/scaling.ts'

export type MetricSources = {
  /** Over all processes; empty in a process that handles no lanes. */
  readonly counted: () => readonly CountedLane[]
  readonly flows: LaneFlows
}

type NameAndHelp = readonly [name: string, help: string]

/** The metrics of the lanes, labeled by lane. */
export function laneMetrics({ counted, flows }: MetricSources): Metric[] {
  const overall = ([name, help]: NameAndHelp, read: (lane: CountedLane) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => counted().map((state) => [{ lane: state.lane }, read(state)] as const),
  })
  const own = ([name, help]: NameAndHelp, read: (flow: LaneFlow) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => laneNames.map((lane) => [{ lane }, read(flows[lane])] as const),
  })
  return [
    overall(['ready_messages', 'Messages that are due, over all processes.'], ({ ready }) => ready),
    overall(['delayed_messages', 'Messages that wait for their time.'], ({ delayed }) => delayed),
    overall(['in_flight_messages', 'Messages being handled, over all processes.'], ({ inFlight }) => inFlight),
    overall(['lag_seconds', 'Age of the oldest due message.'], ({ oldestMs }) => oldestMs / 1000),
    overall(
      ['open_dead_letters', 'Dead letters that were neither replayed nor discarded.'],
      ({ deadLetters }) => deadLetters,
    ),
    overall(['open_breakers', 'Kinds of messages that are not handled because nearly all fail.'], (lane) => {
      return lane.breakers.length
    }),
    overall(['needed_consumers', 'Processes needed to keep up and to work off the backlog.'], neededBy),
    own(['handled_messages_total', 'Messages handled by this process.'], ({ done }) => done),
    own(['retries_total', 'Failed tries of this process that will be repeated.'], ({ retried }) => retried),
    own(['dead_letters_total', 'Messages that became dead letters in this process.'], ({ dead }) => dead),
    own(['wait_seconds_total', 'Time for which the handled messages had waited.'], ({ waitedMs }) => waitedMs / 1000),
  ]
}

function neededBy(state: CountedLane): number {
  const { catchUpSeconds } = lanePolicies[state.lane]
  return neededConsumers({ ...state, backlog: state.ready, catchUpSeconds })
}

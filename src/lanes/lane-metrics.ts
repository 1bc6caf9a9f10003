import type { Metric } from '#platform/telemetry'
import type { LaneEngine } from './engines/engine.ts'
import { lanePolicies } from './lane-policy.ts'
import { type LaneName, laneNames } from './lanes.ts'
import type { LaneFlow, LaneFlows } from './operating/lane-flow.ts'
import type { CountedLane } from './operating/lane-read-model.ts'
import type { Scaler, Scaling } from './operating/scaler.ts'
import { neededConsumers } from './operating/scaling.ts'
import { laneStages } from './operating/stage-times.ts'

export type MetricSources = {
  /** Over all processes; empty in a process that handles no lanes. */
  readonly counted: () => readonly CountedLane[]
  readonly scaling: Scaler['latest']
  readonly flows: LaneFlows
  readonly passed: (lane: LaneName) => number
  readonly unreached: LaneEngine['unreached']
}

type NameAndHelp = readonly [name: string, help: string]

/** The metrics of the lanes, labeled by lane. */
export function laneMetrics({ counted, scaling, flows, passed, unreached }: MetricSources): Metric[] {
  const overall = ([name, help]: NameAndHelp, read: (lane: CountedLane) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => counted().map((state) => [{ lane: state.lane }, read(state)] as const),
  })
  const own = ([name, help]: NameAndHelp, read: (flow: LaneFlow) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => laneNames.map((lane) => [{ lane }, read(flows[lane])] as const),
  })
  const scaled = ([name, help]: NameAndHelp, read: (lane: Scaling['lanes'][number]) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => scaling()?.lanes.map((lane) => [{ lane: lane.lane }, read(lane)] as const) ?? [],
  })
  const known = ([name, help]: NameAndHelp, read: (scaling: Scaling) => number): Metric => ({
    ...{ name: `munim_${name}`, help, labels: [] },
    read: () => [scaling()].flatMap((latest) => (latest === undefined ? [] : [[{}, read(latest)] as const])),
  })
  return [
    known(['workers', 'Processes that handle the lanes.'], ({ workers }) => workers),
    known(['recommended_workers', 'Processes that should handle the lanes.'], (latest) => latest.recommendedWorkers),
    known(
      [
        'database_commit_seconds',
        'Time that a small commit takes, less a read: the median of the last nine, one a second.',
      ],
      ({ commitMs }) => commitMs / 1000,
    ),
    known(
      [
        'database_commit_baseline_seconds',
        'What a small commit usually takes. Nothing is scaled up while commits take much longer.',
      ],
      ({ commitBaselineMs }) => commitBaselineMs / 1000,
    ),
    scaled(['load_processes', "Work of the lane, in processes' worth of it."], ({ load }) => load),
    scaled(['batch_messages', 'Largest batch that this process takes.'], ({ batch }) => batch),
    scaled(['lent_transactions', 'Transactions beyond its part that the lane may use.'], (lane) => lane.sessionsMore),
    overall(['ready_messages', 'Messages that are due, over all processes.'], ({ ready }) => ready),
    overall(['outgoing_messages', 'Due messages that no topic of Kafka has yet.'], ({ outgoing }) => outgoing),
    overall(
      ['outgoing_lag_seconds', 'Age of the oldest message that no topic of Kafka has yet.'],
      ({ outgoingMs }) => outgoingMs / 1000,
    ),
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
    own(['begun_in_time_messages_total', 'Handled messages that were begun within the SLA.'], ({ inTime }) => inTime),
    own(['batches_total', 'Batches handled by this process.'], ({ batches }) => batches),
    {
      name: 'munim_lane_stage_seconds_total',
      help: 'Time of batches in a stage: claimed, handled, committed, and worked on after the commit.',
      labels: ['lane', 'stage'],
      read: () =>
        laneNames.flatMap((lane) =>
          laneStages.map((stage) => [{ lane, stage }, flows[lane].stagesMs[stage] / 1000] as const),
        ),
    },
    {
      name: 'munim_lane_passed_records_total',
      help: 'Records of Kafka for which no message waited: handled before, of another database, or no message.',
      labels: ['lane'],
      read: () => laneNames.map((lane) => [{ lane }, passed(lane)] as const),
    },
    ...unreachedMetrics(unreached),
    own(['wait_seconds_total', 'Time for which the handled messages had waited.'], ({ waitedMs }) => waitedMs / 1000),
  ]
}

function unreachedMetrics(unreached: MetricSources['unreached']): Metric[] {
  const metric = ([name, help]: NameAndHelp, read: (lane: ReturnType<typeof unreached>) => number): Metric => ({
    ...{ name: `munim_lane_${name}`, help, labels: ['lane'] },
    read: () => laneNames.map((lane) => [{ lane }, read(unreached(lane))] as const),
  })
  return [
    metric(['unread_partitions', 'Partitions of this process in Kafka that cannot be read.'], ({ unread }) => unread),
    metric(
      ['unwritten_partitions', 'Partitions in Kafka that this process cannot write.'],
      ({ unwritten }) => unwritten,
    ),
    metric(['lost_records_total', 'Records that Kafka dropped before this process had read them.'], ({ lost }) => lost),
  ]
}

function neededBy(state: CountedLane): number {
  const { catchUpSeconds } = lanePolicies[state.lane]
  return neededConsumers({ ...state, backlog: state.ready, catchUpSeconds })
}

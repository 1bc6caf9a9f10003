export { createLanes, type LanesDependencies, type LanesEngine } from './create-lanes.ts'
export type { LaneEngine, OpenEngine } from './engines/engine.ts'
export { createClusterWatch } from './engines/kafka/cluster-watch.ts'
export { onKafka } from './engines/kafka/kafka-engine.ts'
export type { KafkaLanes } from './engines/kafka/lane-topics.ts'
export { createRelay } from './engines/kafka/relay.ts'
export { mayPass } from './failures/retry-policy.ts'
export { laneMetrics } from './lane-metrics.ts'
export { lanePolicies } from './lane-policy.ts'
export {
  type AfterCommit,
  type DeadLetterHooks,
  type DeadSubject,
  type Handler,
  type LaneName,
  type Lanes,
  laneNames,
  type Message,
  type NewMessage,
  type Replayed,
  type ReplayFilter,
  type VendorPolicy,
} from './lanes.ts'
export type { Scaling } from './operating/scaler.ts'
export { type LaneRefusal, type LaneRefusalCode, laneRefusals } from './refusals.ts'
export { laneRoutes, scalingRoutes } from './routes.ts'

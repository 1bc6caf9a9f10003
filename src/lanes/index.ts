export { createLanes, type LanesDependencies, type LanesEngine } from './create-lanes.ts'
export { laneMetrics } from './lane-metrics.ts'
export {
  type AfterCommit,
  type DeadMessage,
  type Handler,
  type LaneName,
  type Lanes,
  laneNames,
  type Message,
  type NewMessage,
  type ReplayedSubject,
  type ReplayFilter,
  type VendorPolicy,
} from './lanes.ts'
export { type LaneRefusal, type LaneRefusalCode, laneRefusals } from './refusals.ts'
export { mayPass } from './retry-policy.ts'
export type { NameSubject } from './routes/dead-letter-routes.ts'
export { laneRoutes } from './routes.ts'

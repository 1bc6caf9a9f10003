export { createLanes, type LanesDependencies } from './create-lanes.ts'
export {
  type AfterCommit,
  type Handler,
  type LaneName,
  type Lanes,
  laneNames,
  type Message,
  type NewMessage,
  type VendorPolicy,
} from './lanes.ts'

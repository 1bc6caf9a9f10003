export { createConfiguredRails } from './create-configured-rails.ts'
export { createRails, type RailsDeps, type RailsService } from './create-rails.ts'
export type { Measure } from './guard-rail.ts'
export type { OnRailEvents } from './inbox.ts'
export {
  type DisputeAnswerOutcome,
  type DisputeCall,
  type DisputeCategory,
  type DisputeEvidence,
  type DisputePolicy,
  type DisputeReport,
  type DisputeStage,
  disputeCategories,
  disputeStages,
  type Rail,
  type RailCall,
  type RailCapabilities,
  type RailDecline,
  type RailDisputes,
  type RailEvent,
  type RailHealth,
  type RailOperation,
  type RailOutcome,
  type Rails,
  railOperations,
} from './rail.ts'
export type { RailAdapter } from './rail-adapter.ts'
export { measureInto, railCallSeconds, railMetrics } from './rail-metrics.ts'
export { type RailRefusalCode, railRefusals } from './refusals.ts'
export { railEvents, railRoutes } from './routes.ts'
export { createSimulatorRails } from './simulator/create-simulator-rails.ts'

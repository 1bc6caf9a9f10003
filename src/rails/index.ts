export { railsQueue } from './cases/rails-queue.ts'
export { createConfiguredRails, type RailSettings } from './create-configured-rails.ts'
export { createRails, type RailsDeps, type RailsService } from './create-rails.ts'
export type { FindStoredCall } from './find-call.ts'
export { outcomeIn } from './guard-batches.ts'
export type { Measure } from './guard-rail.ts'
export type { OnRailEvents } from './inbox.ts'
export { inquiriesAfter } from './inquiries.ts'
export {
  type BatchOutcome,
  type BatchPolicy,
  type ByOperation,
  type Inquiries,
  type InquirySchedule,
  type Rail,
  type RailAction,
  type RailAdvice,
  type RailCall,
  type RailCapabilities,
  type RailDecline,
  type RailEvent,
  type RailHandle,
  type RailHealth,
  type RailOperation,
  type RailOutcome,
  type RailRecall,
  type RailReturn,
  type RailReversal,
  type Rails,
  type RailVerification,
  railOperations,
} from './rail.ts'
export type { FindCall, KnownCall, RailAdapter } from './rail-adapter.ts'
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
  type RailDisputes,
} from './rail-disputes.ts'
export type { RailInstrument, RailParty } from './rail-instrument.ts'
export type {
  DebitNotice,
  MandateAmendment,
  MandateCall,
  MandateChange,
  MandateOutcome,
  MandateReport,
  MandateRules,
  MandateTerms,
  MandateUse,
  NoticeOutcome,
  PreNotification,
  RailMandates,
} from './rail-mandates.ts'
export { measureInto, railCallSeconds, railMetrics } from './rail-metrics.ts'
export type { KeyHealth, RailMaintenance } from './rail-parts.ts'
export {
  type CallNotice,
  type NameMatch,
  nameMatches,
  type RailCredit,
  type RailSettlement,
  type RecallOutcome,
  type RecallReason,
  recallReasons,
  type VerificationOutcome,
} from './rail-reports.ts'
export type { ReversalOutcome, UnknownRule } from './rail-reversals.ts'
export { type RailRefusalCode, railRefusals } from './refusals.ts'
export { cardRetryBudgets, type RetryBudget } from './retry-budgets.ts'
export { onUnknownOf, outcomeOfReversal, reversalsOf, reversed } from './reversals.ts'
export { railEvents, railRoutes } from './routes.ts'
export { readRails } from './settings/read-rails.ts'
export { createSimulatorRails } from './simulator/create-simulator-rails.ts'

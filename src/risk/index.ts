export { type BacktestOptions, type BacktestReport, backtest, type StoredArrival } from './engine/backtest.ts'
export type { CaseEnd, ClosedCases } from './engine/case-quality.ts'
export { createOutcomeCounter, type OutcomeCounter } from './engine/count-outcomes.ts'
export type { EarlierRow } from './engine/earlier-memory.ts'
export {
  type Arrival,
  type ArrivedBatch,
  createEngine,
  type EngineNeeds,
  type EngineOptions,
  type OuterFacts,
  type RiskEngine,
  type Roles,
} from './engine/engine.ts'
export { type EngineRecord, recordOf, replay } from './engine/engine-record.ts'
export { explain } from './engine/explain.ts'
export type { Environment } from './rules/compile/compilation.ts'
export { type CompiledTree, compileTree } from './rules/compile/compile-tree.ts'
export { OperandTable } from './rules/compile/operand-table.ts'
export { Evaluation } from './rules/evaluation.ts'
export {
  type EarlierReader,
  type Facts,
  type ListReader,
  noFacts,
  type ScreeningReader,
  type ThresholdReader,
  type WindowAnswer,
  type WindowReader,
  type WindowSpec,
} from './rules/facts.ts'
export { parseRule } from './rules/language/parse.ts'
export { printRule } from './rules/language/print.ts'
export { type Checked, type Problem, problemText } from './rules/problems.ts'
export { isChallenged } from './rules/scenarios/challenge.ts'
export { compileScenario, costsOf, type RuleResult, type Scenario } from './rules/scenarios/compile-scenario.ts'
export type { Decision } from './rules/scenarios/decide.ts'
export { type Batch, type Decided, decideBatch } from './rules/scenarios/decide-batch.ts'
export { KeyedEntries, type Override, type Snooze } from './rules/scenarios/keyed-entries.ts'
export { collectNeeds, type Needs } from './rules/scenarios/needs.ts'
export { readScenario } from './rules/scenarios/read-scenario.ts'
export { type DecisionRecord, recordDecision, replayDecision } from './rules/scenarios/record.ts'
export type { Outcome, ScenarioDefinition } from './rules/scenarios/scenario.ts'
export { editVersion, moveVersion, type ScenarioVersion } from './rules/scenarios/versions.ts'
export { standardEnvironment, standardSchemas } from './rules/standard/standard-schemas.ts'
export { starterPack } from './rules/standard/starter-pack.ts'
export {
  createSchema,
  readSubject,
  type Subject,
  type SubjectKind,
  type SubjectSchema,
} from './rules/subject-schema.ts'
export { readTree, type Tree } from './rules/tree.ts'
export type { Amount, Place, TypeName, Value } from './rules/values.ts'
export {
  type Clearance,
  clearPair,
  defaultThresholds,
  outcomeOf,
  type Standing,
  standings,
  subjectHash,
  type Thresholds,
} from './screening/clearances.ts'
export type { EntityKind, Identifier, ListedEntity, ListedName } from './screening/entity.ts'
export { type ListFile, ListFileError } from './screening/files/list-file.ts'
export type { OfacFiles } from './screening/files/ofac.ts'
export { ofacName, ofacScore, ofacWhole } from './screening/names/ofac-score.ts'
export { type NameKind, parseName } from './screening/names/parse-name.ts'
export { scoreNames } from './screening/names/score-names.ts'
export { Vocabulary } from './screening/names/token.ts'
export { createRescreening, type Rescreened } from './screening/rescreen.ts'
export { type ScreenedRow, screenFile, subjectColumns } from './screening/screen-file.ts'
export {
  type ListFiles,
  ListsShrankError,
  Screening,
  type ScreeningResult,
  type Snapshot,
  search,
} from './screening/screening.ts'
export { defaultThreshold, type Hit, type SearchOptions } from './screening/search/search.ts'
export type { ScreeningSubject } from './screening/subject.ts'
export type { ListDelta, ListVersion } from './screening/versions.ts'
export { adapt as adaptThreshold } from './thresholds/adapt.ts'
export { observe as observeValues } from './thresholds/learn.ts'
export {
  type ChangeEntry,
  createThreshold,
  type ThresholdDefinition,
  type ThresholdState,
  thresholdAt,
} from './thresholds/threshold.ts'
export type { Alert, AlertBounds, AlertChange } from './typologies/alert-book.ts'
export {
  type RatedFinding,
  type RiskInput,
  type RiskModel,
  type RiskRating,
  rateCustomer,
} from './typologies/customer-risk.ts'
export {
  createDetector,
  type Detector,
  type DetectorBounds,
  type DetectorSettings,
  defaultBounds,
  type Observation,
} from './typologies/detector.ts'
export type { DetectorCounts, DetectorState } from './typologies/detector-state.ts'
export type { Finding } from './typologies/finding.ts'
export { type FlowPicture, flowMermaid, flowPicture } from './typologies/flow-picture.ts'
export { type AccountBounds, type KycLevels, kycBounds } from './typologies/kyc-limits.ts'
export { type Pattern, patternProblems, type TypologyKind } from './typologies/pattern.ts'
export { type StarterAmounts, slowPatterns, starterPatterns } from './typologies/starter-patterns.ts'
export { type FlowTransfer, type TransferRow, transferOfRow, transferRow } from './typologies/transfer.ts'
export type { WindowValue } from './windows/tally.ts'
export type { WindowDefinition } from './windows/window-definition.ts'
export type { EventFields, WindowEvent } from './windows/window-event.ts'
export { createWindowMemory, type WindowMemory } from './windows/window-memory.ts'

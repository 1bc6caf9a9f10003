import type { RuleResult } from '../rules/scenarios/compile-scenario.ts'
import { conclude, type Decision } from '../rules/scenarios/decide.ts'
import { type DecisionRecord, recordDecision } from '../rules/scenarios/record.ts'
import type { Outcome, ScoreThreshold } from '../rules/scenarios/scenario.ts'

/** What a reader has to know of a rule that did not simply miss. */
export type RecordedRule = {
  readonly rule: string
  readonly reason: string
  /** What its hit makes of the outcome at least. */
  readonly outcome?: Outcome
  /** Ids of what it has read. */
  readonly reads: readonly string[]
}

/** A decision with all that it saw, and with what of its scenario made the outcome. It is JSON, and is stored as such. */
export type EngineRecord = DecisionRecord & {
  readonly thresholds: readonly ScoreThreshold[]
  readonly onError?: Outcome
  /** Those that hit, or had no value. */
  readonly rules: readonly RecordedRule[]
}

/** What is stored of a decision. */
export function recordOf(decision: Decision): EngineRecord {
  const { scenario, results, reads } = decision
  const { thresholds, onError } = scenario
  const wasRead = new Set(reads.map(({ operand }) => operand.id))
  const rules = scenario.rules.flatMap(({ definition, operands }, at): RecordedRule[] => {
    const result = results[at] as RuleResult
    if (result.result === 'miss' || result.result === 'skipped') return []
    const { id, reason, outcome } = definition
    const ids = operands.map((slot) => scenario.evaluation.operands[slot]?.id ?? '').filter((one) => wasRead.has(one))
    return [{ rule: id, reason, ...(outcome !== undefined && { outcome }), reads: ids }]
  })
  return { ...recordDecision(decision), thresholds, ...(onError !== undefined && { onError }), rules }
}

export type ReplayedOutcome = Pick<DecisionRecord, 'outcome' | 'score' | 'decidedBy'> & {
  /** Whether it is what was stored. */
  readonly isSame: boolean
}

/**
 * Concludes again from the stored results alone: the score of the rules, the thresholds, the least outcomes, errors and the
 * override. `replayDecision` also evaluates the rules again, with the version of the scenario.
 */
export function replay(record: EngineRecord): ReplayedOutcome {
  const { thresholds, onError, results, override, rules } = record
  const leasts = new Map(rules.map(({ rule, outcome }) => [rule, outcome]))
  const definitions = results.map(({ rule }) => {
    const outcome = leasts.get(rule)
    return { definition: outcome === undefined ? {} : { outcome } }
  })
  const score = results.reduce((sum, result) => sum + result.score, 0)
  const isTriggered =
    results.length === 0 ? record.decidedBy.by !== 'trigger' : results.some(({ why }) => why !== 'not triggered')
  const made = conclude({ thresholds, onError, rules: definitions }, { results, score, isTriggered, override })
  const isSame =
    score === record.score &&
    made.outcome === record.outcome &&
    JSON.stringify(made.decidedBy) === JSON.stringify(record.decidedBy)
  return { ...made, score, isSame }
}

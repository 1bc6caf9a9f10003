import type { SubjectKind } from '../subject-schema.ts'
import type { Tree } from '../tree.ts'

/** From the mildest to the most severe. */
export const outcomes = ['approve', 'step_up', 'review', 'decline'] as const

export type Outcome = (typeof outcomes)[number]

export function moreSevere(one: Outcome, other: Outcome): Outcome {
  return outcomes.indexOf(one) >= outcomes.indexOf(other) ? one : other
}

/** What a rule wants to be done. The parameters are texts for whoever carries it out. */
export type Action = { readonly name: string; readonly with?: Readonly<Record<string, string>> }

/** A rule whose condition has no value counts as one of these. */
export type Instead = 'miss' | 'hit'

export type RuleDefinition = {
  readonly id: string
  /** Why the rule is there, for people. */
  readonly reason: string
  readonly when: Tree
  /** Whole points that a hit adds; may be negative. */
  readonly score: number
  /** A hit makes the outcome at least this. */
  readonly outcome?: Outcome
  readonly actions?: readonly Action[]
  /** The default is `miss`. */
  readonly whenMissing?: Instead
  /** The default is `miss`; see also `onError` of the scenario. */
  readonly whenError?: Instead
  /** After a hit, the rules behind it are not evaluated. */
  readonly isFinal?: boolean
}

export type ScoreThreshold = { readonly from: number; readonly outcome: Outcome }

export type ScenarioDefinition = {
  readonly id: string
  readonly version: number
  readonly subject: SubjectKind
  /** Rules are evaluated unless this is false. Without one, for every subject of the kind. */
  readonly trigger?: Tree
  readonly rules: readonly RuleDefinition[]
  /** The highest that the score reaches counts; below all of them the outcome is `approve`. */
  readonly thresholds: readonly ScoreThreshold[]
  /** The outcome is at least this when a rule ends in an error. */
  readonly onError?: Outcome
}

export const scenarioBounds = {
  rulesMax: 500,
  thresholdsMax: 10,
  actionsMax: 20,
  scoreMax: 1_000_000,
  costMax: 100_000,
}

import type { EvaluationError, Recorded } from '../evaluation.ts'
import { type Checked, fine, type Problem, wrong } from '../problems.ts'
import { readSubject, type SubjectKind, writeSubject } from '../subject-schema.ts'
import { type Json, readValue, type TypeName, writeValue } from '../values.ts'
import type { RuleResult, Scenario } from './compile-scenario.ts'
import { type DecidedBy, type Decision, type DecisionRole, decide, type Read } from './decide.ts'
import type { Override, Snooze } from './keyed-entries.ts'
import type { Action, Outcome } from './scenario.ts'

/** The meaning of rules. It grows when the same tree and the same inputs would give another result. */
export const engineVersion = 1

export type RecordedRead = {
  readonly kind: string
  readonly id: string
  readonly type: TypeName
  readonly key?: string
  readonly value?: Json
  readonly error?: string
  readonly version?: string
}

/** A decision with all that it saw. It is JSON, and is stored as such. */
export type DecisionRecord = {
  readonly engine: number
  readonly scenario: string
  readonly version: number
  readonly schema: { readonly kind: SubjectKind; readonly version: number }
  readonly role: DecisionRole
  readonly subject: { readonly id: string; readonly at: number; readonly fields: Readonly<Record<string, Json>> }
  readonly outcome: Outcome
  readonly decidedBy: DecidedBy
  readonly score: number
  readonly results: readonly RuleResult[]
  readonly actions: readonly (Action & { readonly rule: string })[]
  readonly reads: readonly RecordedRead[]
  readonly snoozes: readonly Snooze[]
  readonly override?: Override
}

export function recordDecision(decision: Decision): DecisionRecord {
  const { scenario, subject, role, outcome, decidedBy, score, results, actions, reads, snoozes, override } = decision
  const { definition, schema } = scenario
  return {
    engine: engineVersion,
    scenario: definition.id,
    version: definition.version,
    schema: { kind: schema.kind, version: schema.version },
    role,
    subject: { id: subject.id, at: subject.at, fields: writeSubject(schema, subject) },
    outcome,
    decidedBy,
    score,
    results,
    actions,
    reads: reads.map(recordRead),
    snoozes,
    ...(override !== undefined && { override }),
  }
}

function recordRead({ operand, key, value, error, version }: Read): RecordedRead {
  const { kind, id, type } = operand
  return {
    kind,
    id,
    type,
    ...(key !== undefined && { key }),
    ...(value !== undefined && { value: writeValue(type, value) }),
    ...(error !== undefined && { error }),
    ...(version !== undefined && { version }),
  }
}

export type Replay = {
  readonly record: DecisionRecord
  /** Names of the parts that are not as they were stored. Empty: the decision is the same. */
  readonly differences: readonly string[]
}

/** Decides again on what a stored decision saw, by the same version of the scenario and of the schema. */
export function replayDecision(record: DecisionRecord, scenario: Scenario): Checked<Replay> {
  const { definition, schema, evaluation } = scenario
  const mismatch = (message: string): Problem => ({
    code: 'invalid_scenario',
    message,
    advice: 'Give the one that decided',
  })
  if (record.engine !== engineVersion)
    return wrong(mismatch(`The decision was made by version ${record.engine} of the engine`))
  if (record.scenario !== definition.id || record.version !== definition.version) {
    return wrong(mismatch(`The decision was made by version ${record.version} of ${record.scenario}`))
  }
  if (record.schema.kind !== schema.kind || record.schema.version !== schema.version) {
    return wrong(mismatch(`The decision has version ${record.schema.version} of the schema of ${record.schema.kind}`))
  }
  const subject = readSubject(schema, record.subject)
  if (!subject.ok) return subject
  evaluation.recorded = new Map(record.reads.map((read) => [read.id, recalled(read)]))
  try {
    const { role, snoozes, override } = record
    const again = recordDecision(decide(scenario, subject.value, { role, snoozes, override }))
    const parts = ['outcome', 'decidedBy', 'score', 'results', 'actions', 'reads'] as const
    const differences = parts.filter((part) => JSON.stringify(again[part]) !== JSON.stringify(record[part]))
    return fine({ record: again, differences })
  } finally {
    evaluation.recorded = undefined
  }
}

function recalled({ key, type, value, error, version }: RecordedRead): Recorded {
  return {
    key,
    value: value === undefined ? undefined : readValue(type, value),
    error: error as EvaluationError | undefined,
    version,
  }
}

import { amountText, formatTimestamp } from '#kernel'
import { formatDuration } from '../rules/durations.ts'
import type { RuleResult } from '../rules/scenarios/compile-scenario.ts'
import type { RecordedRead } from '../rules/scenarios/record.ts'
import type { Outcome } from '../rules/scenarios/scenario.ts'
import { type Amount, readValue } from '../rules/values.ts'
import type { EngineRecord, RecordedRule } from './engine-record.ts'

const outcomeTexts: Readonly<Record<Outcome, string>> = {
  approve: 'approved',
  step_up: 'asked for authentication',
  review: 'sent to review',
  decline: 'declined',
}

const roleTexts = {
  live: '',
  challenger: ', as the challenger',
  shadow: ', in the shadow: it was only compared',
} as const

/** Why a decision is as it is, in plain English: one line each, the outcome first. What belongs to a rule is indented. */
export function explain(record: EngineRecord): string[] {
  const { subject, schema, outcome, scenario, version, role, results, rules, reads } = record
  const kind = schema.kind[0]?.toUpperCase() + schema.kind.slice(1)
  const byId = new Map(reads.map((read) => [read.id, read]))
  const shown = new Set(rules.flatMap((rule) => rule.reads))
  const others = reads.filter(({ id }) => !shown.has(id))
  const recorded = new Map(rules.map((rule) => [rule.rule, rule]))
  return [
    `${kind} ${subject.id} was ${outcomeTexts[outcome]} by version ${version} of ${scenario}${roleTexts[role]}.`,
    groundsOf(record),
    ...results.flatMap((result) => ruleLines(result, recorded.get(result.rule), byId)),
    ...(others.length === 0 ? [] : ['Other values that were read:', ...others.map((read) => `  ${readText(read)}`)]),
  ]
}

function groundsOf({ decidedBy, override, score, thresholds, outcome }: EngineRecord): string {
  switch (decidedBy.by) {
    case 'trigger':
      return 'The scenario does not apply to it.'
    case 'override':
      return `Override ${decidedBy.id} holds until ${formatTimestamp(override?.until ?? 0)}: ${override?.reason ?? ''}`
    case 'rule':
      return `Rule ${decidedBy.id} asks for at least this. The score is ${score}.`
    case 'errors':
      return `A rule ended in an error, and then at least this is done. The score is ${score}.`
    case 'score': {
      const reached = thresholds.find(({ from }) => score >= from)
      if (reached === undefined) return `The score of ${score} reaches no threshold.`
      return `The score of ${score} reaches ${reached.from}, the threshold of ${outcome}.`
    }
  }
}

function ruleLines(
  result: RuleResult,
  rule: RecordedRule | undefined,
  reads: ReadonlyMap<string, RecordedRead>,
): string[] {
  if (result.result === 'skipped') return result.why?.startsWith('snoozed') ? [`${result.rule} was ${result.why}.`] : []
  if (rule === undefined) return []
  const points = result.counts ? ` (${result.score < 0 ? '' : '+'}${result.score})` : ''
  const read = rule.reads.flatMap((id) => reads.get(id) ?? []).map((one) => `  ${readText(one)}`)
  return [`${result.rule}${points}: ${rule.reason}${withoutText(result)}`, ...read]
}

function withoutText({ result, counts, missing = [], error }: RuleResult): string {
  const instead = counts ? 'It counts as a hit' : 'It does not count'
  if (result === 'missing') return ` ${instead}, since this is missing: ${missing.join(', ')}.`
  if (result === 'error') return ` ${instead}, since it could not be evaluated: ${error}.`
  return ''
}

function readText({ id, key, error, version, ...read }: RecordedRead): string {
  const about = key === undefined || read.kind === 'threshold' || read.kind === 'screening' ? '' : ` of ${key}`
  const seen = version === undefined ? '' : `, version ${version}`
  if (error !== undefined) return `${id}${about} could not be read: ${error}${seen}`
  return `${id}${about} was ${valueText(read)}${seen}`
}

function valueText({ type, value: json }: Pick<RecordedRead, 'type' | 'value'>): string {
  const value = json === undefined ? undefined : readValue(type, json)
  if (value === undefined) return 'missing'
  if (type === 'duration') return formatDuration(value as number)
  if (type === 'time') return formatTimestamp(value as number)
  if (type !== 'amount') return String(value)
  const { minor, asset } = value as Amount
  return amountText(minor, asset)
}

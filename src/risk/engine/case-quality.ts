import type { Scenario } from '../rules/scenarios/compile-scenario.ts'
import type { Decision } from '../rules/scenarios/decide.ts'

/** How a case about a subject was closed: it was what the rules look for, or it was not. */
export type CaseEnd = 'confirmed' | 'dismissed'

/** By the id of the subject. */
export type ClosedCases = ReadonlyMap<string, CaseEnd>

export type Quality = {
  /** Subjects that were stopped and have a closed case. */
  readonly confirmed: number
  readonly dismissed: number
  /** Confirmed cases whose subject was let through. */
  readonly missed: number
  /** The share of confirmed cases among those stopped; undefined: none of them has a closed case. */
  readonly precision: number | undefined
  /** The share of those stopped among confirmed cases; undefined: there is none. */
  readonly recall: number | undefined
}

export type RuleQuality = {
  readonly rule: string
  readonly hits: number
  readonly confirmed: number
  readonly dismissed: number
  readonly precision: number | undefined
}

export type QualityCounter = {
  readonly add: (decision: Decision) => void
  readonly quality: () => Quality
  /** In the order of the scenario. */
  readonly rules: () => RuleQuality[]
}

type RuleCounts = { readonly rule: string; hits: number; confirmed: number; dismissed: number }

/** Compares decisions of one scenario with closed cases. A subject that comes again counts by its first decision. */
export function createQualityCounter({ definition }: Scenario, closedCases: ClosedCases): QualityCounter {
  const counts = { confirmed: 0, dismissed: 0, missed: 0 }
  const rules = definition.rules.map(({ id }): RuleCounts => ({ rule: id, hits: 0, confirmed: 0, dismissed: 0 }))
  /** Only of subjects with a closed case. */
  const judged = new Set<string>()
  const judge = (id: string, isStopped: boolean): CaseEnd | undefined => {
    const end = judged.has(id) ? undefined : closedCases.get(id)
    if (end === undefined) return undefined
    judged.add(id)
    if (isStopped) counts[end] += 1
    else if (end === 'confirmed') counts.missed += 1
    return end
  }
  return {
    add: ({ subject: { id }, outcome, results }) => {
      const end = judge(id, outcome !== 'approve')
      for (let at = 0; at < results.length; at += 1) {
        const of = rules[at]
        if (of === undefined || results[at]?.counts !== true) continue
        of.hits += 1
        if (end !== undefined) of[end] += 1
      }
    },
    quality: () => ({
      ...counts,
      precision: shareOf(counts.confirmed, { and: counts.dismissed }),
      recall: shareOf(counts.confirmed, { and: counts.missed }),
    }),
    rules: () => rules.map((of) => ({ ...of, precision: shareOf(of.confirmed, { and: of.dismissed }) })),
  }
}

function shareOf(some: number, { and }: { readonly and: number }): number | undefined {
  return some + and === 0 ? undefined : some / (some + and)
}

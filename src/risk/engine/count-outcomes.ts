import type { Decision } from '../rules/scenarios/decide.ts'
import type { Decided } from '../rules/scenarios/decide-batch.ts'
import { type Outcome, outcomes } from '../rules/scenarios/scenario.ts'

export type OutcomeCounts = Readonly<Record<Outcome, number>>

export type ScenarioRef = { readonly scenario: string; readonly version: number }

/** How one scenario in the shadow compares with those that counted. */
export type ShadowCounts = ScenarioRef & {
  readonly subjects: number
  /** Subjects with any difference: outcome, score or hits. */
  readonly different: number
  /** From the most frequent. */
  readonly changes: readonly OutcomeChange[]
}

export type OutcomeChange = { readonly live: Outcome; readonly shadow: Outcome; readonly subjects: number }

export type OutcomeCounter = {
  readonly add: (decided: Decided) => void
  readonly counts: () => {
    /** By version that decided, the challenger apart from the live one. */
    readonly deciders: readonly (ScenarioRef & {
      readonly role: 'live' | 'challenger'
      readonly outcomes: OutcomeCounts
    })[]
    readonly shadows: readonly ShadowCounts[]
  }
}

export const noOutcomes: OutcomeCounts = { approve: 0, step_up: 0, review: 0, decline: 0 }

type Decider = ScenarioRef & { readonly role: 'live' | 'challenger'; readonly outcomes: Record<Outcome, number> }
type Shadow = ScenarioRef & { subjects: number; different: number; readonly changes: Map<string, number> }

/** Counts outcomes and what shadows would have changed. Its size is that of the pairs of outcomes, not of the traffic. */
export function createOutcomeCounter(): OutcomeCounter {
  const deciders = new Map<string, Decider>()
  const shadows = new Map<string, Shadow>()
  return {
    add: ({ decision, shadows: compared }) => {
      const role = decision.role === 'challenger' ? 'challenger' : 'live'
      const { outcomes: counted } = kept(deciders, `${role} ${nameOf(decision)}`, () => ({
        ...refOf(decision),
        role,
        outcomes: { ...noOutcomes },
      }))
      counted[decision.outcome] += 1
      for (const { decision: other, difference } of compared) {
        const shadow = kept(shadows, nameOf(other), () => ({
          ...refOf(other),
          subjects: 0,
          different: 0,
          changes: new Map<string, number>(),
        }))
        shadow.subjects += 1
        if (difference === undefined) continue
        shadow.different += 1
        if (difference.outcomes === undefined) continue
        const pair = `${difference.outcomes.live} ${difference.outcomes.shadow}`
        shadow.changes.set(pair, (shadow.changes.get(pair) ?? 0) + 1)
      }
    },
    counts: () => ({
      deciders: [...deciders.values()].map((one) => ({ ...one, outcomes: { ...one.outcomes } })),
      shadows: [...shadows.values()].map((one) => ({ ...one, changes: changesOf(one.changes) })),
    }),
  }
}

export function refOf({ scenario: { definition } }: Pick<Decision, 'scenario'>): ScenarioRef {
  return { scenario: definition.id, version: definition.version }
}

function nameOf(decision: Decision): string {
  const { scenario, version } = refOf(decision)
  return `${scenario} ${version}`
}

function kept<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const known = map.get(key) ?? create()
  map.set(key, known)
  return known
}

function changesOf(changes: ReadonlyMap<string, number>): OutcomeChange[] {
  const pairs = outcomes.flatMap((live) =>
    outcomes.map((shadow) => ({ live, shadow, subjects: changes.get(`${live} ${shadow}`) ?? 0 })),
  )
  return pairs.filter(({ subjects }) => subjects > 0).sort((one, other) => other.subjects - one.subjects)
}

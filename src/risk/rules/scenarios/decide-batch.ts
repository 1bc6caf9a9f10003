import { assert } from '#kernel'
import type { Facts } from '../facts.ts'
import type { Subject } from '../subject-schema.ts'
import { type Challenge, isChallenged } from './challenge.ts'
import { compareDecisions, type Difference } from './compare.ts'
import type { Scenario } from './compile-scenario.ts'
import { type Decision, decide } from './decide.ts'
import type { KeyedEntries, Override, Snooze } from './keyed-entries.ts'
import { strictest } from './keyed-entries.ts'

export type Challenger = { readonly scenario: Scenario; readonly challenge: Challenge }

/** All scenarios and subjects are of one kind. Everything that they read is in memory; see `collectNeeds`. */
export type Batch = {
  readonly live: Scenario
  readonly challenger?: Challenger
  readonly shadows?: readonly Scenario[]
  readonly subjects: readonly Subject[]
  readonly facts: Facts
  readonly snoozes?: KeyedEntries<Snooze>
  readonly overrides?: KeyedEntries<Override>
  /** Called before the next subject is evaluated, so that its windows can count this one. */
  readonly onDecided?: (decision: Decision) => void
}

export type Shadowed = { readonly decision: Decision; readonly difference: Difference | undefined }

export type Decided = { readonly decision: Decision; readonly shadows: readonly Shadowed[] }

const noShadows: readonly never[] = []

/** Decides the subjects in their order, in one synchronous call. */
export function decideBatch(batch: Batch): Decided[] {
  const { live, challenger, shadows = noShadows, subjects, facts, snoozes, overrides, onDecided } = batch
  for (const scenario of [live, ...shadows, ...(challenger === undefined ? [] : [challenger.scenario])]) {
    assert(scenario.schema === live.schema, 'scenarios of a batch have one schema')
    scenario.evaluation.facts = facts
  }
  return subjects.map((subject) => {
    assert(subject.kind === live.schema.kind, 'subjects of a batch are of the kind of its scenarios')
    const around = {
      snoozes: snoozes?.of(subject) ?? noShadows,
      override: overrides === undefined ? undefined : strictest(overrides.of(subject)),
    }
    const isOther = challenger !== undefined && isChallenged(challenger.challenge, live.schema, subject)
    const decision = isOther
      ? decide(challenger.scenario, subject, { ...around, role: 'challenger' })
      : decide(live, subject, { ...around, role: 'live' })
    const compared = shadows.length === 0 ? noShadows : shadows.map((scenario) => shadow({ scenario, decision }))
    onDecided?.(decision)
    return { decision, shadows: compared }
  })
}

function shadow({ scenario, decision }: { readonly scenario: Scenario; readonly decision: Decision }): Shadowed {
  const { subject, snoozes, override } = decision
  const other = decide(scenario, subject, { role: 'shadow', snoozes, override })
  return { decision: other, difference: compareDecisions(decision, other) }
}

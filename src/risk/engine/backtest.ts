import { assert } from '#kernel'
import type { Scenario } from '../rules/scenarios/compile-scenario.ts'
import type { Decision } from '../rules/scenarios/decide.ts'
import type { Decided } from '../rules/scenarios/decide-batch.ts'
import type { Outcome } from '../rules/scenarios/scenario.ts'
import { type ClosedCases, createQualityCounter, type Quality, type RuleQuality } from './case-quality.ts'
import {
  createOutcomeCounter,
  noOutcomes,
  type OutcomeChange,
  type OutcomeCounts,
  type ScenarioRef,
} from './count-outcomes.ts'
import { type Arrival, createEngine, type EngineOptions, type OuterFacts } from './engine.ts'

/** An arrival as it is stored. `isDecided`: it was decided on then, and not only counted, as with a status that came later. */
export type StoredArrival = Arrival & { readonly isDecided: boolean }

export type BacktestOptions = Omit<EngineOptions, 'roles' | 'isStored'> & {
  /** In the order of arrival. To have windows as they were, it begins before `from` by the longest of them. */
  readonly stream: AsyncIterable<readonly StoredArrival[]>
  readonly draft: Scenario
  readonly live: Scenario
  readonly closedCases: ClosedCases
  readonly facts: OuterFacts
  /** What arrived before is decided, since earlier decisions are read, but is not in the report. */
  readonly from?: number
  /** Called with every decision of the report. */
  readonly onDecided?: (decided: Decided) => void
}

export type ScenarioReport = ScenarioRef & {
  readonly outcomes: OutcomeCounts
  readonly cases: Quality
  readonly rules: readonly RuleQuality[]
}

export type ChangedSubject = { readonly subject: string; readonly live: Outcome; readonly draft: Outcome }

export type BacktestReport = {
  readonly subjects: number
  readonly live: ScenarioReport
  readonly draft: ScenarioReport
  /** Subjects with any difference: outcome, score or hits. */
  readonly different: number
  readonly changes: readonly OutcomeChange[]
  /** The first subjects whose outcome would be another, 100 at most. */
  readonly examples: readonly ChangedSubject[]
}

const examplesMax = 100

/**
 * Plays stored subjects in the order of their arrival through the live scenario and a draft, each with the windows of
 * that moment. The same stream gives the same report. Its memory is bounded as that of an engine.
 */
export async function backtest(options: BacktestOptions): Promise<BacktestReport> {
  const { stream, draft, live, facts, from = Number.NEGATIVE_INFINITY, onDecided } = options
  const engine = createEngine({ ...options, isStored: false, roles: [{ live, shadows: [draft] }] })
  const report = createReport(options)
  let position = Number.NEGATIVE_INFINITY
  for await (const page of stream) {
    for (const run of runsOf(page)) {
      for (const arrival of run) {
        assert(arrival.position > position, 'stored subjects come in the order of their arrival')
        position = arrival.position
      }
      if (run[0]?.isDecided !== true) {
        engine.observe(run)
        continue
      }
      for (const [at, decided] of engine.decide({ arrivals: run, facts }).entries()) {
        if (decided === undefined || (run[at]?.arrivedAt ?? 0) < from) continue
        report.add(decided)
        onDecided?.(decided)
      }
    }
  }
  return report.made()
}

/** Neighbors that were decided, or that were only counted. */
function runsOf(page: readonly StoredArrival[]): StoredArrival[][] {
  const runs: StoredArrival[][] = []
  for (const arrival of page) {
    const run = runs.at(-1)
    if (run?.[0]?.isDecided === arrival.isDecided) run.push(arrival)
    else runs.push([arrival])
  }
  return runs
}

function createReport({ live, draft, closedCases }: BacktestOptions) {
  const counter = createOutcomeCounter()
  const [ofLive, ofDraft] = [createSide(live, closedCases), createSide(draft, closedCases)]
  const examples: ChangedSubject[] = []
  let subjects = 0
  return {
    add: (decided: Decided) => {
      const { decision, shadows } = decided
      const other = shadows[0]?.decision ?? decision
      subjects += 1
      counter.add(decided)
      ofLive.add(decision)
      ofDraft.add(other)
      if (decision.outcome === other.outcome || examples.length >= examplesMax) return
      examples.push({ subject: decision.subject.id, live: decision.outcome, draft: other.outcome })
    },
    made: (): BacktestReport => {
      const [shadow] = counter.counts().shadows
      return {
        subjects,
        live: ofLive.made(),
        draft: ofDraft.made(),
        different: shadow?.different ?? 0,
        changes: shadow?.changes ?? [],
        examples,
      }
    },
  }
}

function createSide(scenario: Scenario, closedCases: ClosedCases) {
  const { definition } = scenario
  const quality = createQualityCounter(scenario, closedCases)
  const outcomes = { ...noOutcomes }
  return {
    add: (decision: Decision) => {
      quality.add(decision)
      outcomes[decision.outcome] += 1
    },
    made: (): ScenarioReport => ({
      scenario: definition.id,
      version: definition.version,
      outcomes: { ...outcomes },
      cases: quality.quality(),
      rules: quality.rules(),
    }),
  }
}

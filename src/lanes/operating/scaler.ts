import { lanePolicies } from '../lane-policy.ts'
import { type LaneName, laneNames } from '../lanes.ts'
import type { CommitLatency } from './commit-watch.ts'
import type { CountedLane } from './lane-read-model.ts'
import {
  type Demand,
  decideScale,
  loadOf,
  type ScaleDecision,
  type ScaleStep,
  type Steps,
  scaleSteps,
} from './scaling.ts'

/** A decision with what it was made from. */
export type Scaling = {
  readonly because: ScaleDecision['because']
  readonly recommendedWorkers: number
  readonly workers: number
  readonly commitMs: number
  readonly commitBaselineMs: number
  readonly lanes: readonly ScaledLane[]
}

export type ScaledLane = ScaleStep & {
  readonly lane: LaneName
  /** Processes' worth of work. */
  readonly load: number
  readonly lagSeconds: number
  readonly arrivalPerSecond: number
  readonly backlog: number
  readonly truePerSecond: number
}

export type Scaler = {
  readonly decide: (counted: readonly CountedLane[], commits: CommitLatency) => void
  /** Undefined before the first decision. */
  readonly latest: () => Scaling | undefined
}

export type ScalerDependencies = {
  readonly apply: (lane: LaneName, step: ScaleStep) => void
  /** `isNews`: it is not the same as the decision before it. */
  readonly onDecision: (scaling: Scaling, isNews: boolean) => void
  /** More processes have nothing to take. */
  readonly workersMax?: () => number | undefined
}

export function createScaler({ apply, onDecision, workersMax }: ScalerDependencies): Scaler {
  let steps: Steps = { rollback: 0, instant: 0, standard: 0, bulk: 0 }
  let calm = 0
  let latest: Scaling | undefined
  return {
    latest: () => latest,
    decide: (counted, { ms, baselineMs, isSlow }) => {
      const demands = counted.map((state) => ({
        ...{ lane: state.lane, backlog: state.ready, lagSeconds: state.oldestMs / 1000 },
        ...{ arrivalPerSecond: state.arrivalPerSecond, truePerSecond: state.truePerSecond },
        load: loadOf(demandOf(state)),
      }))
      const loads = { rollback: 0, instant: 0, standard: 0, bulk: 0 }
      for (const { lane, load } of demands) loads[lane] = load
      const workers = Math.max(1, ...counted.map((state) => state.workers))
      if (workers !== latest?.workers) calm = 0
      const decision = decideScale({
        ...{ loads, steps, workers, calm, isDatabaseSlow: isSlow },
        workersMax: workersMax?.(),
      })
      for (const lane of laneNames) {
        if (decision.steps[lane] !== steps[lane]) apply(lane, stepOf(decision.steps, lane))
      }
      calm = decision.calm
      steps = decision.steps
      const before = latest
      latest = {
        ...{ because: decision.because, recommendedWorkers: decision.workers, workers },
        ...{ commitMs: ms, commitBaselineMs: baselineMs },
        lanes: demands.map((demand) => ({ ...demand, ...stepOf(steps, demand.lane) })),
      }
      const isNews =
        before?.because !== latest.because ||
        before.recommendedWorkers !== latest.recommendedWorkers ||
        decision.because.startsWith('lane_')
      onDecision(latest, isNews)
    },
  }
}

/** More consumers do not help what waits for an operator, or for a breaker to close. */
function demandOf(state: CountedLane): Demand {
  const isHeld = state.paused || state.breakers.length > 0
  const { catchUpSeconds } = lanePolicies[state.lane]
  return isHeld
    ? { ...state, arrivalPerSecond: state.perSecond, backlog: 0, catchUpSeconds }
    : { ...state, backlog: state.ready, catchUpSeconds }
}

function stepOf(steps: Steps, lane: LaneName): ScaleStep {
  return scaleSteps[steps[lane]] ?? scaleSteps[0]
}

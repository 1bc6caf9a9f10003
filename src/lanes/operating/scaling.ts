import { type LaneName, laneNames } from '../lanes.ts'

/** The planned use of a process, as a fraction of its true rate; the rest is for bursts. */
const headroom = 0.6

export type Demand = {
  readonly arrivalPerSecond: number
  readonly backlog: number
  readonly catchUpSeconds: number
  readonly truePerSecond: number
}

/** (arrival + backlog ÷ catch-up) ÷ (true rate × 0.6): processes' worth of work; one while the rate is unknown. */
export function loadOf({ arrivalPerSecond, backlog, catchUpSeconds, truePerSecond }: Demand): number {
  const wantedPerSecond = Math.max(0, arrivalPerSecond) + backlog / catchUpSeconds
  if (wantedPerSecond === 0) return 0
  return truePerSecond <= 0 ? 1 : wantedPerSecond / (truePerSecond * headroom)
}

export function neededConsumers(demand: Demand): number {
  return Math.max(1, Math.ceil(loadOf(demand)))
}

/** What one lane may use in one process, beyond its capacity. */
export type ScaleStep = { readonly batch: number; readonly sessionsMore: number }

/** The batch first, then the concurrency. */
export const scaleSteps: readonly [ScaleStep, ...ScaleStep[]] = [
  { batch: 256, sessionsMore: 0 },
  { batch: 512, sessionsMore: 0 },
  { batch: 1_024, sessionsMore: 0 },
  { batch: 1_024, sessionsMore: 1 },
  { batch: 1_024, sessionsMore: 2 },
  { batch: 1_024, sessionsMore: 3 },
]

export type Steps = Readonly<Record<LaneName, number>>

export type ScaleInputs = {
  /** By lane, see {@link loadOf}, at the current steps. */
  readonly loads: Readonly<Record<LaneName, number>>
  readonly steps: Steps
  /** Processes at work. */
  readonly workers: number
  /** More have nothing to take. */
  readonly workersMax?: number | undefined
  /** Decisions in a row, until now, at which there was too much capacity. */
  readonly calm: number
  readonly isDatabaseSlow: boolean
}

export type ScaleDecision = {
  readonly steps: Steps
  /** The number of processes to run. */
  readonly workers: number
  readonly calm: number
  readonly because:
    | 'keeps_up'
    | 'database_slow'
    | 'lane_up'
    | 'lane_down'
    | 'workers_up'
    | 'workers_down'
    | 'workers_most'
}

/** Below this part of what one process less could do there is too much; between it and the whole nothing changes. */
const spare = 0.8
const idle = 0.5
const calmMin = 6
/** A lane with less than this part of the load is not worth a step. */
const partMin = 0.1

/**
 * One change at a time. Up: the lane with the most load steps up in this process; when no lane can, more processes are
 * wanted, as many as the load needs. Neither while the database is the bottleneck: more consumers would make it slower.
 * Down, after some calm: one process less, and in the last one a step less.
 */
export function decideScale(inputs: ScaleInputs): ScaleDecision {
  const { workersMax = Number.POSITIVE_INFINITY } = inputs
  const decision = decideFreely(inputs)
  if (decision.workers <= workersMax) return decision
  // A step within the processes is still one.
  const isStep = decision.because === 'lane_up' || decision.because === 'lane_down'
  return { ...decision, workers: workersMax, because: isStep ? decision.because : 'workers_most' }
}

function decideFreely({ loads, steps, workers, calm, isDatabaseSlow }: ScaleInputs): ScaleDecision {
  const total = laneNames.reduce((sum, lane) => sum + loads[lane], 0)
  const same = { steps, workers, calm: 0 }
  if (total > workers) {
    if (isDatabaseSlow) return { ...same, because: 'database_slow' }
    const [lane] = laneNames
      .filter((each) => loads[each] >= total * partMin && steps[each] < scaleSteps.length - 1)
      .sort((one, other) => loads[other] - loads[one])
    if (lane !== undefined) return { ...same, steps: { ...steps, [lane]: steps[lane] + 1 }, because: 'lane_up' }
    return { ...same, workers: Math.ceil(total), because: 'workers_up' }
  }
  if (workers > 1 && total <= (workers - 1) * spare) {
    if (calm + 1 < calmMin) return { ...same, calm: calm + 1, because: 'keeps_up' }
    return { ...same, workers: workers - 1, calm: calm + 1, because: 'workers_down' }
  }
  const [highest] = laneNames.filter((each) => steps[each] > 0).sort((one, other) => steps[other] - steps[one])
  if (highest === undefined || total > workers * idle) return { ...same, because: 'keeps_up' }
  if (calm + 1 < calmMin) return { ...same, calm: calm + 1, because: 'keeps_up' }
  return { ...same, steps: { ...steps, [highest]: steps[highest] - 1 }, because: 'lane_down' }
}

export type Spent = {
  readonly messages: number
  readonly sessionMs: number
  readonly slotMs: number
  readonly sessionsMax: number
  readonly slotsMax: number
}

/** The rate of a process that always has work: its transactions or its slots limit it. Undefined without messages. */
export function trueRate(spent: Spent): number | undefined {
  if (spent.messages === 0) return undefined
  const bySessions = (spent.messages * 1000 * spent.sessionsMax) / Math.max(spent.sessionMs, 0.01)
  const bySlots = (spent.messages * 1000 * spent.slotsMax) / Math.max(spent.slotMs, 0.01)
  return Math.min(bySessions, bySlots)
}

import { createRandom } from './random.ts'

/** What one step of a planned saga does when its turn comes. */
export type StepPlan = {
  /** The action begins something outside and waits for its end, which is good or bad. */
  readonly waits: boolean
  readonly endsWell: boolean
  /** The action says no by itself. */
  readonly refuses: boolean
  /** The action throws what no repetition cures: at once, or after it has waited. */
  readonly breaks: 'never' | 'at_once' | 'late'
  /** What is given back takes a while outside. */
  readonly compensationWaits: boolean
  /** The compensation does not work out until a person has decided: it says so, or throws. */
  readonly compensationFails: 'never' | 'says_so' | 'throws'
  /** How often it throws, before and after its effect, what a repetition does cure. */
  readonly faults: Record<'action.before' | 'action.after' | 'compensation.before' | 'compensation.after', number>
}

/** What happens to one saga, by its seed: the same under both coordinators. */
export type SagaPlan = {
  readonly seed: number
  readonly steps: readonly StepPlan[]
  /** After so many deliveries somebody wants it reversed; undefined: nobody does. */
  readonly reversedAfter: number | undefined
  /** Charges that had failed succeed after all when everything has been taken back. */
  readonly succeedsLate: boolean
  /** What a person decides when a compensation has failed. */
  readonly decision: 'retry' | 'force'
}

/** The names of the steps of planned sagas, in order. */
export const plannedSteps = ['first', 'second', 'third', 'fourth'] as const

/** Makes a plan of a seed: about half of the sagas run into a refusal, a bad end or something broken. */
export function planSaga(seed: number): SagaPlan {
  const random = createRandom(seed)
  const often = () => (random.chance(0.15) ? 1 + random.below(2) : 0)
  const steps = plannedSteps.map((): StepPlan => {
    const waits = random.chance(0.4)
    return {
      waits,
      endsWell: random.chance(0.85),
      refuses: random.chance(0.12),
      breaks: random.chance(0.06) ? (waits && random.chance(0.5) ? 'late' : 'at_once') : 'never',
      compensationWaits: random.chance(0.4),
      compensationFails: random.chance(0.15) ? random.pick(['says_so', 'throws'] as const) : 'never',
      faults: {
        'action.before': often(),
        'action.after': often(),
        'compensation.before': often(),
        'compensation.after': often(),
      },
    }
  })
  return {
    seed,
    steps,
    reversedAfter: random.chance(0.25) ? random.below(14) : undefined,
    succeedsLate: random.chance(0.3),
    decision: random.pick(['retry', 'force'] as const),
  }
}

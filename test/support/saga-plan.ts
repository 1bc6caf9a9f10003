import { createRandom } from '../../scripts/random.ts'

export type StepPlan = {
  readonly waits: boolean
  readonly endsWell: boolean
  readonly refuses: boolean
  /** With an error that is not retryable: at once, or after it has waited. */
  readonly breaks: 'never' | 'at_once' | 'late'
  readonly compensationWaits: boolean
  /** The compensation fails until an operator has decided: it returns a failure, or throws. */
  readonly compensationFails: 'never' | 'says_so' | 'throws'
  /** Retryable errors, before and after the effect. */
  readonly faults: Record<'action.before' | 'action.after' | 'compensation.before' | 'compensation.after', number>
}

/** By seed: the same under both coordinators. */
export type SagaPlan = {
  readonly seed: number
  readonly steps: readonly StepPlan[]
  /** A client requests the reversal after this many deliveries; undefined: never. */
  readonly reversedAfter: number | undefined
  /** Failed charges succeed after all when everything has been compensated. */
  readonly succeedsLate: boolean
  readonly decision: 'retry' | 'force'
}

export const plannedSteps = ['first', 'second', 'third', 'fourth'] as const

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

import fc from 'fast-check'
import { declined, type RailPlan } from './model-rail.ts'

/** What a model rail does with a call, and what it says. */
export const railPlan: fc.Arbitrary<RailPlan> = fc.record({
  effect: fc.constantFrom('done', 'done', 'done', 'declined', 'pending', 'nothing', 'latent', 'turned'),
  isTold: fc.boolean(),
  isMute: fc.constantFrom(false, false, false, true),
  isNotYet: fc.constantFrom(false, false, true),
  excess: fc.constantFrom(0n, 0n, 0n, 0n, 0n, -7n, 9n),
  isPartial: fc.boolean(),
  reversal: fc.constantFrom('answered', 'answered', 'lost', 'unsaid', 'late', 'overtaken'),
  decline: fc.constantFrom(
    declined,
    { code: 'try_again_later', remedy: 'later', message: 'Later.' } as const,
    { code: 'operation_not_supported', remedy: 'rail', message: 'Another way.' } as const,
  ),
})

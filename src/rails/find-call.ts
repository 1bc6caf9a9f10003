import { Fault } from '#platform/faults'
import { withinMs } from '#platform/time'
import type { FindCall, KnownCall } from './rail-adapter.ts'

/** Looks among the stored calls of all books. */
export type FindStoredCall = (wanted: {
  readonly rail: string
  readonly railReference: string
}) => Promise<KnownCall | undefined>

/** Of one message. */
const findsMax = 100
const referenceLengthMax = 200
/** Of all look-ups of a message together: the rail waits for its answer. */
const findWithinMs = 3_000

/** For one message. Throws a retryable Fault when an answer takes too long, so that the rail repeats the message. */
export function findCallOf(rail: string, find: FindStoredCall, withinTotalMs = findWithinMs): FindCall {
  const endsMs = performance.now() + withinTotalMs
  let made = 0
  return async (railReference) => {
    if (railReference === '' || railReference.length > referenceLengthMax) return undefined
    made += 1
    if (made > findsMax) {
      const message = `A message of the rail ${rail} names more than ${findsMax} calls.`
      throw new Fault({ code: 'rail_calls_too_many', message, retryable: false })
    }
    const found = await withinMs<KnownCall | undefined | 'late'>(
      find({ rail, railReference }),
      Math.max(0, endsMs - performance.now()),
      'late',
    )
    if (found !== 'late') return found
    const message = `A call of the rail ${rail} was not found in time.`
    throw new Fault({ code: 'rail_call_look_up_slow', message, retryable: true })
  }
}

import { assert } from '#kernel'
import type { Attempt, Input, Timer } from '#payments'

/** The input that a timer brings, as in the engine. */
export function timerInput(
  attempts: ReadonlyMap<string, Attempt>,
  { input: kind, attempt: id = '', isByHand, at: dueAt }: Timer,
): Input {
  if (kind === 'start') return { kind }
  if (kind === 'expire') return { kind, dueAt }
  const attempt = attempts.get(id)
  assert(attempt !== undefined, 'a timer is of an attempt')
  return { kind: 'overdue', attempt, ...(isByHand && { isByHand }), ...(kind === 'inquire' && { dueAt }) }
}

import { assert } from '#kernel'
import type { RailCall, Rails } from '#rails'
import type { CallTerms } from '../../payment.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'

const handleLengthMax = 2_000

export function callOf(attempt: StoredAttempt, how: 'submit' | 'inquire', terms: CallTerms = {}): RailCall {
  const { id, book, operation, amount, asset, instrument, originalReference, inquiries } = attempt
  const { handle } = attempt.exchange ?? {}
  const { allowsPartial, ...said } = terms
  const isFirst = originalReference === undefined && (operation === 'charge' || operation === 'authorize')
  return {
    ...said,
    ...(allowsPartial && isFirst && { allowsPartial }),
    ...{ id, operation, amount, asset, instrument, book },
    ...(originalReference !== undefined && { originalReference }),
    ...(handle && { handle }),
    ...(how === 'submit' && inquiries > 0 && ({ isRepeated: true } as const)),
  }
}

/** With the native references of its rail. They commit with the attempt, before the rail is called. */
export function prepared(attempt: StoredAttempt, rails: Pick<Rails, 'rail'>, terms?: CallTerms): StoredAttempt {
  const { handle, railReference } = rails.rail(attempt.rail)?.prepare?.(callOf(attempt, 'submit', terms)) ?? {}
  if (handle === undefined || Object.keys(handle).length === 0) return attempt
  assert(JSON.stringify(handle).length <= handleLengthMax, `the handle of ${attempt.rail} is small`)
  return { ...attempt, railReference, exchange: { ...attempt.exchange, handle } }
}

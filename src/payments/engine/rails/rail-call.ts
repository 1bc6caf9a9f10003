import { assert } from '#kernel'
import type { RailCall, RailHandle, RailReversal, Rails } from '#rails'
import type { CallTerms } from '../../payment.ts'
import type { StoredAttempt } from '../rows/attempt-store.ts'

const handleLengthMax = 2_000

export function callOf(attempt: StoredAttempt, how: 'submit' | 'inquire', terms: CallTerms = {}): RailCall {
  const { id, book, operation, amount, asset, instrument, originalReference, inquiries } = attempt
  const { handle } = attempt.exchange ?? {}
  const { allowsPartial, mandate, ...said } = terms
  const isFirst = originalReference === undefined && (operation === 'charge' || operation === 'authorize')
  return {
    ...said,
    ...(allowsPartial && isFirst && { allowsPartial }),
    ...(mandate && isFirst && { mandate }),
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
  checkSmall(handle, attempt)
  return { ...attempt, railReference, exchange: { ...attempt.exchange, handle } }
}

function checkSmall(handle: RailHandle, { rail }: StoredAttempt): void {
  assert(JSON.stringify(handle).length <= handleLengthMax, `the handle of ${rail} is small`)
}

/** Undefined: the attempt is not being reversed. */
export function reversalOf(attempt: StoredAttempt, terms?: CallTerms): RailReversal | undefined {
  const { railReference } = attempt
  const { reversal } = attempt.exchange ?? {}
  if (reversal === undefined) return undefined
  const { id, handle, made } = reversal
  return {
    ...{ id, original: callOf(attempt, 'inquire', terms) },
    ...(railReference !== undefined && { railReference }),
    ...(handle && { handle }),
    ...(made > 1 && { isRepeated: true as const }),
  }
}

/** The native references of its reversal commit before the rail gets the first one, and stay the same. */
export function withReversalPrepared(
  attempt: StoredAttempt,
  rails: Pick<Rails, 'rail'>,
  terms?: CallTerms,
): StoredAttempt {
  const { exchange } = attempt
  const { prepareReversal } = rails.rail(attempt.rail) ?? {}
  const asked = reversalOf(attempt, terms)
  if (exchange?.reversal === undefined || asked === undefined || asked.handle !== undefined) return attempt
  const handle = prepareReversal?.(asked)
  if (handle === undefined || Object.keys(handle).length === 0) return attempt
  checkSmall(handle, attempt)
  return { ...attempt, exchange: { ...exchange, reversal: { ...exchange.reversal, handle } } }
}

import type { ActedCase, SubjectAction } from '#cases'
import { amountText, encodeId, idPrefix } from '#kernel'
import type { Transaction } from '#platform/postgres'
import { readUnknown } from '../engine/acceptance/ask-subject.ts'
import { findAttemptsStep, type StoredAttempt, toAttempt } from '../engine/rows/attempt-store.ts'
import type { SubjectKind } from '../payment.ts'

type Stated = Extract<SubjectAction, { readonly action: 'force' }>
type Acted = Pick<ActedCase, 'book' | 'reason'> & {
  readonly subject: { readonly kind: SubjectKind; readonly id: string }
}

/**
 * Why the named attempt is not the one that is decided, or the reference of the rail cannot be its own. Another attempt
 * would then be found, refunded or captured by it.
 */
export async function refuseStatement(
  tx: Transaction,
  { book, subject, reason }: Acted,
  { railReference, attempt: named }: Stated,
): Promise<string | undefined> {
  if (railReference === undefined && named === undefined) return undefined
  const unknown = reason === 'outcome_unknown' ? await readUnknown(tx, { book, ...subject }) : []
  const [next] = unknown
  if (next === undefined)
    return 'The case is about no attempt whose outcome is unknown: leave `rail_reference` and `attempt` out.'
  if (named === undefined ? unknown.length > 1 : named !== next.id) {
    const one = encodeId(idPrefix.attempt, next.id)
    return `The case is about these attempts: ${unknown.map(textOf).join(', ')}. State the outcome of the first one, with \`attempt\` ${one}; the others follow.`
  }
  if (railReference === undefined) return undefined
  if (next.railReference !== undefined && next.railReference !== railReference) {
    return `The case is about ${textOf(next)}: the rail has another reference for it.`
  }
  const [found] = await tx.burst([findAttemptsStep([next.rail], [railReference])])
  const other = (found?.rows ?? [])
    .map(toAttempt)
    .find(({ id, operation }) => id !== next.id && operation === next.operation)
  return other && `The case is about ${textOf(next)}, and the reference is that of ${textOf(other)}.`
}

function textOf({ id, operation, amount, asset, rail, railReference }: StoredAttempt): string {
  const known = railReference === undefined ? '' : ` (${railReference})`
  return `${encodeId(idPrefix.attempt, id)}, a ${operation} of ${amountText(amount, asset)} over ${rail}${known}`
}

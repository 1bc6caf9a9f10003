import { amountText, encodeId, idPrefix } from '#kernel'
import type { RailOperation, RailOutcome } from '#rails'
import type { MachineContext, Transition } from '../../machine.ts'
import type { Attempt } from '../../payment.ts'
import { byHand } from '../booking/by-hand.ts'
import { isUnbooked } from './unbooked.ts'

/** Operations that move money. A hold, or its release, may change its amount under its key. */
const moving: ReadonlySet<RailOperation> = new Set<RailOperation>(['charge', 'capture', 'refund', 'payout'])

/**
 * A rail reports a success again, with another amount or reference: a correction, or a second operation. Munim cannot
 * know which, so the booking stays and an operator gets a case. The same report again is the same case.
 */
export function reportedOtherwise(
  attempt: Attempt,
  outcome: RailOutcome,
  context: MachineContext,
): Transition | undefined {
  if (outcome.kind !== 'succeeded' || attempt.state !== 'succeeded' || !moving.has(attempt.operation)) return undefined
  const { amount, railReference } = outcome
  const { amountMoved = amount, railReference: known = railReference } = attempt
  const isOtherName = known !== railReference && known !== '' && railReference !== ''
  if (amountMoved === amount && !isOtherName) return undefined
  const { rail, operation, asset, subject } = attempt
  const whose = encodeId(idPrefix[subject.kind], subject.id)
  const before = attempt.reason === byHand ? 'It was settled by hand' : `The rail ${rail} reported`
  const first = isUnbooked(attempt) ? 'The first waits to be booked' : 'The first is booked'
  const detail = `${before} that the ${operation} of ${whose} moved ${amountText(amountMoved, asset)} (${known}), and the rail ${rail} now reports that it moved ${amountText(amount, asset)} (${railReference}). ${first}; look which holds, or whether it was done twice.`
  const id = context.derivedId(attempt.id, JSON.stringify([railReference, amount.toString()]))
  return { note: detail, caseChange: { why: 'unmatched_event', detail, subject: { kind: 'event', id } } }
}

import { amountText } from '#kernel'
import type { MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import type { Payment } from '../../payment.ts'
import { settledByHand } from '../booking/by-hand.ts'
import { sumOf } from '../booking/shares.ts'
import { asSeen, type Shown } from '../was-seen.ts'
import { lossesOf, withLosses } from './uncovered-loss.ts'

type Accounts = Pick<MachineContext, 'accounts'>

/** Losses as an operator sees them: those of disputes by the time of the loss, all others under the payment's id. */
export function lossesShown(payment: Payment, context: Accounts): Shown[] {
  const losses = lossesOf(payment, context)
  const others = (payment.amountLost ?? 0n) - sumOf(losses)
  return [
    { id: payment.id, content: others },
    ...losses.map(({ at = 0, amount }) => ({ id: `${at}`, content: amount })),
  ]
}

/** `seen`: accepts no more of each loss than that; absent: all. */
export function withLossAccepted(payment: Payment, context: MachineContext, seen?: Seen): Payment {
  const acceptedOf = (at: number, amount: bigint): bigint => {
    const shown = seen === undefined ? amount : BigInt(seen[`${at}`] ?? 0)
    return shown < amount ? shown : amount
  }
  return withLosses(
    payment,
    (loss) => {
      const { at = 0, amount, captured: before = 0n } = loss
      const accepted = acceptedOf(at, amount)
      return { ...loss, captured: accepted > before ? accepted : before }
    },
    context,
  )
}

/**
 * The loss has changed since the operator saw it. The loss that was seen is accepted, as far as it is still lost. The
 * case stays, for new losses and for amounts that the operator has booked too much.
 */
export function lossAcceptedAsSeen(
  payment: Payment,
  { evidence }: Extract<SubjectAction, { action: 'force' }>,
  seen: Seen,
  context: MachineContext,
): Transition {
  const now = asSeen(lossesShown(payment, context))
  const more = beyond(now, seen)
  const gone = beyond(seen, now)
  const written = (amount: bigint) => amountText(amount, payment.asset)
  const detail = [
    settledByHand(evidence),
    more > 0n ? `${written(more)} more have been lost since, and are a loss in suspense.` : '',
    gone > 0n
      ? `${written(gone)} of it are not lost any more, and are in suspense now: book them back to where the loss was booked from.`
      : '',
  ]
  const text = detail.filter((part) => part !== '').join(' ')
  const row = withLossAccepted(payment, context, seen)
  return { payment: row, note: text, caseChange: { why: 'dispute_after_refund', detail: text } }
}

function beyond(one: Seen, other: Seen): bigint {
  return Object.entries(one).reduce((sum, [name, amount]) => {
    const more = BigInt(amount) - BigInt(other[name] ?? 0)
    return more > 0n ? sum + more : sum
  }, 0n)
}

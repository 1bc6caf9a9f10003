import { amountText, type Timestamp } from '#kernel'
import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Payment, Refund, Share } from '../../payment.ts'
import { gather } from '../booking/bookings.ts'
import { refundShares, sumOf, takenBack, withDisputed } from '../booking/shares.ts'
import { subjectOf, withLost, withOwed } from '../payments/payment-rows.ts'

// A dispute is lost as far as refunds have taken the money, or are about to. If such a refund has not happened, the
// recipients still have the money, and pay for the dispute as if the refund had failed before it. A refund accepted
// after the loss has no part in it. Their times give the order: under the lock of the payment, a loss is no older than
// the refunds before it, and a refund is younger than the losses before it.

export function withUncovered(
  payment: Payment,
  { amount, at }: { readonly amount: bigint; readonly at: Timestamp },
  context: MachineContext,
): Payment {
  if (amount === 0n) return payment
  return withDisputed(payment, [{ account: context.accounts.suspense(payment.asset), amount, at }])
}

/** Its own for each loss, so that the loss is found by it when the rail returns the money. */
export function lossTime(payment: Payment, context: MachineContext): Timestamp {
  const refunds = context.refundsOf(payment).map(({ createdAt }) => createdAt)
  const losses = lossesOf(payment, context).map(({ at = 0 }) => at + 1)
  return Math.max(context.now, ...refunds, ...losses)
}

/** When a refund of the payment is accepted: after every loss before it. */
export function acceptedAt({ disputed = [] }: Payment, now: Timestamp): Timestamp {
  return Math.max(now, ...disputed.map(({ at = 0 }) => at + 1))
}

/** The recipients keep money that the refund no longer takes. They pay for the lost dispute with it, or owe it. */
export function recoveringLoss(before: Payment, step: Transition, context: MachineContext): Transition {
  const { refused, payment, refund, commands = [], also = [] } = step
  const kept: Transition =
    refused === undefined ? step : { ...step, refused: (no) => recoveringLoss(before, refused(no), context) }
  if (payment === undefined || refund === undefined) return kept
  const amount = recoverableOf(before, payment, refund, context)
  if (amount === 0n) return kept
  const others = context.refundsOf(payment).filter(({ id }) => id !== refund.id)
  const parts = refundShares(payment, takenBack([...others, refund], payment), amount)
  const { row, matter } = recovered(payment, refund, { amount, parts }, context)
  const written = amountText(amount, payment.asset)
  const suspense = context.accounts.suspense(payment.asset)
  return {
    ...kept,
    payment: row,
    commands: [...commands, ...gather(payment, parts, suspense, context)],
    note: `${step.note ?? ''} ${written} of a dispute had been lost; those who got the money pay that now.`.trim(),
    also: [...also, matter],
    refused: ({ code }) => {
      const detail = `The books refused to take ${written} of a dispute from those who got the money (${code}); it is in suspense as a clawback.`
      const clawback: OpenedCase = { why: 'booking_refused', detail, subject: subjectOf(payment) }
      return { ...kept, payment: withOwed(row, amount, parts), note: detail, also: [...also, matter, clawback] }
    },
  }
}

/** At most what the refund had taken before the step, and does not take after it. */
function recoverableOf(before: Payment, after: Payment, refund: Refund, context: MachineContext): bigint {
  const freed = before.amountRefunded + before.amountRefunding - after.amountRefunded - after.amountRefunding
  const lost = sumOf(lossesOf(after, context).filter((loss) => isAfter(loss, refund)))
  const least = [lost, freed, after.amountLost ?? 0n].reduce((one, other) => (one < other ? one : other))
  return least > 0n ? least : 0n
}

/** Whether it was lost since the refund was accepted. Older losses have no time, and count, too. */
function isAfter({ at }: Share, { createdAt }: Refund): boolean {
  return at === undefined || at >= createdAt
}

/** The oldest first. */
export function lossesOf({ asset, disputed = [] }: Payment, { accounts }: Pick<MachineContext, 'accounts'>): Share[] {
  return disputed.filter(({ account }) => account === accounts.suspense(asset))
}

/** What of the payment is lost, and no operator has accepted as a loss. */
export function openLossOf(payment: Payment, context: Pick<MachineContext, 'accounts'>): bigint {
  const accepted = lossesOf(payment, context).reduce((sum, { captured = 0n }) => sum + captured, 0n)
  const open = (payment.amountLost ?? 0n) - accepted
  return open > 0n ? open : 0n
}

export function withLosses(payment: Payment, change: (loss: Share) => Share, context: MachineContext): Payment {
  const losses = lossesOf(payment, context)
  if (losses.length === 0) return payment
  const others = (payment.disputed ?? []).filter((share) => !losses.includes(share))
  return { ...payment, disputed: [...others, ...losses.map(change).filter(({ amount }) => amount > 0n)] }
}

type Paid = { readonly amount: bigint; readonly parts: readonly Share[] }

/** `parts` pay the oldest loss first, because the fewest refunds had a part in it. */
function recovered(payment: Payment, refund: Refund, { amount, parts }: Paid, context: MachineContext) {
  let unpaid = amount
  let fromAccepted = 0n
  const less = (loss: Share): Share => {
    if (!isAfter(loss, refund)) return loss
    const { captured: accepted = 0n } = loss
    const part = loss.amount < unpaid ? loss.amount : unpaid
    const open = loss.amount - accepted
    // The part that an operator has accepted as a loss is paid last.
    const back = part > open ? part - open : 0n
    unpaid -= part
    fromAccepted += back
    return { ...loss, amount: loss.amount - part, captured: accepted - back }
  }
  const paid = withLost(withDisputed(withLosses(payment, less, context), parts), -amount)
  const row: Payment = { ...paid, amountRefunded: payment.amountRefunded + amount }
  return { row, matter: matterOf(payment, { amount, fromAccepted, left: openLossOf(row, context) }) }
}

type Recovered = { readonly amount: bigint; readonly fromAccepted: bigint; readonly left: bigint }

function matterOf(payment: Payment, { amount, fromAccepted, left }: Recovered): OpenedCase {
  const { asset } = payment
  const back =
    fromAccepted === 0n
      ? ''
      : ` ${amountText(fromAccepted, asset)} of it had been accepted as a loss, and are in suspense now: book them back to where the loss was booked from.`
  const detail = `A refund did not happen, so those who got the money pay ${amountText(amount, asset)} of what a dispute took.${back}`
  const isOver = left === 0n && back === ''
  return { why: 'dispute_after_refund', detail, subject: subjectOf(payment), ...(isOver && { isOver }) }
}

import { amountText } from '#kernel'
import type { MachineContext, StuckHere, Transition } from '../machine.ts'
import type { Payment, Share } from '../payment.ts'
import { gather } from './bookings.ts'
import { subjectOf, withLost, withOwed } from './payment-rows.ts'
import { refundShares, takenBack, withDisputed } from './shares.ts'

// What a dispute takes is lost as far as refunds have taken it before, or are about to. When such a refund turns out not to
// have happened, those who got the money have it still, and pay for the dispute as if the refund had failed before it.

/** The payment after so much of a dispute is lost because refunds had taken it. */
export function withUncovered(payment: Payment, amount: bigint, context: MachineContext): Payment {
  if (amount === 0n) return payment
  return withDisputed(payment, [{ account: context.accounts.suspense(payment.asset), amount }])
}

/** The payment once an operator has accepted what is lost. */
export function withLossAccepted(payment: Payment, context: MachineContext): Payment {
  const known = uncoveredOf(payment, context)
  return known.amount === 0n ? payment : withLoss(payment, { ...known, captured: known.amount })
}

/**
 * A step of a refund, with the loss that it makes recoverable: those who have the money that the refund does not take any
 * more pay for the dispute, or owe it.
 */
export function recoveringLoss(before: Payment, step: Transition, context: MachineContext): Transition {
  const { refused, payment, refund, commands = [], also = [] } = step
  const kept: Transition =
    refused === undefined ? step : { ...step, refused: (no) => recoveringLoss(before, refused(no), context) }
  if (payment === undefined || refund === undefined) return kept
  const amount = recoverableOf(before, payment, context)
  if (amount === 0n) return kept
  const others = context.refundsOf(payment).filter(({ id }) => id !== refund.id)
  const parts = refundShares(payment, takenBack([...others, refund], payment), amount)
  const { row, matter } = recovered(payment, amount, parts, context)
  const written = amountText(amount, payment.asset)
  const suspense = context.accounts.suspense(payment.asset)
  return {
    ...kept,
    payment: row,
    commands: [...commands, ...gather(payment, parts, suspense, context)],
    note: `${step.note ?? ''} ${written} of a dispute had been lost; those who got the money pay that now.`.trim(),
    also: [...also, matter],
    refused: ({ code }) => {
      const detail = `The books refused to take ${written} of a dispute from those who got the money (${code}); it is in suspense as a claim.`
      const claim: StuckHere = { why: 'booking_refused', detail, subject: subjectOf(payment) }
      return { ...kept, payment: withOwed(row, amount, parts), note: detail, also: [...also, matter, claim] }
    },
  }
}

/** At most what refunds had taken before the step, and do not take after it. */
function recoverableOf(before: Payment, after: Payment, context: MachineContext): bigint {
  const freed = before.amountRefunded + before.amountRefunding - after.amountRefunded - after.amountRefunding
  const { amount } = uncoveredOf(after, context)
  const least = [amount, freed, after.amountLost ?? 0n].reduce((one, other) => (one < other ? one : other))
  return least > 0n ? least : 0n
}

function uncoveredOf({ asset, disputed = [] }: Payment, { accounts }: MachineContext): Share {
  const account = accounts.suspense(asset)
  return disputed.find((share) => share.account === account) ?? { account, amount: 0n }
}

function withLoss(payment: Payment, loss: Share): Payment {
  const others = (payment.disputed ?? []).filter(({ account }) => account !== loss.account)
  return { ...payment, disputed: loss.amount === 0n ? others : [...others, loss] }
}

/** The payment once `parts` have paid that much of what was lost, and what the entry of the loss says then. */
function recovered(payment: Payment, amount: bigint, parts: readonly Share[], context: MachineContext) {
  const known = uncoveredOf(payment, context)
  const { captured: accepted = 0n } = known
  const open = known.amount - accepted
  // What an operator has accepted as a loss is recovered last.
  const fromAccepted = amount > open ? amount - open : 0n
  const loss = { ...known, amount: known.amount - amount, captured: accepted - fromAccepted }
  const paid = withLost(withDisputed(withLoss(payment, loss), parts), -amount)
  const row: Payment = { ...paid, amountRefunded: payment.amountRefunded + amount }
  const left = (row.amountLost ?? 0n) - loss.captured
  return { row, matter: matterOf(payment, { amount, fromAccepted, left }) }
}

type Recovered = { readonly amount: bigint; readonly fromAccepted: bigint; readonly left: bigint }

function matterOf(payment: Payment, { amount, fromAccepted, left }: Recovered): StuckHere {
  const { asset } = payment
  const lost = left > 0n ? ` ${amountText(left, asset)} are still lost.` : ''
  const back =
    fromAccepted === 0n
      ? ''
      : ` ${amountText(fromAccepted, asset)} of it had been accepted as a loss, and are in suspense now: book them back to where the loss was booked from.`
  const detail = `A refund did not happen, so those who got the money pay ${amountText(amount, asset)} of what a dispute took.${back}${lost}`
  const isOver = lost === '' && back === ''
  return { why: 'dispute_after_refund', detail, subject: subjectOf(payment), ...(isOver && { isOver }) }
}

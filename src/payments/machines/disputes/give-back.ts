import { amountText } from '#kernel'
import type { Dispute, Taken } from '../../dispute.ts'
import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Payment, Share } from '../../payment.ts'
import { transfer } from '../booking/bookings.ts'
import { backToOff, offPartOf, spreadBack, withOffBack } from '../booking/off-shares.ts'
import { addedUp, lessOf, partsOf, sumOf, withinOf } from '../booking/shares.ts'
import { excessOf } from '../payments/beside-decision.ts'
import { owedOf, subjectOf, withLost, withoutOwedBy, withSuspended } from '../payments/payment-rows.ts'
import { suspendedOf, withSuspendedPart } from '../suspense/suspended.ts'
import { lossesOf, openLossOf, withLosses } from '../suspense/uncovered-loss.ts'

type Returning = Dispute & { readonly taken: Taken }

/**
 * The rail returns the money of a dispute, and everyone gets back what the dispute took. Write-offs get back what they
 * paid for a recipient. A recipient that still owes its part owes it no more. Money that was in suspense, or lost, is in suspense again. If the books refuse to return
 * the recipients' part, it is in suspense until an operator repeats that.
 */
export function giveBack(payment: Payment, { taken, ...dispute }: Returning, context: MachineContext): Transition {
  const { rail } = dispute
  const { asset } = payment
  const source = context.accounts.clearing({ rail, asset })
  const suspense = context.accounts.suspense(asset)
  const back = backOf(payment, taken, context)
  const restored = restoredOf(payment, { taken, dispute, rest: back.rest }, context)
  const beyond = back.canceled + back.loss.amount + sumOfAmounts(restored.amounts)
  const row = withoutTaken(payment, back, restored.amounts, context)
  const { cases, settles } = casesAfter(row, back, { ...restored, dispute }, context)
  const base = {
    attempts: restored.attempts,
    settles,
    also: cases,
    note: `The rail ${rail} returned ${amountText(dispute.amount, asset)} (${dispute.reference}).`,
  }
  const toSuspense = (amount: bigint) =>
    amount === 0n ? [] : [transfer(payment, { source, destination: suspense, amount }, context)]
  const paid = sumOf(back.paid)
  const received = (rest: readonly Share[]) => spreadBack(payment, source, { off: sumOf(back.off), rest }, context)
  return {
    ...base,
    payment: withReceived(row, back.paid),
    dispute,
    commands: [...received(back.paid), ...toSuspense(beyond)],
    ...(paid > 0n && {
      refused: ({ code }) => {
        const detail = `${base.note} The books refused to return ${amountText(paid, asset)} to those from whom it was taken (${code}); it is in suspense.`
        const kept = asUndelivered(payment, { dispute, parts: back.paid, attempts: restored.attempts }, context)
        return {
          ...base,
          payment: withSuspended(row, paid),
          attempts: kept.attempts,
          dispute: {
            ...dispute,
            undelivered: { attempt: kept.attempt, parts: addedUp(dispute.undelivered?.parts, back.paid) },
          },
          commands: [...received([]), ...toSuspense(beyond + paid)],
          note: detail,
        }
      },
    }),
  }
}

type Back = {
  /** Returned to the recipients. */
  readonly paid: readonly Share[]
  /** Returned to write-offs instead. */
  readonly off: readonly Share[]
  /** Not owed any more. */
  readonly forgiven: readonly Share[]
  readonly canceled: bigint
  /** Not lost any more. `accepted`: an operator has booked it out of suspense, or may have. */
  readonly loss: { readonly amount: bigint; readonly share: bigint; readonly at: number; readonly accepted: bigint }
  /** Taken from money that is not known any more. */
  readonly rest: bigint
}

function backOf(payment: Payment, { parts, lost, uncovered }: Taken, context: MachineContext): Back {
  const suspense = context.accounts.suspense(payment.asset)
  const losses = lossesOf(payment, context)
  // Without a loss of its own, another dispute of the same moment may have one.
  const share = uncovered.amount === 0n ? undefined : losses.find(({ at }) => at === uncovered.at)
  const stillUncovered = share?.amount ?? 0n
  const plain = least([lost - uncovered.amount, atLeastZero((payment.amountLost ?? 0n) - sumOf(losses))])
  // Recipients have paid for the rest of an uncovered loss since, because a refund did not happen.
  const amount = sumOf(parts) + uncovered.amount - stillUncovered
  const paidBy = (payment.disputed ?? []).filter(({ account }) => account !== suspense)
  const own = withinOf(parts, paidBy)
  const others = lessOf(paidBy, own)
  const more = partsOf(least([amount - sumOf(own), sumOf(others)]), others)
  const all = [...own, ...more].filter((part) => part.amount > 0n)
  const receivers = withinOf(all, all)
  const off = offPartOf(payment, receivers)
  const left = lessOf(receivers, off)
  const forgiven = withinOf(left, payment.owedBy ?? []).filter((part) => part.amount > 0n)
  return {
    paid: lessOf(left, forgiven),
    off,
    forgiven,
    canceled: sumOf(forgiven),
    loss: { amount: stillUncovered + plain, share: stillUncovered, at: uncovered.at, accepted: share?.captured ?? 0n },
    rest: amount - sumOf(receivers) + lost - uncovered.amount - plain,
  }
}

type Amounts = readonly { readonly attempt: Attempt; readonly amount: bigint }[]

/** The money in suspense as the dispute found it, by the attempt that brought it. */
function restoredOf(
  payment: Payment,
  {
    taken,
    dispute,
    rest,
  }: { readonly taken: Taken; readonly dispute: Pick<Dispute, 'attempt' | 'rail'>; readonly rest: bigint },
  context: MachineContext,
) {
  const known = new Map(context.broughtBy(payment).map((attempt) => [attempt.id, attempt]))
  const own = disputedAttempt(payment, dispute, context)
  const parts = [
    ...taken.suspended,
    ...(rest > 0n ? [{ attempt: own.id, amount: rest, why: 'late_success' as const }] : []),
  ]
  const attempts = new Map<string, Attempt>()
  const amounts: { attempt: Attempt; amount: bigint }[] = []
  for (const { attempt: id, amount, why } of parts) {
    const before = attempts.get(id) ?? known.get(id) ?? own
    const attempt = withSuspendedPart(attempts.get(before.id) ?? before, amount, why)
    attempts.set(attempt.id, attempt)
    amounts.push({ attempt, amount })
  }
  return { attempts: [...attempts.values()], amounts }
}

export function disputedAttempt(
  payment: Payment,
  { attempt: id, rail }: Pick<Dispute, 'attempt' | 'rail'>,
  context: MachineContext,
): Attempt {
  const brought = context.broughtBy(payment)
  const found =
    brought.find((one) => one.id === id) ??
    brought.find((one) => one.rail === rail) ??
    context.attemptsOf(payment).find((one) => one.id === id)
  if (found === undefined) throw new Error('a dispute that took money names an attempt that brought it')
  return found
}

function withoutTaken(
  payment: Payment,
  { paid: _, off, forgiven, canceled, loss }: Back,
  amounts: Amounts,
  context: MachineContext,
) {
  const less = (share: Share): Share =>
    share.at === loss.at ? { ...share, amount: share.amount - loss.share, captured: 0n } : share
  const open = withLost(loss.share === 0n ? payment : withLosses(payment, less, context), -loss.amount)
  const owed = canceled === 0n ? open : withReceived(withoutOwedBy(open, forgiven), forgiven)
  return withSuspended(withReceived(withOffBack(owed, off), off), sumOfAmounts(amounts))
}

/** Disputes have taken that much less from the recipients. */
function withReceived(payment: Payment, parts: readonly Share[]): Payment {
  if (parts.length === 0) return payment
  const { disputed = [], amountRefunded } = payment
  return { ...payment, amountRefunded: amountRefunded - sumOf(parts), disputed: lessOf(disputed, parts) }
}

function casesAfter(
  row: Payment,
  { canceled, loss }: Back,
  { attempts, amounts, dispute }: ReturnType<typeof restoredOf> & { readonly dispute: Dispute },
  context: MachineContext,
) {
  const cases: OpenedCase[] = []
  const subject = subjectOf(row)
  const others = attempts.filter(({ id }) => id !== dispute.undelivered?.attempt)
  for (const why of new Set(others.flatMap(({ suspended }) => suspended?.why ?? []))) {
    const amount = sumOfAmounts(amounts.filter(({ attempt }) => attempt.suspended?.why === why))
    const detail = `A dispute is won: ${amountText(amount, row.asset)} that it had taken out of suspense are there again.`
    cases.push({ why: why === 'returned' ? 'booking_refused' : why, detail, subject })
  }
  if (loss.amount > 0n) {
    const written = amountText(loss.amount, row.asset)
    const detail = `A dispute is won, and ${written} are not lost any more. If that had been accepted as a loss, it is in suspense now: book it back to where the loss was booked from.`
    const isOver = loss.accepted === 0n && loss.amount === loss.share && openLossOf(row, context) === 0n
    cases.push({ why: 'dispute_after_refund', detail, subject, ...(isOver && { isOver }) })
  }
  const isPaid = canceled > 0n && owedOf(row) === 0n && !cases.some(({ why }) => why === 'booking_refused')
  const isOwn = row.phase === 'review' && row.reason === 'booking_refused'
  const settles = isPaid && !isOwn && excessOf(row, 'booking_refused', context).length === 0
  return { cases, settles: settles ? (['booking_refused'] as const) : [] }
}

/** The refused part, as money of the disputed attempt that its recipients have not got. */
function asUndelivered(
  payment: Payment,
  {
    dispute,
    parts,
    attempts,
  }: {
    readonly dispute: Pick<Dispute, 'attempt' | 'rail'>
    readonly parts: readonly Share[]
    readonly attempts: readonly Attempt[]
  },
  context: MachineContext,
) {
  const own = disputedAttempt(payment, dispute, context)
  const before = attempts.find(({ id }) => id === own.id) ?? own
  const after = withSuspendedPart(before, sumOf(parts), 'booking_refused')
  return { attempt: own.id, attempts: [...attempts.filter(({ id }) => id !== own.id), after] }
}

/** An operator repeats what the books had refused, as far as the money is still in suspense. */
export function deliverReturned(payment: Payment, dispute: Dispute, context: MachineContext): Transition {
  const { undelivered, ...delivered } = dispute
  if (undelivered === undefined) return { note: 'Nothing of the dispute is to be delivered.' }
  const there = suspendedOf(payment, context).find(({ attempt }) => attempt.id === undelivered.attempt)
  const amount = least([there?.amount ?? 0n, sumOf(undelivered.parts)])
  if (there === undefined || amount === 0n) {
    return { dispute: delivered, note: 'The money of the dispute has left suspense in another way.' }
  }
  const parts = partsOf(amount, undelivered.parts).filter((part) => part.amount > 0n)
  const attempt = withSuspendedPart(there.attempt, -amount)
  const written = amountText(amount, payment.asset)
  const { row, ...back } = backToOff(payment, parts)
  return {
    payment: withReceived(withSuspended(row, -amount), parts),
    attempts: [attempt],
    dispute: delivered,
    commands: spreadBack(payment, context.accounts.suspense(payment.asset), back, context),
    note: `Those from whom the dispute had taken it have ${written} again.`,
    refused: ({ code }) => ({
      dispute,
      note: `The books refused again to return ${written} to those from whom the dispute had taken it (${code}).`,
    }),
  }
}

function least(amounts: readonly [bigint, ...bigint[]]): bigint {
  return amounts.reduce((one, other) => (one < other ? one : other))
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n
}

function sumOfAmounts(amounts: readonly { readonly amount: bigint }[]): bigint {
  return amounts.reduce((sum, { amount }) => sum + amount, 0n)
}

import { amountText } from '#kernel'
import type { LedgerRefusal } from '#ledger'
import type { Taken } from '../../dispute.ts'
import type { MachineContext, OpenedCase, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment } from '../../payment.ts'
import { ignored } from '../attempts/follow-attempt.ts'
import { gather, transfer } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { eitherWay } from '../booking/joined.ts'
import { addedUp, refundShares, stillHas, sumOf, takenBack, withDisputed, withinOf } from '../booking/shares.ts'
import { owedOf, withLost, withOwed, withoutOwed } from '../payments/payment-rows.ts'
import { amountOf, isFromSuspense, outOf, type Suspended, suspendedOf, taken } from './suspended.ts'
import { lossTime, withUncovered } from './uncovered-loss.ts'

type Dispute = {
  readonly rail: string | undefined
  readonly amount: bigint
  readonly railReference: string
  readonly originalReference?: string
  readonly capture?: Capture
  /** The part that comes out of the money in suspense before the recipients pay. */
  readonly fromSuspense?: bigint
}

export function onDispute(payment: Payment, dispute: Dispute, context: MachineContext): Transition {
  return takeBack(payment, dispute, context).step
}

/**
 * The rail debited captured money by itself. The recipients pay it back, in proportion to what refunds have left of
 * their shares. It counts as refunded: at most what is captured and neither refunded nor being refunded. Any rest is
 * booked from the payment's money in suspense, then as lost; an operator decides whose loss it is. If the recipients
 * cannot pay, their part is booked from suspense as owed. If none of them got the disputed money, suspense pays it all.
 * `taken`: from whom, the same if the recipients owe it.
 */
export function takeBack(
  payment: Payment,
  dispute: Dispute,
  context: MachineContext,
): { readonly step: Transition; readonly taken?: Taken } {
  const { rail, amount, railReference, fromSuspense: first = 0n } = dispute
  if (rail === undefined) return { step: ignored('the payment does not use a rail') }
  const suspended = suspendedFrom(payment, dispute, context)
  const kept = keptOf(payment, dispute, context)
  const left = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  const covered = [amount - first, kept, left].reduce((least, one) => (one < least ? one : least))
  const rest = amount - covered
  const clearing = context.accounts.clearing({ rail, asset: payment.asset })
  const parts = refundShares(payment, takenBack(context.refundsOf(payment), payment), covered)
  const row: Payment = withDisputed({ ...payment, amountRefunded: payment.amountRefunded + covered }, parts)
  const gone = outOf(suspended, rest)
  const { payment: after, attempts } = taken(row, gone)
  const lost = rest - amountOf(gone)
  const uncovered = lost < kept - covered ? lost : kept - covered
  const at = lossTime(payment, context)
  const losing = withUncovered(withLost(after, lost), { amount: uncovered, at }, context)
  const reported = `The rail ${rail} took back ${amountText(amount, payment.asset)} (${railReference}).`
  const beyond = rest === 0n ? [] : [fromSuspense(payment, clearing, rest, context)]
  const loss =
    rest === 0n
      ? undefined
      : ({ why: 'dispute_after_refund', detail: beyondDetail(reported, { rest, lost }, payment) } as const)
  const step: Transition = {
    payment: losing,
    attempts,
    commands: [...gather(payment, parts, clearing, context), ...beyond],
    refused: (refusal) => ({
      ...unpaid(withOwed(losing, covered, parts), dispute, { clearing, reported, covered, refusal }, context),
      attempts,
      ...(loss !== undefined && { also: [loss] }),
    }),
    events: ['payment.disputed'],
    note: reported,
    ...(loss !== undefined && { caseChange: loss }),
  }
  return { step, taken: { parts, suspended: gone.map(asTaken), lost, uncovered: { amount: uncovered, at } } }
}

function asTaken({ attempt: { id, suspended }, amount }: Suspended): Taken['suspended'][number] {
  return { attempt: id, amount, why: suspended?.why ?? 'late_success' }
}

/** Of the charge or capture that the dispute names, or else of that rail. */
function suspendedFrom(
  payment: Payment,
  { rail, originalReference, capture }: Dispute,
  context: MachineContext,
): Suspended[] {
  const isMeant = ({ attempt }: Suspended): boolean => {
    if (attempt.rail !== rail) return false
    if (capture !== undefined) return attempt.subject.id === capture.id
    return (
      originalReference === undefined ||
      attempt.railReference === originalReference ||
      attempt.originalReference === originalReference
    )
  }
  return suspendedOf(payment, context).filter(isMeant)
}

/** What the recipients may have of it: none of a late charge; of a capture in suspense, what an operator delivered. */
function keptOf(payment: Payment, dispute: Dispute, context: MachineContext): bigint {
  if (isOfStray(payment, dispute, context)) return 0n
  const { capture } = dispute
  if (capture?.state !== 'failed') return payment.amountCaptured
  return context.attemptsOf(capture).reduce((sum, { delivered = 0n }) => sum + delivered, 0n)
}

/** Whether the disputed charge is another one than that by which the payment was paid. */
function isOfStray(payment: Payment, { rail, originalReference }: Dispute, context: MachineContext): boolean {
  if (rail !== payment.rail) return true
  if (originalReference === undefined || payment.railReference !== undefined) {
    return originalReference !== undefined && originalReference !== payment.railReference
  }
  // A charge that an operator stated has no reference until its rail confirms it.
  return context
    .attemptsOf(payment)
    .some(
      (attempt) =>
        attempt.id !== payment.currentAttempt && attempt.rail === rail && attempt.railReference === originalReference,
    )
}

/** `lost`: the part that was not in suspense. */
function beyondDetail(
  reported: string,
  { rest, lost }: { readonly rest: bigint; readonly lost: bigint },
  { asset }: Payment,
): string {
  const was = rest === lost ? '' : ` ${amountText(rest - lost, asset)} of it was in suspense, and is not any more.`
  if (lost <= 0n) return `${reported}${was}`
  return `${reported}${was} ${amountText(lost, asset)} of it had been refunded before, or is being refunded, and is a loss in suspense.`
}

function fromSuspense(payment: Payment, clearing: string, amount: bigint, context: MachineContext) {
  return transfer(payment, { source: context.accounts.suspense(payment.asset), destination: clearing, amount }, context)
}

type Unpaid = {
  readonly clearing: string
  readonly reported: string
  /** The part of it that the recipients owe. */
  readonly covered: bigint
  readonly refusal: LedgerRefusal
}

function unpaid(
  row: Payment,
  { amount }: Dispute,
  { clearing, reported, covered, refusal }: Unpaid,
  context: MachineContext,
): Transition {
  const detail = `${reported} The books refused to take ${amountText(covered, row.asset)} from those who got it (${refusal.code}); it is a clawback in suspense.`
  return {
    payment: row,
    commands: [fromSuspense(row, clearing, amount, context)],
    events: ['payment.disputed'],
    note: detail,
    caseChange: { why: 'booking_refused', detail },
  }
}

/** Each recipient pays what it owes, at most what it has received. A debt beyond that is lost, and is the next case. */
export function clawBack(payment: Payment, context: MachineContext): Transition {
  const owed = owedOf(payment)
  if (owed <= 0n) return { note: 'Nothing is owed that could be clawed back.' }
  const { known, others } = owingOf(payment, context)
  const parts = addedUp(known, others)
  const amount = sumOf(parts)
  const lost = owed - amount
  const note = `Those who got the money have paid ${amountText(amount, payment.asset)} back.`
  const detail = `${note} ${amountText(lost, payment.asset)} more had been owed by nobody who got it, and are a loss in suspense.`
  return {
    payment: withLost(withDisputed(withoutOwed(payment, owed), others), lost),
    commands: gather(payment, parts, context.accounts.suspense(payment.asset), context),
    refused: (refusal) => {
      const because = `The books refused again to take ${amountText(amount, payment.asset)} from those who got it (${refusal.code}).`
      return { note: because, caseChange: { why: 'booking_refused', detail: because } }
    },
    events: ['payment.resolved'],
    note,
    caseChange: lost === 0n ? 'resolved' : { why: 'wrong_amount', detail, isNext: true },
  }
}

/** `others`: when it is not known who owes, the recipients, in proportion to what they still have. */
export function owingOf(payment: Payment, context: MachineContext) {
  const { owedBy = [] } = payment
  const taken = takenBack(context.refundsOf(payment), payment)
  if (owedBy.length > 0) {
    // A debt counts as taken already.
    const unpaid = owedBy.map(({ account, amount }) => ({ account, amount: -amount }))
    return { known: withinOf(owedBy, stillHas(payment, [...taken, ...unpaid])), others: [] }
  }
  const owed = owedOf(payment)
  const amount = owed < payment.amountCaptured ? owed : payment.amountCaptured
  return { known: [], others: refundShares(payment, taken, amount) }
}

/**
 * A booked capture has not happened: the recipients pay it back. The part that they have refunded is lost. The part
 * that disputes took is gone already. `attempt`: the booked one. It has then failed, so a later success is a late one.
 */
export function undo(
  payment: Payment,
  attempt: Attempt | undefined,
  evidence: string,
  context: MachineContext,
): Transition {
  const refunds = context.refundsOf(payment).filter((refund) => !isFromSuspense(refund, context))
  const refunded = sumOf(takenBack(refunds))
  const left = payment.amountCaptured - payment.amountRefunded - payment.amountRefunding
  return undoPart(payment, { amount: left + refunded, attempt }, evidence, context)
}

/** How much `undo` debits, for look-ups without the refunds: all but what disputes took from the recipients. */
export function amountUndone(
  payment: Payment,
  attempt: Attempt,
  { accounts }: Pick<MachineContext, 'accounts'>,
): bigint {
  const { amountCaptured, asset, disputed = [] } = payment
  const paid = disputed.filter(({ account }) => account !== accounts.suspense(asset))
  return amountCaptured - sumOf(paid) + beyondOf(payment, attempt)
}

type Part = { readonly amount: bigint; readonly attempt: Attempt | undefined; readonly capture?: Capture }

/** The same for one capture. An excess that the rail reported beyond the booked capture has not happened either. */
export function undoPart(payment: Payment, part: Part, evidence: string, context: MachineContext): Transition {
  const { attempt, capture } = part
  const amount = part.amount + beyondOf(payment, attempt)
  const { rail, railReference: originalReference } = payment
  if (rail === undefined || amount <= 0n) {
    return notMade(payment, attempt, { note: settledByHand(evidence), caseChange: 'resolved' })
  }
  const of = {
    ...(originalReference !== undefined && { originalReference }),
    ...(capture !== undefined && { capture }),
  }
  const undone = onDispute(payment, { rail, amount, railReference: 'settled by hand', ...of }, context)
  const taken = { ...undone, events: ['payment.resolved'], note: `Undone, settled by hand: ${evidence}` }
  return notMade(payment, attempt, withoutMissing(payment, attempt, onlyLoss(payment, taken), context))
}

export function beyondOf({ amountCaptured }: Payment, attempt: Attempt | undefined): bigint {
  if (amountCaptured === 0n || attempt === undefined || attempt.operation === 'authorize') return 0n
  const { amount, amountMoved = amount } = attempt
  return amountMoved > amount ? amountMoved - amount : 0n
}

/** With any answer of the ledger, only the resulting loss stays a case, not the money that left suspense. */
function onlyLoss(payment: Payment, step: Transition): Transition {
  return eitherWay(step, ({ caseChange, also = [], ...end }) => {
    const isLost = (end.payment?.amountLost ?? 0n) > (payment.amountLost ?? 0n)
    const isKept = ({ why }: OpenedCase) => why !== 'dispute_after_refund' || isLost
    const here = typeof caseChange === 'object' && isKept(caseChange) ? caseChange : undefined
    return {
      ...end,
      caseChange: here === undefined ? 'resolved' : { ...here, isNext: true },
      also: also.filter(isKept),
    }
  })
}

/** The rail confirmed less than an operator had stated. That shortfall was lost, and is now paid back to suspense. */
function withoutMissing(
  payment: Payment,
  attempt: Attempt | undefined,
  step: Transition,
  context: MachineContext,
): Transition {
  const missing = attempt === undefined ? 0n : missingOf(payment, attempt)
  if (attempt === undefined || missing === 0n) return step
  const source = context.accounts.clearing({ rail: attempt.rail, asset: payment.asset })
  const destination = context.accounts.suspense(payment.asset)
  return eitherWay(step, (end) => ({
    ...end,
    payment: withLost(end.payment ?? payment, -missing),
    commands: [...(end.commands ?? []), transfer(payment, { source, destination, amount: missing }, context)],
  }))
}

function missingOf({ amountLost = 0n }: Payment, attempt: Attempt): bigint {
  const { operation, state, amount, amountMoved = amount } = attempt
  if (operation === 'authorize' || state !== 'succeeded' || amountMoved >= amount) return 0n
  return amount - amountMoved < amountLost ? amount - amountMoved : amountLost
}

function notMade(payment: Payment, attempt: Attempt | undefined, step: Transition): Transition {
  if (attempt === undefined) return step
  return eitherWay(step, (end) => {
    const { attempts = [], payment: row = payment } = end
    const known = attempts.find(({ id }) => id === attempt.id) ?? attempt
    const others = attempts.filter((one) => one !== known)
    return {
      ...end,
      payment: row.currentAttempt === attempt.id ? { ...row, currentAttempt: undefined } : row,
      attempts: [...others, { ...known, state: 'failed', reason: byHand }],
    }
  })
}

import { amountText } from '#kernel'
import type { CaseReason, MachineContext, Seen, SubjectAction, Transition } from '../../machine.ts'
import { caseReasons } from '../../machine.ts'
import type { Attempt, Payment, Refund } from '../../payment.ts'
import { atOnce } from '../attempts/attempt-policy.ts'
import { isLost, neverReceived } from '../attempts/lost-attempts.ts'
import { decidedTooEarly, madeBefore, madeByEarlier } from '../attempts/made-before.ts'
import { settledBeside } from '../attempts/moved-attempts.ts'
import { isStatedNotToHaveHappened } from '../attempts/never-moved.ts'
import { unknownsOf } from '../attempts/unknown-outcomes.ts'
import { gather, postHold } from '../booking/bookings.ts'
import { byHand, settledByHand } from '../booking/by-hand.ts'
import { decidedFirst } from '../booking/joined.ts'
import { arrivedOf, withLost } from '../payments/payment-rows.ts'
import { retryReturnedRefund } from '../returns/refund-returned.ts'
import { amountOf, asAccepted, notReturnedBy, takenByDispute } from '../suspense/suspended.ts'
import { askingForWaiting } from './refund-lost.ts'
import { failing, isOfCaptured, requireRefundReview, succeeding } from './refund-rows.ts'
import { neverRefunded } from './refund-undone.ts'

/** A decision that cannot be carried out leaves the refund in review. The detail of its case names the reason. */
export function onRefundDecision(
  payment: Payment,
  refund: Refund,
  decision: SubjectAction,
  context: MachineContext,
  { about, seen }: { readonly about?: CaseReason; readonly seen?: Seen } = {},
): Transition {
  const elsewhere = () => beside(payment, refund, decision, context, { about, seen })
  if (refund.phase !== 'review') return elsewhere()
  const why = caseReasons.find((code) => code === refund.reason) ?? 'outcome_unknown'
  if (about !== undefined && about !== why) return decidedFirst(elsewhere(), why)
  const cannot = (because: string): Transition =>
    requireRefundReview(refund, why, `"${decision.action}" could not be carried out: ${because}`)
  switch (decision.action) {
    case 'inquire':
      return inquire(refund, cannot, context)
    case 'retry':
      if (why === 'outcome_unknown') return cannot('it may have happened, so it is not repeated.')
      return retry(payment, refund, cannot, context)
    case 'force':
      return force(payment, refund, decision, cannot, context)
    case 'reverse':
      return cannot('a refund is not reversed.')
    case 'write_off':
      return cannot('nothing of it can be written off.')
  }
}

type Cannot = (because: string) => Transition

function inquire(refund: Refund, cannot: Cannot, context: MachineContext): Transition {
  if (refund.currentAttempt === undefined) return cannot('no rail has been asked.')
  const subject = { kind: 'refund', id: refund.id } as const
  return { timers: [atOnce('inquire', subject, refund.currentAttempt, context)], note: 'Asking the rail again.' }
}

function retry(payment: Payment, refund: Refund, cannot: Cannot, context: MachineContext): Transition {
  const isDone = refund.holds.length === 0 && refund.reason === 'wrong_amount'
  if (isDone) return cannot('the rail has refunded already, in another amount.')
  if (context.attemptsOf(refund).some(isLost)) {
    return cannot('a server that is lost may have made it. Its rail is asked first, or you state the outcome.')
  }
  const made = refund.holds.length === 0 ? madeBefore(refund, undefined, context) : undefined
  if (made !== undefined) return bookMade(payment, refund, made, cannot, context)
  const subject = { kind: 'refund', id: refund.id } as const
  const [lost] = refund.holds.length === 0 ? neverReceived(context.attemptsOf(refund)) : []
  const currentAttempt = refund.currentAttempt ?? lost?.id
  const timers =
    currentAttempt === undefined
      ? [{ input: 'start', subject, at: context.now, lane: 'rollback' } as const]
      : [atOnce('overdue', subject, currentAttempt, context)]
  return {
    refund: { ...refund, state: 'processing', phase: 'new', reason: undefined, currentAttempt },
    timers,
    events: ['refund.resolved'],
    note: 'To be tried again.',
    caseChange: 'resolved',
  }
}

/** The rail has made it meanwhile, and no account could pay: it was booked from suspense. It is not made again. */
function bookMade(
  payment: Payment,
  refund: Refund,
  { rail }: Attempt,
  cannot: Cannot,
  context: MachineContext,
): Transition {
  const { amount, asset } = refund
  if (!isOfCaptured(refund, context) || (payment.amountLost ?? 0n) < amount) {
    return cannot('the rail has refunded already, and that is decided.')
  }
  const after = succeeding(payment, refund, `The rail ${rail} had refunded it. It is paid now.`, context)
  return {
    ...after,
    payment: withLost(after.payment ?? payment, -amount),
    commands: gather(refund, refund.from, context.accounts.suspense(asset), context),
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
    settles: ['late_success'],
  }
}

function force(
  payment: Payment,
  refund: Refund,
  decision: Extract<SubjectAction, { action: 'force' }>,
  cannot: Cannot,
  context: MachineContext,
): Transition {
  const note = settledByHand(decision.evidence)
  if (refund.reason === 'wrong_amount' && refund.holds.length === 0) {
    if (decision.outcome === 'failed') return cannot('the rail has refunded, in another amount, and does not deny it.')
    // The rail's amount is booked already. The operator accepts the difference, and its rest in suspense stays.
    const isOver = payment.phase === 'reversing' && !isOfCaptured(refund, context)
    return {
      ...(isOver ? { payment: { ...payment, phase: 'ended' } } : {}),
      ...(isOfCaptured(refund, context) ? {} : { attempts: acceptedRest(payment, refund, context) }),
      refund: { ...refund, state: 'succeeded', phase: 'ended' },
      events: ['refund.succeeded'],
      note,
      caseChange: 'resolved',
    }
  }
  if (decision.outcome === 'failed') {
    if (!isOfCaptured(refund, context)) return endedByDispute(payment, refund, note, cannot, context)
    const isUnsent = context
      .attemptsOf(refund)
      .some(({ id, state }) => id === refund.currentAttempt && state === 'not_sent')
    const given = failing(payment, refund, { reason: byHand, note }, context)
    const failed = isUnsent ? askingForWaiting(payment, refund, given, context) : given
    const earlier = refund.holds.length === 0 ? undefined : madeBefore(refund, refund.currentAttempt, context)
    return earlier === undefined ? failed : madeByEarlier(payment, refund, earlier, failed, context)
  }
  if (refund.holds.length === 0) return cannot('nothing is held that could be booked; retry it when there is money.')
  const succeeded = succeeding(payment, refund, note, context)
  return {
    ...succeeded,
    // The attempt stays, to match the rail's own report. A declined attempt is not the stated one.
    ...(succeeded.refund === undefined
      ? {}
      : { refund: { ...succeeded.refund, currentAttempt: openCall(refund, context) } }),
    commands: refund.holds.map((id) => postHold(refund.book, id)),
    refused: (refusal) => cannot(`the books refused it (${refusal.code}).`),
  }
}

function acceptedRest(payment: Payment, refund: Refund, context: MachineContext): Attempt[] {
  const [share] = refund.from
  return notReturnedBy(payment, refund, share?.captured ?? refund.amount, context).map(asAccepted)
}

function openCall(refund: Refund, context: MachineContext): string | undefined {
  const attempt = context.attemptsOf(refund).find(({ id }) => id === refund.currentAttempt)
  return attempt?.state === 'failed' ? undefined : refund.currentAttempt
}

/** A refund need not return money that the rail debited by itself. The rest must still be returned. */
function endedByDispute(
  payment: Payment,
  refund: Refund,
  note: string,
  cannot: Cannot,
  context: MachineContext,
): Transition {
  const gone = refund.holds.length === 0 ? undefined : takenByDispute(payment, refund, context)
  if (gone === undefined) return cannot('what came too late must go back; say when it has, some other way.')
  const { payment: row, attempts, left } = gone
  const reported = `${note} A dispute had taken it.`
  const isOver = row.phase === 'reversing' && arrivedOf(row) <= 0n
  const rest = `${reported} ${amountText(amountOf(left), payment.asset)} are left: return them some other way.`
  const subject = { kind: 'payment', id: payment.id } as const
  return {
    ...failing(payment, refund, { reason: byHand, note: reported }, context),
    payment: isOver ? { ...row, phase: 'ended' } : row,
    attempts,
    ...(left.length > 0 && { also: [{ why: 'late_success', detail: rest, subject }] as const }),
  }
}

function beside(
  payment: Payment,
  refund: Refund,
  decision: SubjectAction,
  context: MachineContext,
  { about = 'outcome_unknown', seen }: { readonly about: CaseReason | undefined; readonly seen: Seen | undefined },
): Transition {
  if (about === 'booking_refused') return retryReturnedRefund(payment, refund, decision, context)
  if (decision.action !== 'force') return { note: 'Nothing of the refund is open.' }
  const tooEarly = decidedTooEarly(refund, decision, about, context)
  if (tooEarly !== undefined) return tooEarly
  const [denied] = unknownsOf(refund, context.attemptsOf(refund))
  const isFailed = isStatedNotToHaveHappened(decision, about)
  const undone = isFailed ? neverRefunded(payment, refund, denied, decision.evidence, context) : undefined
  return undone ?? settledBeside(refund, decision, { about, seen }, context)
}

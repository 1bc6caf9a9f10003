import { amountText } from '#kernel'
import type { Input, Transition } from '../../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../../payment.ts'
import { isWaitingFor, requireReview } from '../payments/payment-rows.ts'
import { requirePayoutReview } from '../payouts/payout-rows.ts'
import { requireRefundReview } from '../refunds/refund-rows.ts'
import { unbookedContradicted, unbookedDoubted } from './attempt-policy.ts'

/**
 * Reason of an attempt that a rail did and the ledger refuses to book, even in suspense. The attempt keeps the report.
 * An operator removes the cause and retries. The report is then handled as if it had just arrived.
 */
export const unbooked = 'unbooked'

export type Subjects = {
  readonly kind: SubjectKind
  readonly payment: Payment | undefined
  readonly capture: Capture | undefined
  readonly refund: Refund | undefined
  readonly payout: Payout | undefined
}

/** Replaces a transition that could not be booked. `known`: the attempt after the rail's report. */
export function leftUnbooked(subjects: Subjects, known: Attempt, because: string): Transition {
  const { rail, operation, amount, asset, state, amountMoved = amount } = known
  const did =
    state === 'succeeded' ? `did the ${operation} (${amountText(amountMoved, asset)})` : `answered the ${operation}`
  const detail = `The rail ${rail} ${did}, and the books refused to take it, in suspense as well (${because}). It is not booked.`
  return {
    ...requireReviewOf(subjects, known, detail),
    attempt: { ...known, reason: unbooked },
    note: detail,
    caseChange: { why: unbooked, detail },
  }
}

function requireReviewOf(
  { kind, payment, capture, refund, payout }: Subjects,
  { id }: Attempt,
  detail: string,
): Transition {
  switch (kind) {
    case 'payment':
      // An operator's statement keeps its place: the rail's report is about that, and is not a first one.
      if (payment === undefined || !isWaitingFor(payment, id)) return {}
      return withoutReason(payment, requireReview(payment, unbooked, detail))
    case 'capture':
      if (capture?.currentAttempt !== id || capture.state !== 'processing') return {}
      return { capture: { ...capture, reason: unbooked } }
    case 'refund':
      if (refund?.currentAttempt !== id || refund.phase === 'ended') return {}
      return requireRefundReview(refund, unbooked, detail)
    case 'payout':
      if (payout?.currentAttempt !== id || payout.phase === 'ended') return {}
      return requirePayoutReview(payout, unbooked, detail)
  }
}

/** A pending cancel or expiry stays the reason: it decides what happens to the money. */
function withoutReason({ reason }: Payment, handed: Transition): Transition {
  const isWish = reason === 'cancel_requested' || reason === 'refund_requested' || reason === 'expired'
  return isWish && handed.payment !== undefined ? { ...handed, payment: { ...handed.payment, reason } } : handed
}

/** Whether nothing is booked of the reported success, regardless of later reports. */
export function isUnbooked({ state, reason }: Attempt): boolean {
  const isWord = reason === unbooked || reason === unbookedDoubted || reason === unbookedContradicted
  return state === 'succeeded' && isWord
}

export function isToBeBooked({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === unbooked
}

export function asReportedNow(attempt: Attempt): Extract<Input, { kind: 'outcome' }> {
  const { railReference = '', amountMoved: amount = attempt.amount, isPartial } = attempt
  const { amountMoved: _, ...unmoved } = attempt
  const asked: Attempt = { ...unmoved, state: 'unknown', reason: undefined }
  const outcome = { kind: 'succeeded', railReference, amount, ...(isPartial && { isPartial }) } as const
  return { kind: 'outcome', attempt: asked, outcome }
}

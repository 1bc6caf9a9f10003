import { amountText } from '#kernel'
import type { Input, Transition } from '../machine.ts'
import type { Attempt, Capture, Payment, Payout, Refund, SubjectKind } from '../payment.ts'
import { unbookedContradicted, unbookedDoubted } from './attempt-policy.ts'
import { handingOver, isWaitingFor } from './payment-rows.ts'
import { stuckPayout } from './payout-rows.ts'
import { stuckRefund } from './refund-rows.ts'

/**
 * What a rail did and the books refuse altogether, suspense included. The rail's word is kept with its
 * attempt, whose reason says that it is not booked yet; a person removes the cause and tries again, and then
 * the same word is handled as if it had come just now.
 */
export const unbooked = 'unbooked'

/** The rows as they are, of those that an outcome is about. */
export type Subjects = {
  readonly kind: SubjectKind
  readonly payment: Payment | undefined
  readonly capture: Capture | undefined
  readonly refund: Refund | undefined
  readonly payout: Payout | undefined
}

/** The transition in place of one that could not be booked. `known`: the attempt as the rail's word left it. */
export function leftUnbooked(subjects: Subjects, known: Attempt, because: string): Transition {
  const { rail, operation, amount, asset, state, amountMoved = amount } = known
  const did =
    state === 'succeeded' ? `did the ${operation} (${amountText(amountMoved, asset)})` : `answered the ${operation}`
  const detail = `The rail ${rail} ${did}, and the books refused to take it, in suspense as well (${because}). It is not booked.`
  return {
    ...handedOver(subjects, known, detail),
    attempt: { ...known, reason: unbooked },
    note: detail,
    stuck: { why: unbooked, detail },
  }
}

/** A person has what waits for the attempt; what has gone on without it stays as it is. */
function handedOver({ kind, payment, capture, refund, payout }: Subjects, { id }: Attempt, detail: string): Transition {
  switch (kind) {
    case 'payment':
      // What a person has stated keeps its place: the rail's word is about that, and not a first one.
      if (payment === undefined || !isWaitingFor(payment, id)) return {}
      return withoutReason(payment, handingOver(payment, unbooked, detail))
    case 'capture':
      if (capture?.call !== id || capture.state !== 'processing') return {}
      return { capture: { ...capture, reason: unbooked } }
    case 'refund':
      if (refund?.call !== id || refund.phase === 'ended') return {}
      return stuckRefund(refund, unbooked, detail)
    case 'payout':
      if (payout?.call !== id || payout.phase === 'ended') return {}
      return stuckPayout(payout, unbooked, detail)
  }
}

/** A remembered wish stays the payment's reason: it decides what becomes of the money. */
function withoutReason({ reason }: Payment, handed: Transition): Transition {
  const isWish = reason === 'cancel_requested' || reason === 'expired'
  return isWish && handed.payment !== undefined ? { ...handed, payment: { ...handed.payment, reason } } : handed
}

/** Whether nothing is booked of what the rail said that it did, whatever it has said of it after that. */
export function isUnbooked({ state, reason }: Attempt): boolean {
  const isWord = reason === unbooked || reason === unbookedDoubted || reason === unbookedContradicted
  return state === 'succeeded' && isWord
}

/** Whether that waits only to be booked, as the rail has not said anything else. */
export function isToBeBooked({ state, reason }: Attempt): boolean {
  return state === 'succeeded' && reason === unbooked
}

/** What the rail did and the books refused, as if the rail had told it now. */
export function asToldNow(attempt: Attempt): Extract<Input, { kind: 'outcome' }> {
  const { railReference = '', amountMoved: amount = attempt.amount } = attempt
  const { amountMoved: _, ...unmoved } = attempt
  const asked: Attempt = { ...unmoved, state: 'unknown', reason: undefined }
  return { kind: 'outcome', attempt: asked, outcome: { kind: 'succeeded', railReference, amount } }
}

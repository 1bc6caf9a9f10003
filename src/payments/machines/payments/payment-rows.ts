import type { Timestamp, Uuid } from '#kernel'
import type { CaseReason, Transition } from '../../machine.ts'
import type { Attempt, Payment, Share } from '../../payment.ts'
import { isStated } from '../attempts/attempt-policy.ts'
import { backToOff } from '../booking/off-shares.ts'
import { addedUp, lessOf, sumOf } from '../booking/shares.ts'

/**
 * A request that waits until everything under way has ended. It is kept as the payment's reason. `refund_requested`: a
 * cancel, and captures under way are refunded when they succeed.
 */
export type PendingRequest = 'cancel_requested' | 'refund_requested' | 'expired' | 'capture_final'

const requests: readonly PendingRequest[] = ['cancel_requested', 'refund_requested', 'expired', 'capture_final']

export function pendingRequestOf({ reason, phase }: Payment): PendingRequest | undefined {
  if (phase === 'ended' || phase === 'reversing') return undefined
  return requests.find((request) => request === reason)
}

export function isUnwanted(payment: Payment): boolean {
  const request = pendingRequestOf(payment)
  return request !== undefined && request !== 'capture_final'
}

/** It stays wanted back, whatever else ends it. */
export function strongerOf(payment: Payment, request: PendingRequest): PendingRequest {
  return isWantedBack(payment) ? 'refund_requested' : request
}

/**
 * The payment once a cancel is accepted. It is no longer wanted, even if a rail reports a success before the cancel is
 * handled, and takes no more captures. Accepted captures continue; the hold is released after them.
 */
export function withCancelRequested(payment: Payment): Payment {
  const isRemembered = ['new', 'calling', 'awaiting', 'inquiring', 'held'].includes(payment.phase)
  if (!isRemembered || pendingRequestOf(payment) !== undefined) return payment
  return { ...payment, state: 'processing', reason: 'cancel_requested' }
}

/** The payment once its payer wants back what captures under way will take. In review, an operator still decides. */
export function withRefundRequested(payment: Payment): Payment {
  if (payment.phase === 'review') return { ...payment, isWantedBack: true }
  if (payment.phase !== 'held') return withCancelRequested(payment)
  return { ...payment, state: 'processing', reason: 'refund_requested', isWantedBack: true }
}

/** Older programs kept it as the reason only. */
export function isWantedBack(payment: Payment): boolean {
  return payment.isWantedBack === true || pendingRequestOf(payment) === 'refund_requested'
}

/** Whether more may be captured or held: until its end is requested or its time is over, carried out or not. */
export function isAuthorized({ state, expiresAt }: Payment, now: Timestamp): boolean {
  return state === 'authorized' && (expiresAt === undefined || now < expiresAt)
}

/** Keeps the expiry that the client requested (0: none), which a retry restores. */
export function withExpiry(payment: Payment, expiresAt: Timestamp): Payment {
  const { expiresAt: before, askedExpiry = before ?? 0 } = payment
  return before === expiresAt ? payment : { ...payment, expiresAt, askedExpiry }
}

export function isRetryable({ source, state, phase, amountCaptured }: Payment): boolean {
  return source.kind === 'rail' && state === 'failed' && phase === 'ended' && amountCaptured === 0n
}

/** `request`: the same when the request is repeated. It is a request of its own, so the deadline of the first one is over. */
export function retried(
  { askedExpiry, terms: before, deadline: _, isWantedBack: ___, ...payment }: Payment,
  source: Payment['source'],
  request: Uuid,
): Payment {
  const { typed: __, ...terms } = before ?? {}
  const expiresAt = askedExpiry === undefined ? payment.expiresAt : askedExpiry || undefined
  return {
    ...payment,
    ...(Object.keys(terms).length > 0 && { terms }),
    source,
    retry: { request, after: payment.attempts },
    expiresAt,
    state: 'processing',
    phase: 'new',
    reason: undefined,
    currentAttempt: undefined,
    rail: undefined,
    railReference: undefined,
  }
}

export function suspendedOf(payment: Payment): bigint {
  return payment.amountSuspended ?? 0n
}

export function owedOf(payment: Payment): bigint {
  return payment.amountOwed ?? 0n
}

/** Money that came and is neither delivered nor returned. It is the payer's, so debts do not reduce it. */
export function arrivedOf(payment: Payment): bigint {
  return suspendedOf(payment) + owedOf(payment) + (payment.amountLost ?? 0n)
}

/** The payment after `amount` left suspense that the recipients owe. `by`: who owes how much, if known. */
export function withOwed(payment: Payment, amount: bigint, by: readonly Share[]): Payment {
  if (amount === 0n) return payment
  const row = { ...withSuspended(payment, -amount), amountOwed: owedOf(payment) + amount }
  return by.length === 0 ? row : { ...row, owedBy: addedUp(payment.owedBy, by) }
}

export function withoutOwed({ owedBy: _, ...payment }: Payment, amount: bigint): Payment {
  return { ...withSuspended(payment, amount), amountOwed: owedOf(payment) - amount }
}

/** Parts of the debt are owed no more. */
export function withoutOwedBy(payment: Payment, parts: readonly Share[]): Payment {
  const amount = sumOf(parts)
  const { owedBy: before = [], ...rest } = payment
  const owedBy = lessOf(before, parts)
  const row = { ...withSuspended(rest, amount), amountOwed: owedOf(payment) - amount }
  return owedBy.length === 0 ? row : { ...row, owedBy }
}

/** `all` comes back to recipients: first for what was written off for them (`off`), then for their debts, then `due`. */
export function withLessOwed(payment: Payment, all: readonly Share[]) {
  const { row: before, off, rest: parts } = backToOff(payment, all)
  const { owedBy = [], ...others } = before
  const owes = (name: string) => owedBy.find(({ account }) => account === name)?.amount ?? 0n
  const paid = parts.map(({ account, amount }) => ({
    account,
    amount: amount < owes(account) ? amount : owes(account),
  }))
  const paidBy = (name: string) => paid.find(({ account }) => account === name)?.amount ?? 0n
  const owed = sumOf(paid)
  if (owed === 0n) return { row: before, off, due: parts }
  const left = owedBy.map((share) => ({ ...share, amount: share.amount - paidBy(share.account) }))
  const rest = left.filter(({ amount }) => amount > 0n)
  const row: Payment = { ...withSuspended(others, owed), amountOwed: owedOf(payment) - owed }
  const due = parts.map((part) => ({ ...part, amount: part.amount - paidBy(part.account) }))
  return { row: rest.length === 0 ? row : { ...row, owedBy: rest }, off, due }
}

/** The payment after `amount` left suspense that no party of the payment is to pay. */
export function withLost(payment: Payment, amount: bigint): Payment {
  if (amount === 0n) return payment
  return { ...withSuspended(payment, -amount), amountLost: (payment.amountLost ?? 0n) + amount }
}

export function withSuspended(payment: Payment, amount: bigint): Payment {
  return { ...payment, amountSuspended: suspendedOf(payment) + amount }
}

export function ended(payment: Payment, state: Payment['state'], reason?: string): Payment {
  return { ...payment, state, reason, phase: 'ended', currentAttempt: undefined, holds: [], amountCapturable: 0n }
}

export function endedAsCaptured(payment: Payment): Payment {
  if (payment.amountCaptured > 0n) return ended(payment, 'succeeded')
  return ended(payment, 'canceled', endReason(pendingRequestOf(payment)))
}

function endReason(request: PendingRequest = 'cancel_requested'): PendingRequest {
  return request === 'refund_requested' ? 'cancel_requested' : request
}

const going: ReadonlySet<string> = new Set<Payment['phase']>(['new', 'calling', 'awaiting', 'inquiring'])

/** Reasons of a payment in review that still waits for its attempt. A pending request replaces `outcome_unknown`. */
const waiting: ReadonlySet<string> = new Set<CaseReason | PendingRequest>([
  ...(['outcome_unknown', 'rail_unavailable', 'unbooked'] as const),
  ...(['cancel_requested', 'refund_requested', 'expired'] as const),
])

/** Whether it waits for this attempt to authorize or charge. A timer or an operator may inquire. */
export function isWaitingFor({ phase, reason = '', currentAttempt }: Payment, attempt: string): boolean {
  return currentAttempt === attempt && (going.has(phase) || (phase === 'review' && waiting.has(reason)))
}

/**
 * Whether an operator has stated the outcome of this attempt, and the rail has not confirmed it. Older statements are
 * not recorded on the attempt: there, the payment has it as its current attempt without waiting for it.
 */
export function isForced(payment: Payment, attempt: Attempt): boolean {
  const { phase, currentAttempt } = payment
  const isPast = phase === 'held' || phase === 'ended' || phase === 'reversing' || phase === 'review'
  return isStated(attempt) || (currentAttempt === attempt.id && isPast && !isWaitingFor(payment, currentAttempt))
}

/** Resolves the payment's case, if it has one. A more specific event replaces this one. */
export function resolved({ phase }: Payment): Transition {
  return phase === 'review' ? { events: ['payment.resolved'], caseChange: 'resolved' } : {}
}

export function ending(before: Payment, after: Payment, note: string): Transition {
  return { ...resolved(before), payment: after, events: [`payment.${after.state}`], note }
}

export function failing(
  payment: Payment,
  { reason, note }: { readonly reason: string; readonly note: string },
): Transition {
  return ending(payment, ended(payment, 'failed', reason), note)
}

export function canceling(payment: Payment, request: PendingRequest, note: string): Transition {
  return ending(payment, ended(payment, 'canceled', request), note)
}

/** A pending cancel or expiry stays the reason when the outcome is unknown. */
export function requireReview(payment: Payment, why: CaseReason, detail: string): Transition {
  const reason = isUnwanted(payment) && why === 'outcome_unknown' ? payment.reason : why
  return {
    payment: { ...payment, state: 'requires_review', phase: 'review', reason },
    events: ['payment.requires_review'],
    note: detail,
    caseChange: { why, detail },
  }
}

export function paid(payment: Payment): Payment {
  return { ...ended(payment, 'succeeded'), amountCaptured: payment.amount }
}

export function subjectOf({ id }: Payment) {
  return { kind: 'payment', id } as const
}

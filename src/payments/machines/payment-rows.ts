import type { Timestamp } from '#kernel'
import type { StuckReason, Transition } from '../machine.ts'
import type { Attempt, Payment, Share } from '../payment.ts'
import { isStated } from './attempt-policy.ts'
import { addedUp } from './shares.ts'

/**
 * What is to happen with a payment once whatever is under way has ended; kept as its reason. A cancel
 * or the expiry may come while a rail is being asked, a final capture while other captures are.
 */
export type Wish = 'cancel_requested' | 'expired' | 'capture_final'

export function wishOf({ reason, phase }: Payment): Wish | undefined {
  if (phase === 'ended' || phase === 'reversing') return undefined
  return reason === 'cancel_requested' || reason === 'expired' || reason === 'capture_final' ? reason : undefined
}

/** Whether it is to be given back altogether. */
export function isUnwanted(payment: Payment): boolean {
  const wish = wishOf(payment)
  return wish === 'cancel_requested' || wish === 'expired'
}

/**
 * The payment from the moment on that a cancel of it is accepted: it is wanted no more, whatever is told of it before the
 * cancel's turn comes, and takes no more captures. Those that were accepted before it go on; what is held is released in
 * its turn, or once they have ended.
 */
export function withCancelRequested(payment: Payment): Payment {
  const isRemembered = ['new', 'calling', 'awaiting', 'inquiring', 'held'].includes(payment.phase)
  if (!isRemembered || wishOf(payment) !== undefined) return payment
  return { ...payment, state: 'processing', reason: 'cancel_requested' }
}

/**
 * Whether more may be captured of it, or held: until its end is asked for or its time is over, whether or not that has
 * been carried out yet.
 */
export function isAuthorized({ state, expiresAt }: Payment, now: Timestamp): boolean {
  return state === 'authorized' && (expiresAt === undefined || now < expiresAt)
}

/** The payment with another expiry than the client asked for: a retry brings that back. */
export function withExpiry(payment: Payment, expiresAt: Timestamp): Payment {
  const { expiresAt: before, askedExpiry = before ?? 0 } = payment
  return before === expiresAt ? payment : { ...payment, expiresAt, askedExpiry }
}

/** Whether the client may try it again, as nothing came of it. */
export function isRetryable({ source, state, phase, amountCaptured }: Payment): boolean {
  return source.kind === 'rail' && state === 'failed' && phase === 'ended' && amountCaptured === 0n
}

/** The payment as it was accepted, from another source: it starts again. */
export function retried({ askedExpiry, ...payment }: Payment, source: Payment['source']): Payment {
  const expiresAt = askedExpiry === undefined ? payment.expiresAt : askedExpiry || undefined
  return {
    ...payment,
    source,
    expiresAt,
    state: 'processing',
    phase: 'new',
    reason: undefined,
    call: undefined,
    rail: undefined,
    railReference: undefined,
  }
}

export function suspendedOf(payment: Payment): bigint {
  return payment.amountSuspended ?? 0n
}

/** What those who got the money are still to pay for. */
export function owedOf(payment: Payment): bigint {
  return payment.amountOwed ?? 0n
}

/** What came and is neither delivered nor given back, whatever is owed beside it: the payer's, not the debtor's. */
export function arrivedOf(payment: Payment): bigint {
  return suspendedOf(payment) + owedOf(payment) + (payment.amountLost ?? 0n)
}

/** The payment after so much was taken from suspense that those who got the money owe: `by` of them, as far as that is known. */
export function withOwed(payment: Payment, amount: bigint, by: readonly Share[]): Payment {
  if (amount === 0n) return payment
  const row = { ...withSuspended(payment, -amount), amountOwed: owedOf(payment) + amount }
  return by.length === 0 ? row : { ...row, owedBy: addedUp(payment.owedBy, by) }
}

/** The payment after so much of what was owed has been paid. */
export function withoutOwed({ owedBy: _, ...payment }: Payment, amount: bigint): Payment {
  return { ...withSuspended(payment, amount), amountOwed: owedOf(payment) - amount }
}

/** The payment after so much was taken from suspense that nobody of the payment is to pay for. */
export function withLost(payment: Payment, amount: bigint): Payment {
  if (amount === 0n) return payment
  return { ...withSuspended(payment, -amount), amountLost: (payment.amountLost ?? 0n) + amount }
}

/** The payment with so much more, or less, of what came in suspense. */
export function withSuspended(payment: Payment, amount: bigint): Payment {
  return { ...payment, amountSuspended: suspendedOf(payment) + amount }
}

/** Nothing more will happen to it by itself. */
export function ended(payment: Payment, state: Payment['state'], reason?: string): Payment {
  return { ...payment, state, reason, phase: 'ended', call: undefined, holds: [], amountCapturable: 0n }
}

/** It ends with whatever was captured: succeeded with that, or canceled. */
export function endedAsCaptured(payment: Payment): Payment {
  if (payment.amountCaptured > 0n) return ended(payment, 'succeeded')
  return ended(payment, 'canceled', wishOf(payment) ?? 'cancel_requested')
}

const going: ReadonlySet<string> = new Set<Payment['phase']>(['new', 'calling', 'awaiting', 'inquiring'])

/** Why a person has a payment that waits for its call still; a remembered wish keeps the place of `outcome_unknown`. */
const waiting: ReadonlySet<string> = new Set<StuckReason | Wish>([
  ...(['outcome_unknown', 'rail_unavailable', 'unbooked'] as const),
  ...(['cancel_requested', 'expired'] as const),
])

/** Whether it waits for this attempt to authorize or charge, whoever asks for that. */
export function isWaitingFor({ phase, reason = '', call }: Payment, attempt: string): boolean {
  return call === attempt && (going.has(phase) || (phase === 'stuck' && waiting.has(reason)))
}

/**
 * Whether a person has stated the outcome of this attempt, and the rail has not confirmed it yet. What was stated before
 * attempts said so is known as the call of a payment that does not wait for it.
 */
export function isForced(payment: Payment, attempt: Attempt): boolean {
  const { phase, call } = payment
  const isPast = phase === 'held' || phase === 'ended' || phase === 'reversing' || phase === 'stuck'
  return isStated(attempt) || (call === attempt.id && isPast && !isWaitingFor(payment, call))
}

/** Takes an entry off the stuck list when the payment was on it. An event that says more goes over this one's. */
export function resolved({ phase }: Payment): Transition {
  return phase === 'stuck' ? { events: ['payment.resolved'], stuck: 'resolved' } : {}
}

/** The end of a payment as a transition: its event, and off the stuck list. */
export function ending(before: Payment, after: Payment, note: string): Transition {
  return { ...resolved(before), payment: after, events: [`payment.${after.state}`], note }
}

export function failing(payment: Payment, reason: string, note: string): Transition {
  return ending(payment, ended(payment, 'failed', reason), note)
}

export function canceling(payment: Payment, wish: Wish, note: string): Transition {
  return ending(payment, ended(payment, 'canceled', wish), note)
}

/** Hands the payment to a person. `reason`: a remembered wish stays its reason. */
export function handingOver(payment: Payment, why: StuckReason, detail: string): Transition {
  const reason = isUnwanted(payment) && why === 'outcome_unknown' ? payment.reason : why
  return {
    payment: { ...payment, state: 'requires_review', phase: 'stuck', reason },
    events: ['payment.requires_review'],
    note: detail,
    stuck: { why, detail },
  }
}

/** The money arrived, all of it: the end of an automatic payment. */
export function paid(payment: Payment): Payment {
  return { ...ended(payment, 'succeeded'), amountCaptured: payment.amount }
}

export function subjectOf({ id }: Payment) {
  return { kind: 'payment', id } as const
}

import type { CaseReason, Transition } from '../../machine.ts'
import type { Payout } from '../../payment.ts'
import { voidHolds } from '../booking/bookings.ts'

export function succeeding(payout: Payout, note: string): Transition {
  return {
    payout: { ...payout, state: 'succeeded', reason: undefined, phase: 'ended', holds: [], currentAttempt: undefined },
    ...resolved(payout),
    events: ['payout.succeeded'],
    note,
  }
}

export function failing(
  payout: Payout,
  state: 'failed' | 'canceled',
  { reason, note }: { readonly reason: string; readonly note: string },
): Transition {
  return {
    payout: { ...payout, state, reason, phase: 'ended', holds: [], currentAttempt: undefined },
    commands: voidHolds(payout.book, payout.holds),
    ...resolved(payout),
    events: [`payout.${state}`],
    note,
  }
}

/** Its hold stays. */
export function requirePayoutReview(payout: Payout, why: CaseReason, detail: string): Transition {
  return {
    payout: { ...payout, state: 'requires_review', reason: why, phase: 'review' },
    events: ['payout.requires_review'],
    note: detail,
    caseChange: { why, detail },
  }
}

/** Resolves the payout's case, if it has one. A more specific event replaces this one. */
export function resolved({ phase }: Payout): Transition {
  return phase === 'review' ? { events: ['payout.resolved'], caseChange: 'resolved' } : {}
}

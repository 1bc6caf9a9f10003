import type { StuckReason, Transition } from '../machine.ts'
import type { Payout } from '../payment.ts'
import { voidHolds } from './bookings.ts'

/** The payout has ended well. What it held has been posted. */
export function succeeding(payout: Payout, note: string): Transition {
  return {
    payout: { ...payout, state: 'succeeded', reason: undefined, phase: 'ended', holds: [], call: undefined },
    ...resolved(payout),
    events: ['payout.succeeded'],
    note,
  }
}

/** The payout did not happen: what was held for it is free again. */
export function failing(payout: Payout, state: 'failed' | 'canceled', reason: string, note: string): Transition {
  return {
    payout: { ...payout, state, reason, phase: 'ended', holds: [], call: undefined },
    commands: voidHolds(payout.book, payout.holds),
    ...resolved(payout),
    events: [`payout.${state}`],
    note,
  }
}

/** A person has to see to it. What is held for it stays held. */
export function stuckPayout(payout: Payout, why: StuckReason, detail: string): Transition {
  return {
    payout: { ...payout, state: 'requires_review', reason: why, phase: 'stuck' },
    events: ['payout.requires_review'],
    note: detail,
    stuck: { why, detail },
  }
}

/** Takes an entry off the stuck list when the payout was on it. An event that says more goes over this one's. */
export function resolved({ phase }: Payout): Transition {
  return phase === 'stuck' ? { events: ['payout.resolved'], stuck: 'resolved' } : {}
}

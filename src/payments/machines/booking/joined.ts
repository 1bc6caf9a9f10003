import type { CaseReason, Transition } from '../../machine.ts'

/**
 * Two transitions as one. Rows, note and stuck of the second replace those of the first. Bookings, submissions, timers
 * and events are those of both, in order. After a refusal, the second's `refused` applies, or else the first's, because
 * all commands are booked together.
 */
export function joined(first: Transition, second: Transition): Transition {
  return {
    ...first,
    ...second,
    commands: [...(first.commands ?? []), ...(second.commands ?? [])],
    newRefunds: [...(first.newRefunds ?? []), ...(second.newRefunds ?? [])],
    attempts: [...(first.attempts ?? []), ...(second.attempts ?? [])],
    newAttempts: [...(first.newAttempts ?? []), ...(second.newAttempts ?? [])],
    timers: [...(first.timers ?? []), ...(second.timers ?? [])],
    events: [...(first.events ?? []), ...(second.events ?? [])],
  }
}

/**
 * After a decision about a matter alongside a stuck subject's own one, `own`: that one is decided next, unless the
 * decision has ended the subject.
 */
export function decidedFirst(step: Transition, own: CaseReason): Transition {
  if (step.stuck !== 'resolved' || (step.refund ?? step.payout)?.phase === 'ended') return step
  const detail = `${step.note ?? ''} What had been waited for before that is still to be decided.`
  return { ...step, stuck: { why: own, detail, isNext: true, unlessOpen: [own] } }
}

import type { StuckReason, Transition } from '../machine.ts'

/**
 * Two transitions as one: rows, note and stuck of the second go over the first's; what is to be booked,
 * submitted, waited for and told is that of both, in order. What follows from a refusal is the second's,
 * or else the first's: all commands are booked together.
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

/** After a decision on what came beside what a stuck subject waits for: that, `own`, is to be decided next. */
export function decidedFirst(step: Transition, own: StuckReason): Transition {
  if (step.stuck !== 'resolved') return step
  const detail = `${step.note ?? ''} What had been waited for before that is still to be decided.`
  return { ...step, stuck: { why: own, detail, isNext: true, unlessOpen: [own] } }
}

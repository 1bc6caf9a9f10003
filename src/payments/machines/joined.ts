import type { Transition } from '../machine.ts'

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
    newAttempts: [...(first.newAttempts ?? []), ...(second.newAttempts ?? [])],
    timers: [...(first.timers ?? []), ...(second.timers ?? [])],
    events: [...(first.events ?? []), ...(second.events ?? [])],
  }
}

import type { CaseReason, Transition } from '../../machine.ts'

/**
 * Concatenates the lists below, in order. Other fields of the second replace those of the first. The commands are
 * booked together, so the second's `refused` applies to a refusal, or else the first's.
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
    also: [...(first.also ?? []), ...(second.also ?? [])],
    settles: [...(first.settles ?? []), ...(second.settles ?? [])],
  }
}

/** Changes the step, and the one that replaces it if the ledger refuses its commands. */
export function eitherWay(step: Transition, change: (step: Transition) => Transition): Transition {
  const { refused } = step
  const changed = change(step)
  return refused === undefined ? changed : { ...changed, refused: (refusal) => eitherWay(refused(refusal), change) }
}

/** After a decision about another case of a subject in review, its own case is next, unless the subject has ended. */
export function decidedFirst(step: Transition, own: CaseReason): Transition {
  if (step.caseChange !== 'resolved' || (step.refund ?? step.payout)?.phase === 'ended') return step
  const detail = `${step.note ?? ''} What had been waited for before that is still to be decided.`
  return { ...step, caseChange: { why: own, detail, isNext: true, unlessOpen: [own] } }
}
